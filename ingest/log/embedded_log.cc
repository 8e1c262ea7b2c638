#include "ingest/log/embedded_log.h"

#include <rocksdb/db.h>

#include <algorithm>
#include <chrono>

#include "ingest/log/families.h"
#include "ingest/log/keys.h"
#include "ingest/log/record.h"
#include "protos/vocab/rocks_status.h"
#include "protos/vocab/status.h"
#include "protos/vocab/timestamp.h"

namespace factline::log {
namespace {

constexpr absl::Duration kDiskRetryDelay = absl::Seconds(5);

class EmbeddedReader final : public Reader {
 public:
  EmbeddedReader(EmbeddedLog* log, std::string consumer) : log_(log), consumer_(std::move(consumer)) {}

  absl::StatusOr<EventBatch> Read(Partition partition, Offset from, const ReadLimits& limits) override {
    Register(partition);
    return log_->Read(partition, from, limits);
  }

  void ReportConsumed(Partition partition, Offset consumed) override {
    Register(partition);
    log_->ReportConsumed(consumer_, partition, consumed);
  }

 private:
  // What is refused a name reports nothing.
  void Register(Partition partition) {
    if (!consumer_.empty()) log_->RegisterConsumer(consumer_, partition).IgnoreError();
  }

  EmbeddedLog* const log_;
  const std::string consumer_;
};

}  // namespace

EmbeddedLog::EmbeddedLog(EmbeddedLogOptions options) : options_(std::move(options)) {}

EmbeddedLog::~EmbeddedLog() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    stop_changed_.notify_all();
  }
  if (maintenance_.joinable()) maintenance_.join();
  if (db_ == nullptr) return;
  WriteConsumers().IgnoreError();
  for (rocksdb::ColumnFamilyHandle* handle : handles_) db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  db_->Close().PermitUncheckedError();
}

absl::Status EmbeddedLog::CheckPartition(Partition partition) const {
  if (partition.value() < partitions_.size()) return absl::OkStatus();
  return FieldError("partition", Cat("is ", partition.value(), "; the log has ", partitions_.size(), ", from 0"));
}

Offset EmbeddedLog::EndOffset(Partition partition) const {
  std::lock_guard lock(mutex_);
  return partitions_.at(partition.value()).end;
}

absl::Status EmbeddedLog::failure() const {
  std::lock_guard lock(mutex_);
  return failure_;
}

absl::Status EmbeddedLog::CheckAdmission() const {
  if (options_.disk_reserve_bytes == 0) return failure();
  return AdmissionWith(MeasureFreeSpace());
}

absl::StatusOr<uint64_t> EmbeddedLog::MeasureFreeSpace() const {
  absl::StatusOr<uint64_t> free_bytes = options_.free_bytes(options_.path);
  std::lock_guard lock(mutex_);
  measured_free_bytes_ = free_bytes;
  return free_bytes;
}

absl::Status EmbeddedLog::AdmissionWith(const absl::StatusOr<uint64_t>& free_bytes) const {
  FL_RETURN_IF_ERROR(failure());
  if (options_.disk_reserve_bytes == 0) return absl::OkStatus();
  FL_RETURN_IF_ERROR(free_bytes.status());
  if (*free_bytes >= options_.disk_reserve_bytes) return absl::OkStatus();
  return WithRetryDelay(
      WithReason(absl::ResourceExhaustedError(Cat("the log's disk has ", *free_bytes,
                                                  " bytes free, below the reserve of ", options_.disk_reserve_bytes)),
                 "DISK_NEARLY_FULL"),
      kDiskRetryDelay);
}

absl::Status EmbeddedLog::Refuse(std::string_view text) {
  std::lock_guard lock(mutex_);
  // The first failure is the cause; what fails after it is its consequence.
  if (!failure_.ok()) return failure_;
  failure_ = absl::UnavailableError(Cat("the log takes no more events until it is opened anew: ", text));
  return failure_;
}

