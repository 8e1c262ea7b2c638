#ifndef FACTLINE_INGEST_LOG_WRITER_H_
#define FACTLINE_INGEST_LOG_WRITER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "factline/storage/v1/log_event.pb.h"
#include "protos/vocab/ids.h"

namespace factline::log {

// One event to append. `offset` is where the caller expects it to stand: what it writes beside the event (results
// that name offsets) is right only there.
struct NewEvent {
  Partition partition;
  Offset offset;
  storage::v1::LogEvent event;
};

// A change of the state that the writer's owner keeps beside the log (idempotence, versions).
struct StateChange {
  std::string key;
  std::optional<std::string> value;  // none: the key is deleted
};

// Becomes durable as a whole or not at all, over all partitions it names.
struct AppendBatch {
  std::vector<NewEvent> events;
  std::vector<StateChange> state;
};

struct StateEntry {
  std::string key, value;
};

struct PartitionState {
  Partition partition;
  Offset first_offset;           // oldest event kept
  Offset end_offset;             // what the next event will get
  Offset consumed_offset;        // the slowest named consumer's; `first_offset` if there is none
  absl::Time newest_event_time;  // InfinitePast for a partition that is empty
};

struct LogState {
  std::vector<PartitionState> partitions;
  uint64_t log_bytes = 0;        // on disk, up to a second old
  uint64_t disk_free_bytes = 0;  // when it was last measured, up to a second ago
  uint64_t disk_reserve_bytes = 0;
  absl::Status admission;  // why new events are refused, or OK; by that measure
};

// Where events are appended, durably and in order. Thread-safe. One Append costs one fsync: a caller groups all that
// waits into one batch (ingest/accept does).
class Writer {
 public:
  virtual ~Writer() = default;

  virtual uint32_t partition_count() const = 0;

  // The offset that the partition's next event will get.
  virtual Offset EndOffset(Partition partition) const = 0;

  // Whether an Append would be taken now. RESOURCE_EXHAUSTED (reason DISK_NEARLY_FULL, with a retry delay): free disk
  // space is below the reserve. UNAVAILABLE: an earlier write failed; the log takes nothing until it is opened anew.
  virtual absl::Status CheckAdmission() const = 0;

  // OK: the batch is on disk and readers see it. Otherwise readers never see it while this process lives; after
  // UNAVAILABLE it may still be found whole when the log is opened anew. ABORTED: an event's offset is not the next of
  // its partition. Else as CheckAdmission; a batch of state alone is not refused for want of space.
  virtual absl::Status Append(const AppendBatch& batch) = 0;

  // State as of the last Append.
  virtual absl::StatusOr<std::optional<std::string>> GetState(std::string_view key) const = 0;

  // Up to `max_entries` entries of [from, end_exclusive), in key order.
  virtual absl::StatusOr<std::vector<StateEntry>> ScanState(std::string_view from, std::string_view end_exclusive,
                                                            size_t max_entries) const = 0;

  // Never waits for the disk.
  virtual LogState Describe() const = 0;
};

}  // namespace factline::log

#endif  // FACTLINE_INGEST_LOG_WRITER_H_
