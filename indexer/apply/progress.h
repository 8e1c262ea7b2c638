#ifndef FACTLINE_INDEXER_APPLY_PROGRESS_H_
#define FACTLINE_INDEXER_APPLY_PROGRESS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "protos/vocab/ids.h"

namespace factline::apply {

// How far a consumer is, for health, lag and statistics. A snapshot.
struct Progress {
  Partition partition;
  Offset indexed_offset;  // events before it are in the index, durably
  Offset log_end_offset;  // as the consumer last heard; never less than indexed_offset
  // When the log took in an event no younger than the oldest one that is not indexed; unset if none is waiting.
  std::optional<absl::Time> oldest_waiting_time;
  // Since when, by this process's clock, the oldest event that it has read waits for its commit; unset if none does.
  std::optional<absl::Time> waiting_since;
  std::optional<absl::Time> heard_time;  // last answer of the log; unset before the first
  std::string stall;                     // why nothing moves; empty while the consumer hears the log and writes

  // Since the consumer was made.
  uint64_t degraded_events = 0;  // articles indexed by their words alone
  uint64_t skipped_events = 0;   // could not be applied at all
  std::string last_problem;      // the newest of either, with its offset
  uint64_t commits = 0;
  uint64_t articles = 0;   // versions that commits put into the index
  uint64_t deletions = 0;  // articles that they withdrew
  uint64_t facts = 0;      // statements found in those articles, before the same ones are counted as one

  // Read from the log and not committed yet.
  uint64_t pending_events = 0, pending_bytes = 0;

  uint64_t lag_events() const { return log_end_offset.value() - indexed_offset.value(); }
};

}  // namespace factline::apply

#endif  // FACTLINE_INDEXER_APPLY_PROGRESS_H_
