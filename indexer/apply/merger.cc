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
constexpr absl::Duration kWaitForArticles = absl::Milliseconds(10);

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
  is_behind_.reset();
  return writer_.MergeOnce({.scope = options_.scope, .checkpoint = [this] { return Checkpoint(); }});
}

absl::Status Merger::Checkpoint() {
  if (++checkpoints_ % kCheckpointsALook != 0) return absl::OkStatus();
  if (!is_behind_.has_value() || pauses_ == kPausesALook) {
    is_behind_ = IsBehind();
    pauses_ = 0;
  }
  if (!*is_behind_) Pause();
  if (!WaitUnlessStopped(absl::ZeroDuration())) return absl::CancelledError("the merger was stopped");
  return MayMerge() ? absl::OkStatus() : absl::UnavailableError("no merge may go on for now");
}

void Merger::Pause() {
  const absl::Duration worked = ThreadCpuTime() - paused_at_;
  if (options_.cpu_share < 1 && worked >= kWorkBetweenPauses) {
    WaitUnlessStopped(worked * ((1 - options_.cpu_share) / options_.cpu_share));
    paused_at_ = ThreadCpuTime();
    ++pauses_;
  }
  while (options_.should_wait && options_.should_wait() && MayMerge() && !IsBehind()) {
    if (!WaitUnlessStopped(kWaitForArticles)) break;
    paused_at_ = ThreadCpuTime();
  }
}

bool Merger::MayMerge() const { return !options_.may_merge || options_.may_merge(); }

// If the index cannot tell, a merge should not be slow.
bool Merger::IsBehind() const {
  const absl::StatusOr<store::IndexInfo> info = writer_.Info();
  if (!info.ok()) return true;
  const store::MergePolicy policy;
  size_t of_scope = 0;
  uint64_t fresh_bytes = 0;
  for (const store::SegmentInfo& segment : info->segments) {
    if (segment.fresh) fresh_bytes += segment.bytes;
    const bool is_of_scope =
        options_.scope == store::MergeScope::kAll || segment.fresh == (options_.scope == store::MergeScope::kFresh);
    if (is_of_scope && segment.bytes < policy.max_segment_bytes) ++of_scope;
  }
  const bool is_fresh_too_large = options_.scope != store::MergeScope::kLevels && fresh_bytes > policy.max_fresh_bytes;
  return is_fresh_too_large || of_scope > options_.max_paced_segments;
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