absl::Status EmbeddedLog::CheckOffsets(const AppendBatch& batch) const {
  std::lock_guard lock(mutex_);
  std::vector<uint64_t> next;
  for (const PartitionData& partition : partitions_) next.push_back(partition.end.value());
  for (const NewEvent& event : batch.events) {
    FL_RETURN_IF_ERROR(CheckPartition(event.partition));
    const uint64_t expected = next[event.partition.value()]++;
    if (event.offset.value() != expected) {
      return absl::AbortedError(Cat("offset ", event.offset.value(), " is not the next of partition ",
                                    event.partition.value(), ", which is ", expected));
    }
  }
  return absl::OkStatus();
}

absl::Status EmbeddedLog::Append(const AppendBatch& batch) {
  std::lock_guard append_lock(append_mutex_);
  if (!batch.events.empty()) FL_RETURN_IF_ERROR(CheckAdmission());
  FL_RETURN_IF_ERROR(CheckOffsets(batch));
  rocksdb::WriteBatch write;
  const std::vector<uint64_t> bytes = PutEvents(batch.events, &write);
  PutState(batch.state, &write);
  FL_RETURN_IF_ERROR(PutRanges(batch.events, bytes, &write));
  rocksdb::WriteOptions durable;
  durable.sync = true;
  if (const rocksdb::Status status = db_->Write(durable, &write); !status.ok()) return Refuse(status.ToString());
  Publish(batch.events);
  return absl::OkStatus();
}

std::vector<uint64_t> EmbeddedLog::PutEvents(const std::vector<NewEvent>& events, rocksdb::WriteBatch* write) const {
  std::vector<uint64_t> bytes;
  bytes.reserve(events.size());
  std::string record;
  for (const NewEvent& event : events) {
    const std::string key = EventKey(event.partition, event.offset);
    record.clear();
    AppendRecord(key, event.event, &record);
    write->Put(handles_[kEvents], key, record);
    bytes.push_back(key.size() + record.size());
  }
  return bytes;
}

void EmbeddedLog::PutState(const std::vector<StateChange>& changes, rocksdb::WriteBatch* write) const {
  for (const StateChange& change : changes) {
    if (change.value.has_value()) {
      write->Put(handles_[kState], change.key, *change.value);
    } else {
      write->Delete(handles_[kState], change.key);
    }
  }
}

absl::Status EmbeddedLog::PutRanges(const std::vector<NewEvent>& events, const std::vector<uint64_t>& bytes,
                                    rocksdb::WriteBatch* write) {
  std::lock_guard lock(mutex_);
  FL_RETURN_IF_ERROR(failure_);
  std::map<std::string, std::string> values;
  for (size_t i = 0; i < events.size(); ++i) {
    RangeTable& table = ranges_[events[i].partition.value()];
    table.Add(events[i].offset, bytes[i], FromTimestamp(events[i].event.accepted_time()), options_.range_bytes);
    const Range& range = table.ranges().back();
    values[RangeKey(events[i].partition, range.first)] = EncodeRangeValue(range);
  }
  for (const auto& [key, value] : values) write->Put(handles_[kMeta], key, value);
  return absl::OkStatus();
}

void EmbeddedLog::Publish(const std::vector<NewEvent>& events) {
  {
    std::lock_guard lock(mutex_);
    for (const NewEvent& event : events) {
      partitions_[event.partition.value()].end = Offset(event.offset.value() + 1);
    }
    appended_.notify_all();
  }
  std::lock_guard lock(listeners_mutex_);
  for (const auto& [id, listener] : listeners_) listener();
}

absl::StatusOr<std::optional<std::string>> EmbeddedLog::GetState(std::string_view key) const {
  std::string value;
  const rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), handles_[kState], ToSlice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  FL_RETURN_IF_ERROR(FromRocks(status, "reading state"));
  return value;
}

absl::StatusOr<std::vector<StateEntry>> EmbeddedLog::ScanState(std::string_view from, std::string_view end_exclusive,
                                                               size_t max_entries) const {
  const rocksdb::Slice end = ToSlice(end_exclusive);
  rocksdb::ReadOptions read;
  read.iterate_upper_bound = &end;
  read.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(read, handles_[kState]));
  std::vector<StateEntry> entries;
  for (it->Seek(ToSlice(from)); it->Valid() && entries.size() < max_entries; it->Next()) {
    entries.push_back({it->key().ToString(), it->value().ToString()});
  }
  FL_RETURN_IF_ERROR(FromRocks(it->status(), "scanning state"));
  return entries;
}

