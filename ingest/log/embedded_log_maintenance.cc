// What an embedded log does beside reading and appending: consumers, retention, sizes.
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>

#include <algorithm>

#include "ingest/log/embedded_log.h"
#include "ingest/log/families.h"
#include "ingest/log/format.h"
#include "ingest/log/keys.h"
#include "protos/vocab/rocks_stats.h"
#include "protos/vocab/rocks_status.h"
#include "protos/vocab/status.h"
#include "protos/vocab/version.h"

namespace factline::log {
namespace {

constexpr size_t kMaxConsumers = 64;
constexpr size_t kMaxConsumerNameBytes = 64;

bool IsConsumerName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxConsumerNameBytes &&
         std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

}  // namespace

absl::Status EmbeddedLog::AwaitConsumer(std::string_view consumer, Partition partition) {
  if (!IsConsumerName(consumer)) {
    return FieldError("consumer", Cat("must be 1 to ", kMaxConsumerNameBytes, " printable ASCII characters"));
  }
  FL_RETURN_IF_ERROR(CheckPartition(partition));
  std::lock_guard lock(mutex_);
  auto& consumed = partitions_[partition.value()].consumed;
  if (consumed.contains(consumer)) return absl::OkStatus();
  if (consumed.size() >= kMaxConsumers) {
    return absl::ResourceExhaustedError(
        Cat(kMaxConsumers, " consumers of partition ", partition.value(), " have names already"));
  }
  consumed.emplace(consumer, std::nullopt);
  return absl::OkStatus();
}

absl::Status EmbeddedLog::RegisterConsumer(std::string_view consumer, Partition partition) {
  FL_RETURN_IF_ERROR(AwaitConsumer(consumer, partition));
  std::lock_guard lock(mutex_);
  std::optional<Offset>& consumed = partitions_[partition.value()].consumed.find(consumer)->second;
  if (consumed.has_value()) return absl::OkStatus();
  consumed = Offset(0);
  consumers_changed_ = true;
  return absl::OkStatus();
}

void EmbeddedLog::ReportConsumed(std::string_view consumer, Partition partition, Offset consumed) {
  std::lock_guard lock(mutex_);
  if (partition.value() >= partitions_.size()) return;
  PartitionData& data = partitions_[partition.value()];
  const auto it = data.consumed.find(consumer);
  if (it == data.consumed.end()) return;
  consumed = std::min(consumed, data.end);
  if (it->second == consumed) return;
  it->second = consumed;
  consumers_changed_ = true;
}

std::optional<Offset> EmbeddedLog::Consumed(std::string_view consumer, Partition partition) const {
  std::lock_guard lock(mutex_);
  if (partition.value() >= partitions_.size()) return std::nullopt;
  const auto& consumed = partitions_[partition.value()].consumed;
  const auto it = consumed.find(consumer);
  return it == consumed.end() ? std::nullopt : it->second;
}

Offset EmbeddedLog::PartitionData::KeepFrom() const {
  Offset keep = end;
  for (const auto& [name, offset] : consumed) keep = std::min(keep, offset.value_or(Offset(0)));
  return keep;
}

LogState EmbeddedLog::Describe() const {
  LogState state;
  state.log_bytes = log_bytes_.load(std::memory_order_relaxed);
  state.disk_reserve_bytes = options_.disk_reserve_bytes;
  absl::StatusOr<uint64_t> free_bytes;
  {
    std::lock_guard lock(mutex_);
    free_bytes = measured_free_bytes_;
    for (uint32_t p = 0; p < partitions_.size(); ++p) {
      const PartitionData& data = partitions_[p];
      const auto& ranges = ranges_[p].ranges();
      state.partitions.push_back(
          {.partition = Partition(p),
           .first_offset = data.first,
           .end_offset = data.end,
           .consumed_offset = data.consumed.empty() ? data.first : std::max(data.KeepFrom(), data.first),
           .newest_event_time = ranges.empty() ? absl::InfinitePast() : ranges.back().newest});
    }
  }
  state.disk_free_bytes = free_bytes.value_or(0);
  state.admission = AdmissionWith(free_bytes);
  return state;
}

EngineStats EmbeddedLog::engine_stats() const { return ReadEngineStats(db_.get(), handles_); }

absl::StatusOr<RocksBackup> EmbeddedLog::Backup(RocksBackups& backups, std::string_view name) const {
  storage::v1::BackupRecord record;
  record.set_name(std::string(name));
  record.set_store("log");
  record.set_format_version(kFormatVersion);
  record.set_program_version(std::string(kVersion));
  for (const PartitionState& state : Describe().partitions) {
    storage::v1::BackupRange& range = *record.add_partitions();
    range.set_partition(state.partition.value());
    range.set_first_offset(state.first_offset.value());
    range.set_end_offset(state.end_offset.value());
  }
  return backups.Create(db_.get(), record);
}

absl::Status EmbeddedLog::WriteConsumers() {
  rocksdb::WriteBatch write;
  {
    std::lock_guard lock(mutex_);
    if (!consumers_changed_) return absl::OkStatus();
    consumers_changed_ = false;
    for (uint32_t p = 0; p < partitions_.size(); ++p) {
      for (const auto& [name, consumed] : partitions_[p].consumed) {
        if (!consumed.has_value()) continue;
        write.Put(handles_[kMeta], ConsumerKey(Partition(p), name), OffsetValue(*consumed));
      }
    }
  }
  // Not synced: after a crash an older word only makes retention wait longer.
  const rocksdb::Status status = db_->Write(rocksdb::WriteOptions(), &write);
  if (!status.ok()) {
    std::lock_guard lock(mutex_);
    consumers_changed_ = true;
  }
  return FromRocks(status, "writing the consumers' progress");
}

absl::Status EmbeddedLog::Retain() {
  if (options_.retention_bytes == 0 && options_.retention_age == absl::ZeroDuration()) return absl::OkStatus();
  RetentionPolicy policy{.max_bytes = options_.retention_bytes, .keep_newer_than = absl::InfinitePast()};
  if (options_.retention_age > absl::ZeroDuration()) policy.keep_newer_than = options_.clock() - options_.retention_age;

  rocksdb::WriteBatch write;
  std::map<Partition, Offset> new_first;
  {
    std::lock_guard lock(mutex_);
    FL_RETURN_IF_ERROR(failure_);
    std::vector<Offset> keep_from;
    for (const PartitionData& data : partitions_) keep_from.push_back(data.KeepFrom());
    for (const DroppedRange& dropped : ApplyRetention(policy, keep_from, &ranges_)) {
      write.Delete(handles_[kMeta], RangeKey(dropped.partition, dropped.range.first));
      new_first[dropped.partition] = dropped.range.end_exclusive;
    }
    if (new_first.empty()) return absl::OkStatus();
    for (const auto& [partition, first] : new_first) {
      write.Put(handles_[kMeta], MetaKey(kFirstTag, partition), OffsetValue(first));
      partitions_[partition.value()].first = first;
    }
  }
  rocksdb::WriteOptions durable;
  durable.sync = true;
  if (const rocksdb::Status status = db_->Write(durable, &write); !status.ok()) return Refuse(status.ToString());
  // Whole dead files only, and no range tombstone: one that reached from the oldest to the newest file would make the
  // next compaction rewrite all between. What a file still shares with live events goes with its last live one.
  for (const auto& [partition, first] : new_first) {
    const std::string begin = EventKey(partition, Offset(0));
    const std::string end = EventKey(partition, first);
    const rocksdb::Slice begin_slice = begin, end_slice = end;
    FL_RETURN_IF_ERROR(FromRocks(
        rocksdb::DeleteFilesInRange(db_.get(), handles_[kEvents], &begin_slice, &end_slice, /*include_end=*/false),
        "dropping old events"));
  }
  return absl::OkStatus();
}

void EmbeddedLog::MeasureSize() {
  uint64_t bytes = 0;
  for (rocksdb::ColumnFamilyHandle* handle : handles_) {
    uint64_t family_bytes = 0;
    if (db_->GetIntProperty(handle, rocksdb::DB::Properties::kTotalSstFilesSize, &family_bytes)) bytes += family_bytes;
  }
  rocksdb::VectorLogPtr wals;
  if (db_->GetSortedWalFiles(wals).ok()) {
    for (const auto& wal : wals) bytes += wal->SizeFileBytes();
  }
  log_bytes_.store(bytes, std::memory_order_relaxed);
}

absl::Status EmbeddedLog::RunMaintenance() {
  absl::Status result = WriteConsumers();
  result.Update(Retain());
  MeasureSize();
  MeasureFreeSpace().IgnoreError();  // CheckAdmission says so too
  return result;
}

void EmbeddedLog::Maintain() {
  const auto interval = absl::ToChronoMilliseconds(options_.maintenance_interval);
  std::unique_lock lock(mutex_);
  while (!stop_changed_.wait_for(lock, interval, [&] { return stopping_; })) {
    lock.unlock();
    // A step that fails is tried again; a failed write of the log itself shows in CheckAdmission.
    RunMaintenance().IgnoreError();
    lock.lock();
  }
}

}  // namespace factline::log
