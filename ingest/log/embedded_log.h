#ifndef FACTLINE_INGEST_LOG_EMBEDDED_LOG_H_
#define FACTLINE_INGEST_LOG_EMBEDDED_LOG_H_

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "ingest/log/ranges.h"
#include "ingest/log/reader.h"
#include "ingest/log/writer.h"
#include "protos/vocab/disk_space.h"
#include "protos/vocab/engine_stats.h"
#include "protos/vocab/ids.h"
#include "protos/vocab/rocks_backups.h"

namespace rocksdb {
class ColumnFamilyHandle;
class DB;
class Env;
class Iterator;
class WriteBatch;
}  // namespace rocksdb

namespace factline::log {

struct EmbeddedLogOptions {
  std::string path;  // a directory of its own; made if absent
  // 1 to 1024. A log keeps the number it was made with, and is not opened with another one; zero: that number, or 1 for
  // a new log.
  uint32_t partitions = 0;

  // Retention drops whole ranges, oldest first, and never the newest one of a partition.
  uint64_t retention_bytes = 0;                         // over all partitions, before compression; zero: no limit
  absl::Duration retention_age = absl::ZeroDuration();  // since the event was accepted; zero: no limit
  std::vector<std::string> consumers;                   // waited for on every partition before they first report, too
  std::vector<std::string> forgotten_consumers;         // no longer waited for, until one reads again
  uint64_t range_bytes = 16 << 20;                      // a range is closed at this size

  uint64_t disk_reserve_bytes = 1 << 30;  // new events are refused while less is free; zero: never
  size_t block_cache_bytes = 32 << 20;    // for reads of old events and of state
  size_t write_buffer_bytes = 64 << 20;   // all memtables together; at least 4 MiB
  bool engine_counters = false;           // counts what EngineStats has since the log was opened
  // How often consumers' progress is written, retention runs, sizes and free space are measured. Zero: only by
  // RunMaintenance.
  absl::Duration maintenance_interval = absl::Seconds(1);

  std::function<absl::Time()> clock = absl::Now;
  std::function<absl::StatusOr<uint64_t>(const std::string&)> free_bytes = FreeDiskBytes;
  rocksdb::Env* env = nullptr;  // where the files lie; null: in the file system. Must outlive the log
};

// A log in a RocksDB of its own. Thread-safe. Readers see an event once it is on disk, never before.
class EmbeddedLog final : public Writer {
 public:
  // FAILED_PRECONDITION: another process has it open, or it was made with other options; DATA_LOSS: what is wrong with
  // the files. Takes time in proportion to the write buffers, not to the log.
  static absl::StatusOr<std::unique_ptr<EmbeddedLog>> Open(EmbeddedLogOptions options);
  ~EmbeddedLog() override;

  uint32_t partition_count() const override { return static_cast<uint32_t>(partitions_.size()); }
  Offset EndOffset(Partition partition) const override;
  absl::Status CheckAdmission() const override;
  // Why the log takes nothing more until it is opened anew, or OK. Once not OK, it stays so: a process that serves
  // this log should end then, and be started again.
  absl::Status failure() const;
  absl::Status Append(const AppendBatch& batch) override;
  absl::StatusOr<std::optional<std::string>> GetState(std::string_view key) const override;
  absl::StatusOr<std::vector<StateEntry>> ScanState(std::string_view from, std::string_view end_exclusive,
                                                    size_t max_entries) const override;
  LogState Describe() const override;
  EngineStats engine_stats() const;  // as Describe, never waits for the disk

  // As Reader::Read.
  absl::StatusOr<EventBatch> Read(Partition partition, Offset from, const ReadLimits& limits) const;

  // A Reader on this log, which must outlive it. It registers `consumer` with each partition that it reads or reports
  // of; "" reports no progress.
  std::unique_ptr<Reader> NewReader(std::string consumer);

  // Makes `consumer` one that retention waits for on this partition until it is forgotten: from the offset on that it
  // reported last, or from 0. The name is written within `maintenance_interval`, and before anything more is dropped.
  // INVALID_ARGUMENT: no name of 1 to 64 printable ASCII characters, or no such partition; RESOURCE_EXHAUSTED: 64 have
  // names there already.
  absl::Status RegisterConsumer(std::string_view consumer, Partition partition);

