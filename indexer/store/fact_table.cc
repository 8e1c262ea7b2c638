#include "indexer/store/fact_table.h"

#include "indexer/store/fact_db.h"
#include "indexer/store/fact_keys.h"
#include "protos/vocab/status.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/slice_transform.h"
#include "rocksdb/table.h"

namespace factline::store {
namespace {

constexpr size_t kRowBlockBytes = 4 << 10;
constexpr size_t kKeyBlockBytes = 16 << 10;  // keys without values: long runs share their beginnings
constexpr double kBloomBitsPerKey = 10;

rocksdb::ColumnFamilyOptions Options(const std::shared_ptr<rocksdb::Cache>& block_cache, size_t block_bytes,
                                     bool filter, size_t tag_bytes) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = block_cache;
  table.block_size = block_bytes;
  table.format_version = 5;
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  // In partitions: the index of a large file as one block is larger than a shard of the cache, and would be read and
  // decompressed for every seek.
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = filter;
  // Most rows that a commit asks for are new: the filter answers without a read.
  if (filter) table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.compression = rocksdb::kLZ4Compression;
  options.level_compaction_dynamic_level_bytes = true;
  options.level0_file_num_compaction_trigger = kFilesBeforeCompaction;
  if (filter) {
    // The same of the memtable.
    options.memtable_whole_key_filtering = true;
    options.memtable_prefix_bloom_size_ratio = 0.02;
  }
  // A commit writes the keys of each tag in their order: each is looked for in the memtable from where the last one is.
  options.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(tag_bytes));
  return options;
}

}  // namespace

std::vector<rocksdb::ColumnFamilyDescriptor> FactFamilies(std::shared_ptr<rocksdb::Cache> block_cache) {
  return {
      {std::string(kFactsFamily), Options(block_cache, kRowBlockBytes, /*filter=*/true, /*tag_bytes=*/0)},
      {std::string(kFactIndexFamily), Options(block_cache, kKeyBlockBytes, /*filter=*/false, /*tag_bytes=*/1)},
      {std::string(kEntitiesFamily), Options(block_cache, kRowBlockBytes, /*filter=*/true, /*tag_bytes=*/1)},
  };
}

absl::StatusOr<FactCounts> ReadFactCounts(rocksdb::DB* db, const FactHandles& handles) {
  FactCounts counts;
  FL_ASSIGN_OR_RETURN(counts.facts, ReadCount(db, handles.fact_index, FactCountKey().value()));
  FL_ASSIGN_OR_RETURN(counts.entities, ReadCount(db, handles.entities, EntityCountKey().value()));
  return counts;
}

}  // namespace factline::store
