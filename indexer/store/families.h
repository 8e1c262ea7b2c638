#ifndef FACTLINE_INDEXER_STORE_FAMILIES_H_
#define FACTLINE_INDEXER_STORE_FAMILIES_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "indexer/store/fact_table.h"
#include "indexer/store/value_store.h"
#include "rocksdb/cache.h"
#include "rocksdb/db.h"

// The column families of an index, and the options that writer and reader share.
namespace factline::store {

// RocksDB opens families by name and gives handles in the order of the descriptors.
struct Families {
  std::vector<rocksdb::ColumnFamilyHandle*> all;  // for DestroyColumnFamilyHandle
  rocksdb::ColumnFamilyHandle* fresh = nullptr;
  rocksdb::ColumnFamilyHandle* terms = nullptr;
  rocksdb::ColumnFamilyHandle* post = nullptr;
  rocksdb::ColumnFamilyHandle* pos = nullptr;
  rocksdb::ColumnFamilyHandle* norms = nullptr;
  rocksdb::ColumnFamilyHandle* docs = nullptr;
  rocksdb::ColumnFamilyHandle* articles = nullptr;
  rocksdb::ColumnFamilyHandle* pages = nullptr;
  rocksdb::ColumnFamilyHandle* meta = nullptr;
  FactHandles facts;

  // The family of a segment's value.
  rocksdb::ColumnFamilyHandle* Of(ValueAddress::Kind kind) const;

  // The families whose keys begin with a segment.
  std::vector<rocksdb::ColumnFamilyHandle*> OfSegments() const { return {fresh, terms, post, pos, norms}; }
};

std::vector<rocksdb::ColumnFamilyDescriptor> FamilyDescriptors(const std::shared_ptr<rocksdb::Cache>& block_cache);

// From the handles that RocksDB gave for FamilyDescriptors.
Families FamiliesOf(std::vector<rocksdb::ColumnFamilyHandle*> handles);

// A live version of an article: the value of `articles` is document:varint version:varint.
struct LiveVersion {
  uint32_t doc = 0;
  uint64_t version = 0;

  std::string Encode() const;
  static absl::StatusOr<LiveVersion> Decode(std::string_view bytes);
};

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_FAMILIES_H_
