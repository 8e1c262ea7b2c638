#include "indexer/apply/merger.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "protos/vocab/cat.h"

namespace factline::apply {
namespace {

// Threads have a nice value of their own on Linux. Where it cannot be set the merge runs all the same.
void LowerPriority(int nice) {
  if (nice > 0) (void)setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), nice);
}

absl::Duration ThreadCpuTime() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return absl::DurationFromTimespec(time);
}

constexpr uint64_t kCheckpointsALook = 64;  // a few hundred microseconds of work
constexpr uint64_t kPausesALook = 256;      // some seconds of a paced merge
constexpr absl::Duration kWorkBetweenPauses = absl::Milliseconds(2);

}  // namespace

Merger::Merger(store::Writer& writer, MergerOptions options) : writer_(writer), options_(std::move(options)) {}

void Merger::Run() {
  LowerPriority(options_.nice);
  absl::Duration wait = absl::ZeroDuration();
  while (WaitUnlessStopped(wait)) {
    wait = options_.idle_wait;
    const absl::StatusOr<bool> merged = MergeOnce();
    if (absl::IsCancelled(merged.status())) return;
    if (!merged.ok()) {
      if (options_.log) options_.log(Cat("a merge failed: ", merged.status().message()));
      wait = options_.error_wait;
    } else if (*merged) {
      wait = absl::ZeroDuration();
    }
  }
}

absl::StatusOr<bool> Merger::MergeOnce() {
  if (!MayMerge()) return writer_.DropReplaced();
  checkpoints_ = 0;
  pauses_ = 0;
  paused_at_ = ThreadCpuTime();
  is_paced_.reset();
  return writer_.MergeOnce({.scope = options_.scope, .checkpoint = [this] { return Checkpoint(); }});
}

absl::Status Merger::Checkpoint() {
  if (++checkpoints_ % kCheckpointsALook != 0) return absl::OkStatus();
  if (!is_paced_.has_value() || pauses_ == kPausesALook) {
    is_paced_ = options_.cpu_share < 1 && !IsBehind();
    pauses_ = 0;
  }
  const absl::Duration worked = ThreadCpuTime() - paused_at_;
  const bool is_pause_due = *is_paced_ && worked >= kWorkBetweenPauses;
  const double pause_to_work = is_pause_due ? (1 - options_.cpu_share) / options_.cpu_share : 0;
  if (!WaitUnlessStopped(worked * pause_to_work)) return absl::CancelledError("the merger was stopped");
  if (!MayMerge()) return absl::UnavailableError("no merge may go on for now");
  if (is_pause_due) {
    paused_at_ = ThreadCpuTime();
    ++pauses_;
  }
  return absl::OkStatus();
}

bool Merger::MayMerge() const { return !options_.may_merge || options_.may_merge(); }

// If the index cannot tell, a merge should not be slow.
bool Merger::IsBehind() const {
  const absl::StatusOr<store::IndexInfo> info = writer_.Info();
  if (!info.ok()) return true;
  const auto merged =
      std::count_if(info->segments.begin(), info->segments.end(), [](const store::SegmentInfo& segment) {
        return !segment.fresh && segment.bytes < store::MergePolicy().max_segment_bytes;
      });
  return static_cast<size_t>(merged) > options_.max_paced_segments;
}

void Merger::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_came_.notify_all();
}

bool Merger::WaitUnlessStopped(absl::Duration duration) {
  std::unique_lock lock(mutex_);
  return !stop_came_.wait_for(lock, absl::ToChronoNanoseconds(duration), [this] { return stopping_; });
}

}  // namespace factline::apply
