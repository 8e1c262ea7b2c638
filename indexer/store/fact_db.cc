#include "indexer/store/fact_db.h"

#include "indexer/store/fact_row.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/status.h"

namespace factline::store {

absl::Status FromRocksDb(const rocksdb::Status& status, std::string_view what) {
  if (status.ok()) return absl::OkStatus();
  const std::string message = Cat(what, ": ", status.ToString());
  return status.IsCorruption() ? absl::DataLossError(message) : absl::InternalError(message);
}

absl::StatusOr<std::optional<std::string>> ReadValue(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* family,
                                                     std::string_view key) {
  std::string value;
  const rocksdb::Status status = db->Get(rocksdb::ReadOptions(), family, ToSlice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  FL_RETURN_IF_ERROR(FromRocksDb(status, Cat("read of family ", family->GetName())));
  return value;
}

absl::StatusOr<std::vector<std::optional<std::string>>> ReadValues(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* family,
                                                                   const std::vector<std::string_view>& keys) {
  std::vector<rocksdb::Slice> slices;
  slices.reserve(keys.size());
  for (const std::string_view key : keys) slices.push_back(ToSlice(key));
  std::vector<rocksdb::PinnableSlice> found(keys.size());
  std::vector<rocksdb::Status> statuses(keys.size());
  db->MultiGet(rocksdb::ReadOptions(), family, slices.size(), slices.data(), found.data(), statuses.data(),
               /*sorted_input=*/true);
  std::vector<std::optional<std::string>> values(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    if (statuses[i].IsNotFound()) continue;
    FL_RETURN_IF_ERROR(FromRocksDb(statuses[i], Cat("read of family ", family->GetName())));
    values[i] = found[i].ToString();
  }
  return values;
}

absl::StatusOr<uint64_t> ReadCount(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* family, std::string_view key) {
  FL_ASSIGN_OR_RETURN(const std::optional<std::string> bytes, ReadValue(db, family, key));
  if (!bytes.has_value()) return 0;
  return DecodeCount(*bytes);
}

}  // namespace factline::store
