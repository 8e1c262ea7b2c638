#include "indexer/apply/merger.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <utility>

#include "protos/vocab/cat.h"

namespace factline::apply {
namespace {

// Threads have a nice value of their own on Linux. Where it cannot be set the merge runs all the same.
void LowerPriority(int nice) {
  if (nice > 0) (void)setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), nice);
}

}  // namespace

Merger::Merger(store::Writer& writer, MergerOptions options) : writer_(writer), options_(std::move(options)) {}

void Merger::Run() {
  LowerPriority(options_.nice);
  absl::Duration wait = absl::ZeroDuration();
  while (WaitUnlessStopped(wait)) {
    wait = options_.idle_wait;
    const bool may_merge = !options_.may_merge || options_.may_merge();
    const absl::StatusOr<bool> merged = may_merge ? writer_.MergeOnce() : writer_.DropReplaced();
    if (!merged.ok()) {
      if (options_.log) options_.log(Cat("a merge failed: ", merged.status().message()));
      wait = options_.error_wait;
    } else if (*merged) {
      wait = absl::ZeroDuration();
    }
  }
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
