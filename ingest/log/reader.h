#ifndef FACTLINE_INGEST_LOG_READER_H_
#define FACTLINE_INGEST_LOG_READER_H_

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "factline/storage/v1/log_event.pb.h"
#include "protos/vocab/ids.h"

namespace factline::log {

struct Event {
  Offset offset;
  storage::v1::LogEvent event;
};

struct EventBatch {
  std::vector<Event> events;  // dense and in order, the first one at the offset asked for; may be empty
  Offset end_offset;          // the offset that the next event will get, when the batch was read
};

struct ReadLimits {
  size_t max_events = 256;
  size_t max_bytes = 4 << 20;                     // an event larger than this comes alone
  absl::Duration wait = absl::Milliseconds(500);  // for the first event; zero: do not wait
};

// A place to read a partition's events from: the embedded log in its own process, or an ingestor over gRPC.
// One thread at a time a partition.
class Reader {
 public:
  virtual ~Reader() = default;

  // Events from `from` on. An empty batch after `limits.wait` is no error. OUT_OF_RANGE: `from` is past the end, or
  // retention dropped it (reason EVENTS_DROPPED). UNAVAILABLE: try again later.
  virtual absl::StatusOr<EventBatch> Read(Partition partition, Offset from, const ReadLimits& limits) = 0;

  // Tells the log that events before `consumed` are durable at this consumer. Never blocks; the newest word counts.
  virtual void ReportConsumed(Partition partition, Offset consumed) = 0;
};

}  // namespace factline::log

#endif  // FACTLINE_INGEST_LOG_READER_H_
