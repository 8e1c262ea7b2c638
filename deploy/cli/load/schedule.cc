#include "deploy/cli/load/schedule.h"

#include <cmath>

namespace factline::load {

absl::Duration Schedule::Next() {
  if (arrival_ == Arrival::kConstant) return absl::Seconds(static_cast<double>(made_++) / per_second_);
  const double unit = static_cast<double>(random_() >> 11) * 0x1p-53;  // 0 inclusive to 1 exclusive
  seconds_ += -std::log1p(-unit) / per_second_;
  return absl::Seconds(seconds_);
}

void Pacer::Advance(absl::Duration now) {
  for (; next_ <= now && next_ < options_.end; next_ = schedule_.Next()) {
    if (backlog_.size() < options_.max_backlog) {
      backlog_.push_back(next_);
    } else {
      unsent_(next_);
    }
  }
}

Pacer::Turn Pacer::Next(absl::Duration now, bool may_send) {
  Advance(now);
  if (now >= options_.give_up) Abandon(now);
  if (!backlog_.empty()) {
    const absl::Duration intended = backlog_.front();
    if (!may_send) return {What::kFull, intended};
    backlog_.pop_front();
    return {What::kSend, intended};
  }
  if (next_ >= options_.end) return {What::kEnd, options_.end};
  return {What::kWait, next_};
}

void Pacer::Abandon(absl::Duration now) {
  Advance(now);
  for (absl::Duration intended : backlog_) unsent_(intended);
  backlog_.clear();
  options_.end = absl::ZeroDuration();
}

}  // namespace factline::load
