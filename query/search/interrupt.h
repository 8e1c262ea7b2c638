#ifndef FACTLINE_QUERY_SEARCH_INTERRUPT_H_
#define FACTLINE_QUERY_SEARCH_INTERRUPT_H_

#include <cstdint>
#include <functional>
#include <utility>

#include "absl/status/status.h"

namespace factline::query {

// Lets long work see that nobody waits for it any more. Not OK (DEADLINE_EXCEEDED, CANCELLED) says to stop with it.
using InterruptCheck = std::function<absl::Status()>;

// Asks the check once in `steps_per_check` steps, so that inner loops can afford to ask always. Not thread-safe.
class Interrupt {
 public:
  explicit Interrupt(InterruptCheck check, uint32_t steps_per_check = 512)
      : check_(std::move(check)), steps_per_check_(steps_per_check), steps_left_(steps_per_check) {}

  absl::Status Step() {
    if (--steps_left_ != 0) return absl::OkStatus();
    steps_left_ = steps_per_check_;
    return Now();
  }
  absl::Status Now() const { return check_ == nullptr ? absl::OkStatus() : check_(); }

  // Step() for loops that return no status: true, from then on, once the work is to stop; ended() says why. Many steps
  // may be taken at once.
  bool Ends(uint32_t steps = 1) {
    if (steps_left_ > steps) {
      steps_left_ -= steps;
      return has_ended_;
    }
    steps_left_ = steps_per_check_;
    if (!has_ended_) ended_ = Now();
    has_ended_ = !ended_.ok();
    return has_ended_;
  }
  const absl::Status& ended() const { return ended_; }

 private:
  const InterruptCheck check_;
  const uint32_t steps_per_check_;
  uint32_t steps_left_;  // until the check is asked
  bool has_ended_ = false;
  absl::Status ended_;
};

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SEARCH_INTERRUPT_H_