absl::StatusOr<Offset> EmbeddedLog::WaitForEnd(Partition partition, Offset from, absl::Duration wait) const {
  std::unique_lock lock(mutex_);
  const PartitionData& data = partitions_[partition.value()];
  if (from < data.first) {
    return WithReason(absl::OutOfRangeError(Cat("offset ", from.value(), " of partition ", partition.value(),
                                                " was dropped; the oldest event kept is ", data.first.value())),
                      "EVENTS_DROPPED");
  }
  if (from > data.end) {
    return absl::OutOfRangeError(Cat("offset ", from.value(), " of partition ", partition.value(),
                                     " is past the end, which is ", data.end.value()));
  }
  if (from == data.end && wait > absl::ZeroDuration()) {
    appended_.wait_for(lock, absl::ToChronoMilliseconds(wait), [&] { return data.end > from || stopping_; });
  }
  return data.end;
}

absl::Status EmbeddedLog::ReadRange(Partition partition, Offset from, Offset end, const ReadLimits& limits,
                                    std::vector<Event>* events) const {
  const uint64_t last = std::min<uint64_t>(end.value(), from.value() + std::max<size_t>(limits.max_events, 1));
  const std::string begin_key = EventKey(partition, from);
  const std::string end_key = EventKey(partition, Offset(last));
  const rocksdb::Slice upper = ToSlice(end_key);
  rocksdb::ReadOptions read;
  read.iterate_upper_bound = &upper;
  // A consumer that catches up reads everything once; it must not push the state's blocks out.
  read.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(read, handles_[kEvents]));
  size_t bytes = 0;
  uint64_t next = from.value();
  for (it->Seek(begin_key); it->Valid() && next < last; it->Next(), ++next) {
    if (FromSlice(it->key()) != EventKey(partition, Offset(next))) break;
    bytes += it->value().size();
    if (bytes > limits.max_bytes && !events->empty()) return absl::OkStatus();
    absl::StatusOr<storage::v1::LogEvent> event = DecodeRecord(FromSlice(it->key()), FromSlice(it->value()));
    if (!event.ok()) {
      return absl::Status(event.status().code(), Cat("partition ", partition.value(), ", offset ", next, ": ",
                                                     ToStd(event.status().message())));
    }
    events->push_back({Offset(next), *std::move(event)});
  }
  FL_RETURN_IF_ERROR(FromRocks(it->status(), "reading events"));
  if (next == last) return absl::OkStatus();
  return absl::DataLossError(
      Cat("partition ", partition.value(), " has no event at offset ", next, " though it ends at ", end.value()));
}

absl::StatusOr<EventBatch> EmbeddedLog::Read(Partition partition, Offset from, const ReadLimits& limits) const {
  FL_RETURN_IF_ERROR(CheckPartition(partition));
  FL_ASSIGN_OR_RETURN(const Offset end, WaitForEnd(partition, from, limits.wait));
  EventBatch batch{.events = {}, .end_offset = end};
  if (end == from) return batch;
  const absl::Status read = ReadRange(partition, from, end, limits, &batch.events);
  if (read.ok()) return batch;
  // Retention may have dropped the range in the meantime.
  FL_RETURN_IF_ERROR(WaitForEnd(partition, from, absl::ZeroDuration()).status());
  return read;
}

std::unique_ptr<Reader> EmbeddedLog::NewReader(std::string consumer) {
  return std::make_unique<EmbeddedReader>(this, std::move(consumer));
}

uint64_t EmbeddedLog::AddListener(std::function<void()> listener) {
  std::lock_guard lock(listeners_mutex_);
  listeners_.emplace(next_listener_, std::move(listener));
  return next_listener_++;
}

void EmbeddedLog::RemoveListener(uint64_t id) {
  std::lock_guard lock(listeners_mutex_);
  listeners_.erase(id);
}

}  // namespace factline::log
