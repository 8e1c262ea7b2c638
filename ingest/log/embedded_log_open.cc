// How an embedded log is found again: database, format, first offsets, ranges and consumers.
#include <rocksdb/db.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "ingest/log/embedded_log.h"
#include "ingest/log/families.h"
#include "ingest/log/format.h"
#include "ingest/log/keys.h"
#include "protos/vocab/rocks_peek.h"
#include "protos/vocab/rocks_status.h"
#include "protos/vocab/status.h"

namespace factline::log {
namespace {

constexpr uint32_t kMaxPartitions = 1024;
constexpr std::string_view kFormatKey = "format";
constexpr std::string_view kPartitionsKey = "partitions";

absl::Status BadEntry(std::string_view key, std::string_view what) {
  return absl::DataLossError(
      Cat("the log's meta entry of ", key.size(), " bytes and kind '", key.substr(0, 1), "' ", what));
}

bool Has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

absl::Status CheckFormat(const std::string& path, std::string_view format) {
  if (format.size() != 4) return absl::DataLossError("the log's format version is not four bytes long");
  const uint64_t version = GetBigEndian<uint32_t>(format);
  if (version == kFormatVersion) return absl::OkStatus();
  return absl::FailedPreconditionError(Cat("the log in ", path, " has format ", version, "; this program reads ",
                                           kFormatVersion, ", and leaves it as it is"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<EmbeddedLog>> EmbeddedLog::Open(EmbeddedLogOptions options) {
  if (options.partitions > kMaxPartitions) {
    return absl::InvalidArgumentError(Cat("a log has 1 to ", kMaxPartitions, " partitions, not ", options.partitions));
  }
  for (const std::string& consumer : options.consumers) {
    if (!Has(options.forgotten_consumers, consumer)) continue;
    return FieldError("consumer", Cat("'", consumer, "' cannot be both awaited and forgotten"));
  }
  std::unique_ptr<EmbeddedLog> log(new EmbeddedLog(std::move(options)));
  FL_RETURN_IF_ERROR(log->OpenDatabase());
  FL_RETURN_IF_ERROR(log->CheckOrWriteFormat());
  FL_RETURN_IF_ERROR(log->Restore());
  log->MeasureSize();
  log->MeasureFreeSpace().IgnoreError();  // CheckAdmission says so too
  if (log->options_.maintenance_interval > absl::ZeroDuration()) {
    log->maintenance_ = std::thread([self = log.get()] { self->Maintain(); });
  }
  return log;
}

absl::Status EmbeddedLog::OpenDatabase() {
  std::error_code error;
  std::filesystem::create_directories(options_.path, error);
  if (error) return absl::UnavailableError(Cat("making the log's directory ", options_.path, ": ", error.message()));
  // Opening writes. What is wrong with the files otherwise, opening says.
  if (const auto format = PeekRocks(options_.path, rocksdb::kDefaultColumnFamilyName, kFormatKey, options_.env);
      format.has_value()) {
    FL_RETURN_IF_ERROR(CheckFormat(options_.path, *format));
  }
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      rocksdb::DB::Open(LogDatabaseOptions(options_), options_.path, LogFamilies(options_), &handles_, &db);
  if (status.IsIOError() && status.ToString().find("lock") != std::string::npos) {
    return absl::FailedPreconditionError(Cat("the log in ", options_.path, " is open in another process"));
  }
  if (status.IsCorruption()) {
    return absl::DataLossError(Cat("opening the log in ", options_.path, ": ", status.ToString(),
                                   "; a file of the log is damaged (", options_.path,
                                   "/LOG says more): restore a backup to another directory, by factline restore"));
  }
  FL_RETURN_IF_ERROR(FromRocks(status, Cat("opening the log in ", options_.path)));
  db_.reset(db);
  return absl::OkStatus();
}

absl::Status EmbeddedLog::CheckOrWriteFormat() {
  std::string format, partitions;
  const rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), handles_[kMeta], ToSlice(kFormatKey), &format);
  if (status.IsNotFound()) {
    PutBigEndian(kFormatVersion, &format);
    partitions_.resize(std::max<uint32_t>(options_.partitions, 1));
    PutBigEndian(static_cast<uint32_t>(partitions_.size()), &partitions);
    rocksdb::WriteBatch write;
    write.Put(handles_[kMeta], ToSlice(kFormatKey), format);
    write.Put(handles_[kMeta], ToSlice(kPartitionsKey), partitions);
    rocksdb::WriteOptions durable;
    durable.sync = true;
    return FromRocks(db_->Write(durable, &write), "writing the log's format");
  }
  FL_RETURN_IF_ERROR(FromRocks(status, "reading the log's format"));
  FL_RETURN_IF_ERROR(CheckFormat(options_.path, format));
  FL_RETURN_IF_ERROR(FromRocks(db_->Get(rocksdb::ReadOptions(), handles_[kMeta], ToSlice(kPartitionsKey), &partitions),
                               "reading partitions"));
  if (partitions.size() != 4) return absl::DataLossError("the log's number of partitions is not four bytes long");
  const uint64_t count = GetBigEndian<uint32_t>(partitions);
  if (count == 0 || count > kMaxPartitions) {
    return absl::DataLossError(Cat("the log's number of partitions, ", count, ", is not 1 to ", kMaxPartitions));
  }
  if (options_.partitions != 0 && options_.partitions != count) {
    return absl::FailedPreconditionError(
        Cat("the log in ", options_.path, " was made with ", count, " partitions, not ", options_.partitions));
  }
  partitions_.resize(count);
  return absl::OkStatus();
}

absl::Status EmbeddedLog::Restore() {
  ranges_.resize(partitions_.size());
  const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(rocksdb::ReadOptions(), handles_[kMeta]));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    FL_RETURN_IF_ERROR(RestoreEntry(FromSlice(it->key()), FromSlice(it->value())));
  }
  FL_RETURN_IF_ERROR(FromRocks(it->status(), "reading the log's meta entries"));
  for (uint32_t p = 0; p < partitions_.size(); ++p) {
    const auto& ranges = ranges_[p].ranges();
    partitions_[p].end = ranges.empty() ? partitions_[p].first : ranges.back().end_exclusive;
    if (!ranges.empty() && ranges.front().first != partitions_[p].first) {
      return absl::DataLossError(Cat("partition ", p, " begins at offset ", partitions_[p].first.value(),
                                     " but its oldest range at ", ranges.front().first.value()));
    }
  }
  for (uint32_t p = 0; p < partitions_.size(); ++p) {
    for (const std::string& consumer : options_.consumers) {
      FL_RETURN_IF_ERROR(AwaitConsumer(consumer, Partition(p)));
    }
  }
  return absl::OkStatus();
}

absl::Status EmbeddedLog::RestoreEntry(std::string_view key, std::string_view value) {
  if (key == kFormatKey || key == kPartitionsKey) return absl::OkStatus();
  if (key.size() < 5) return BadEntry(key, "is unknown");
  const uint64_t p = GetBigEndian<uint32_t>(key.substr(1));
  if (p >= partitions_.size()) return BadEntry(key, Cat("names partition ", p, " of ", partitions_.size()));
  const std::string_view rest = key.substr(5);
  switch (key[0]) {
    case kFirstTag:
      if (value.size() != 8 || !rest.empty()) return BadEntry(key, "is malformed");
      partitions_[p].first = Offset(GetBigEndian<uint64_t>(value));
      return absl::OkStatus();
    case kRangeTag: {
      if (rest.size() != 8) return BadEntry(key, "is malformed");
      FL_ASSIGN_OR_RETURN(const Range range, DecodeRange(Offset(GetBigEndian<uint64_t>(rest)), value));
      return ranges_[p].Restore(range);
    }
    case kConsumerTag: {
      if (value.size() != 8) return BadEntry(key, "is malformed");
      const std::string name(rest);
      if (Has(options_.forgotten_consumers, name)) {
        forgotten_.insert(name);
        return FromRocks(db_->Delete(rocksdb::WriteOptions(), handles_[kMeta], ToSlice(key)), Cat("forgetting ", name));
      }
      FL_RETURN_IF_ERROR(AwaitConsumer(name, Partition(static_cast<uint32_t>(p))));
      partitions_[p].consumed[name] = Offset(GetBigEndian<uint64_t>(value));
      return absl::OkStatus();
    }
    default:
      return BadEntry(key, "is unknown");
  }
}

}  // namespace factline::log
