#include "indexer/store/families.h"

#include <utility>

#include "indexer/store/bytes.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/table.h"

namespace factline::store {
namespace {

rocksdb::ColumnFamilyDescriptor Family(const char* name, const std::shared_ptr<rocksdb::Cache>& block_cache,
                                       size_t block_bytes, bool has_filter, rocksdb::CompressionType compression) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = block_cache;
  table.block_size = block_bytes;
  table.format_version = 5;
  // Index and filter blocks count against the cache's budget, so that memory does not grow with the index.
  table.cache_index_and_filter_blocks = true;
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;  // as in fact_table.cc
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  if (has_filter) table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.compression = compression;
  options.compression_opts.level = 1;  // of Zstandard: higher ones win less than a hundredth and take twice as long
  // A merge's segment is bulk loaded, and what is deleted is deleted by the file: few and small levels above.
  options.level_compaction_dynamic_level_bytes = true;
  options.level0_file_num_compaction_trigger = kFilesBeforeCompaction;
  return rocksdb::ColumnFamilyDescriptor(name, options);
}

}  // namespace

std::vector<rocksdb::ColumnFamilyDescriptor> FamilyDescriptors(const std::shared_ptr<rocksdb::Cache>& block_cache) {
  const auto plain = rocksdb::kNoCompression;
  // Segments' values are read one by one through a cache that keeps them unpacked, so a block holds little beside the
  // value that is wanted: unpacking takes as long as the block is large, and small ones cost few more bytes on disk.
  // Records of documents are packed already, but short ones have much in common.
  const auto packed = rocksdb::kZSTD;
  std::vector<rocksdb::ColumnFamilyDescriptor> families = {
      Family(rocksdb::kDefaultColumnFamilyName.c_str(), block_cache, 4 << 10, false, plain),
      Family("fresh", block_cache, 16 << 10, false, plain),
      Family("terms", block_cache, 4 << 10, false, packed),
      Family("post", block_cache, 4 << 10, false, packed),
      Family("pos", block_cache, 4 << 10, false, packed),
      Family("norms", block_cache, 16 << 10, false, plain),
      Family("docs", block_cache, 16 << 10, false, packed),
      Family("articles", block_cache, 4 << 10, true, packed),
      Family("pages", block_cache, 16 << 10, false, plain),
      Family("meta", block_cache, 4 << 10, false, plain),
  };
  for (rocksdb::ColumnFamilyDescriptor& family : FactFamilies(block_cache)) families.push_back(std::move(family));
  return families;
}

Families FamiliesOf(std::vector<rocksdb::ColumnFamilyHandle*> handles) {
  Families families;
  families.all = std::move(handles);
  auto next = families.all.begin() + 1;  // the default family stays empty
  for (rocksdb::ColumnFamilyHandle** family :
       {&families.fresh, &families.terms, &families.post, &families.pos, &families.norms, &families.docs,
        &families.articles, &families.pages, &families.meta, &families.facts.facts, &families.facts.fact_index,
        &families.facts.entities}) {
    *family = *next++;
  }
  return families;
}

rocksdb::ColumnFamilyHandle* Families::Of(ValueAddress::Kind kind) const {
  switch (kind) {
    case ValueAddress::Kind::kFresh:
      return fresh;
    case ValueAddress::Kind::kDictionaryBlock:
    case ValueAddress::Kind::kDictionarySlice:
      return terms;
    case ValueAddress::Kind::kPostings:
      return post;
    case ValueAddress::Kind::kPositions:
      return pos;
    case ValueAddress::Kind::kTitleNorms:
    case ValueAddress::Kind::kBodyNorms:
    case ValueAddress::Kind::kPublished:
      return norms;
  }
  return nullptr;
}

std::string LiveVersion::Encode() const {
  std::string bytes;
  PutVarint(doc, &bytes);
  PutVarint(version, &bytes);
  return bytes;
}

absl::StatusOr<LiveVersion> LiveVersion::Decode(std::string_view bytes) {
  ByteReader reader(bytes);
  LiveVersion live;
  live.doc = reader.Varint32();
  live.version = reader.Varint();
  if (!reader.ok() || !reader.done()) return absl::DataLossError("articles: a value is not a document and a version");
  return live;
}

}  // namespace factline::store
