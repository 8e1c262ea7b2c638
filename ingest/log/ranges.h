#ifndef FACTLINE_INGEST_LOG_RANGES_H_
#define FACTLINE_INGEST_LOG_RANGES_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "protos/vocab/ids.h"

namespace factline::log {

// A run of events of one partition: the unit that retention drops.
struct Range {
  Offset first;
  Offset end_exclusive;
  uint64_t bytes = 0;  // of keys and records, before compression
  absl::Time newest = absl::InfinitePast();
};

// The value of a range key. Decoding takes any bytes; DATA_LOSS says what is wrong.
std::string EncodeRangeValue(const Range& range);
absl::StatusOr<Range> DecodeRange(Offset first, std::string_view value);

// The ranges of one partition, oldest first, without a gap. Not thread-safe.
class RangeTable {
 public:
  // Takes the next range found on disk; DATA_LOSS if it does not follow the one before.
  absl::Status Restore(Range range);

  // Counts an event in. A new range begins when the newest one holds `range_bytes` or more.
  void Add(Offset offset, uint64_t bytes, absl::Time time, uint64_t range_bytes);

  const std::deque<Range>& ranges() const { return ranges_; }
  uint64_t bytes() const { return bytes_; }

  // The oldest range, if it may go: it is not the newest, and all of it lies before `keep_from`.
  std::optional<Range> OldestDroppable(Offset keep_from) const;
  void DropOldest();

 private:
  std::deque<Range> ranges_;
  uint64_t bytes_ = 0;
};

struct RetentionPolicy {
  uint64_t max_bytes = 0;      // over all partitions; zero: no limit
  absl::Time keep_newer_than;  // a range whose newest event is older goes; InfinitePast: no limit
  size_t max_ranges = 64;      // dropped by one call
};

struct DroppedRange {
  Partition partition;
  Range range;
};

// Which ranges the policy drops, oldest first, taken out of `tables` (indexed by partition). `keep_from[p]`: the offset
// from which on partition p is still needed.
std::vector<DroppedRange> ApplyRetention(const RetentionPolicy& policy, const std::vector<Offset>& keep_from,
                                         std::vector<RangeTable>* tables);

}  // namespace factline::log

#endif  // FACTLINE_INGEST_LOG_RANGES_H_
