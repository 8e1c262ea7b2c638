#ifndef FACTLINE_INDEXER_APPLY_MERGER_H_
#define FACTLINE_INDEXER_APPLY_MERGER_H_

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "indexer/store/writer.h"

namespace factline::apply {

struct MergerOptions {
  absl::Duration idle_wait = absl::Milliseconds(200);  // before looking again when nothing was due
  absl::Duration error_wait = absl::Seconds(5);        // after a merge that failed
  int nice = 10;  // of the thread that runs it, on top of the process's; zero: as is
  // False: no merge is begun (the disk is nearly full); what merges have replaced is still dropped, for that gives
  // space back. Unset: always true.
  std::function<bool()> may_merge;
  // One line for an operator about a merge that failed. Unset: not told.
  std::function<void(std::string_view)> log;
};

// Merges segments in the background, one at a time, on the thread that calls Run.
class Merger {
 public:
  // `writer` must outlive the merger.
  Merger(store::Writer& writer, MergerOptions options);
  Merger(const Merger&) = delete;
  Merger& operator=(const Merger&) = delete;

  // Until Stop. A merge that fails changes nothing and is tried again. Lowers the calling thread's priority for good.
  void Run();

  // From any thread; Run returns once the merge at hand is done.
  void Stop();

 private:
  bool WaitUnlessStopped(absl::Duration duration);  // false once stopped

  store::Writer& writer_;
  const MergerOptions options_;
  std::mutex mutex_;
  std::condition_variable stop_came_;
  bool stopping_ = false;
};

}  // namespace factline::apply

#endif  // FACTLINE_INDEXER_APPLY_MERGER_H_
