#ifndef FACTLINE_INDEXER_STORE_FACT_DB_H_
#define FACTLINE_INDEXER_STORE_FACT_DB_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rocksdb/db.h"

// RocksDB's reads in the words of this project, for the fact families.
namespace factline::store {

// OK, or an error that says what was being done.
absl::Status FromRocksDb(const rocksdb::Status& status, std::string_view what);

// The value of `key`; nullopt if there is none.
absl::StatusOr<std::optional<std::string>> ReadValue(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* family,
                                                     std::string_view key);

// The values of `keys`, which must be sorted, each in the place of its key.
absl::StatusOr<std::vector<std::optional<std::string>>> ReadValues(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* family,
                                                                   const std::vector<std::string_view>& keys);

// The count under `key`; 0 if there is none.
absl::StatusOr<uint64_t> ReadCount(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* family, std::string_view key);

inline std::string_view View(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }
inline rocksdb::Slice ToSlice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_FACT_DB_H_