  // Of a registered consumer; written within `maintenance_interval`. Never waits for the disk; the newest word counts.
  void ReportConsumed(std::string_view consumer, Partition partition, Offset consumed);
  // Which of `forgotten_consumers` this opening has forgotten.
  const std::set<std::string>& forgotten_consumers() const { return forgotten_; }
  // What `consumer` reported last, 0 if it never did; none if it was never registered.
  std::optional<Offset> Consumed(std::string_view consumer, Partition partition) const;

  // `listener` is called after each Append, from the appending thread: it must be quick and must not call back.
  // After RemoveListener has returned it runs no more.
  uint64_t AddListener(std::function<void()> listener);
  void RemoveListener(uint64_t id);

  // Adds a copy of the log to `backups`, while it is written and read: every event whose Append has returned before the
  // call is in it. Errors as of RocksBackups::Create. Blocks until it is on disk.
  absl::StatusOr<RocksBackup> Backup(RocksBackups& backups, std::string_view name) const;

  // One bounded step of what the maintenance thread does.
  absl::Status RunMaintenance();

 private:
  struct PartitionData {
    Offset first, end;
    // By the consumer's name; none where it is awaited by the options alone: such a name lasts as long as the options.
    std::map<std::string, std::optional<Offset>, std::less<>> consumed;

    // What consumers still need begins here.
    Offset KeepFrom() const;
  };

  explicit EmbeddedLog(EmbeddedLogOptions options);

  absl::Status OpenDatabase();
  absl::Status CheckOrWriteFormat();
  absl::Status Restore();
  absl::Status RestoreEntry(std::string_view key, std::string_view value);
  absl::Status CheckPartition(Partition partition) const;
  absl::Status CheckOffsets(const AppendBatch& batch) const;
  // What an Append writes. PutEvents returns the bytes of each; PutRanges counts them in ranges_, and fails where the
  // log takes nothing more.
  std::vector<uint64_t> PutEvents(const std::vector<NewEvent>& events, rocksdb::WriteBatch* write) const;
  void PutState(const std::vector<StateChange>& changes, rocksdb::WriteBatch* write) const;
  absl::Status PutRanges(const std::vector<NewEvent>& events, const std::vector<uint64_t>& bytes,
                         rocksdb::WriteBatch* write);
  void Publish(const std::vector<NewEvent>& events);  // to readers, once they are on disk
  absl::Status ReadRange(Partition partition, Offset from, Offset end, const ReadLimits& limits,
                         std::vector<Event>* events) const;
  absl::StatusOr<Offset> WaitForEnd(Partition partition, Offset from, absl::Duration wait) const;
  // Makes retention wait for `consumer`, unwritten. Errors as of RegisterConsumer.
  absl::Status AwaitConsumer(std::string_view consumer, Partition partition);
  absl::Status WriteConsumers();
  absl::Status Retain();
  void MeasureSize();
  absl::StatusOr<uint64_t> MeasureFreeSpace() const;
  absl::Status AdmissionWith(const absl::StatusOr<uint64_t>& free_bytes) const;
  absl::Status Refuse(std::string_view text);
  void Maintain();

  const EmbeddedLogOptions options_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;  // in the order of kMeta, kEvents, kState

  std::mutex append_mutex_;  // one Append at a time; taken before mutex_

  mutable std::mutex mutex_;  // guards what follows; never held over a write
  mutable std::condition_variable appended_;
  std::vector<PartitionData> partitions_;
  std::vector<RangeTable> ranges_;
  bool consumers_changed_ = false;
  std::set<std::string> forgotten_;                            // complete once the log is open
  absl::Status failure_;                                       // why it takes no more events until it is opened anew
  mutable absl::StatusOr<uint64_t> measured_free_bytes_ = 0u;  // as it was last asked for
  bool stopping_ = false;
  std::condition_variable stop_changed_;

  std::mutex listeners_mutex_;
  std::map<uint64_t, std::function<void()>> listeners_;
  uint64_t next_listener_ = 1;

  std::atomic<uint64_t> log_bytes_ = 0;
  std::thread maintenance_;
};

}  // namespace factline::log

#endif  // FACTLINE_INGEST_LOG_EMBEDDED_LOG_H_
