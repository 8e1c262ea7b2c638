#ifndef FACTLINE_INDEXER_APPLY_MERGER_H_
#define FACTLINE_INDEXER_APPLY_MERGER_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "indexer/store/writer.h"

namespace factline::apply {

struct MergerOptions {
  store::MergeScope scope = store::MergeScope::kAll;
  absl::Duration idle_wait = absl::Milliseconds(200);  // before looking again when nothing was due
  absl::Duration error_wait = absl::Seconds(5);        // after a merge that failed
  int nice = 10;  // of the thread that runs it, on top of the process's; zero: as is
  // Of one core, that a merge takes at most, over 0 and up to 1, so that commits and queries keep theirs; 1: all it
  // gets.
  double cpu_share = 1;
  // True while articles wait for their commit longer than they should: a merge stands still meanwhile. Unset: never.
  std::function<bool()> should_wait;
  // Merges are behind while the index has more segments of the scope than this (five levels have 35 at rest; those
  // too large to merge do not count), or fresh ones of more bytes than the merge policy allows, which readers keep in
  // memory: then they take the whole core and wait for nobody.
  size_t max_paced_segments = 40;
  // False: no merge is begun, and the one at hand ends (the disk is nearly full); what merges have replaced is still
  // dropped, for that gives space back. Unset: always true.
  std::function<bool()> may_merge;
  // One line for an operator about a merge that failed. Unset: not told.
  std::function<void(std::string_view)> log;
};

// Merges segments in the background, one at a time, on the thread that calls Run.
class Merger {
 public:
  // `writer` must outlive the merger. Two mergers may share it if one's scope is fresh segments and the other's levels.
  Merger(store::Writer& writer, MergerOptions options);
  Merger(const Merger&) = delete;
  Merger& operator=(const Merger&) = delete;

  // Until Stop. A merge that fails changes nothing and is tried again. Lowers the calling thread's priority for good.
  void Run();

  // From any thread. Ends the merge at hand, which changes nothing then, unless it is past its last term: that one is
  // finished.
  void Stop();

 private:
  absl::StatusOr<bool> MergeOnce();
  absl::Status Checkpoint();  // of a merge: pauses it, or ends it once stopped
  void Pause();               // as long as share and waiting articles ask for
  bool MayMerge() const;
  bool IsBehind() const;
  bool WaitUnlessStopped(absl::Duration duration);  // false once stopped

  store::Writer& writer_;
  const MergerOptions options_;

  // Of the merge at hand.
  uint64_t checkpoints_ = 0;
  uint64_t pauses_ = 0;
  absl::Duration paused_at_;       // processor time of this thread at the last pause
  std::optional<bool> is_behind_;  // unset: not looked yet

  std::mutex mutex_;
  std::condition_variable stop_came_;
  bool stopping_ = false;  // guarded by mutex_
};

}  // namespace factline::apply

#endif  // FACTLINE_INDEXER_APPLY_MERGER_H_
