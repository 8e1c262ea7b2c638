#include "deploy/cli/load/tally.h"

#include <algorithm>

namespace factline::load {

double Totals::error_ratio() const {
  return intended() == 0 ? 0 : static_cast<double>(failed + unsent) / static_cast<double>(intended());
}

void Totals::Add(const Totals& other) {
  sent += other.sent;
  answered += other.answered;
  failed += other.failed;
  unsent += other.unsent;
  for (const auto& [code, count] : other.codes) codes[code] += count;
  latency.Add(other.latency);
  lateness.Add(other.lateness);
  settling_time = std::max(settling_time, other.settling_time);
}

void Tally::Sent(absl::Duration intended, absl::Duration now) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (Totals* totals : {&total_, &interval_}) {
    if (totals == &total_ && intended < warmup_) continue;
    ++totals->sent;
    totals->lateness.Add(now - intended);
  }
}

void Tally::Unsent(absl::Duration intended) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (intended >= warmup_) ++total_.unsent;
  ++interval_.unsent;
}

void Tally::Settled(absl::Duration intended, absl::Duration now, absl::StatusCode code) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (Totals* totals : {&total_, &interval_}) {
    if (totals == &total_ && intended < warmup_) continue;
    ++totals->codes[code];
    if (IsAnswer(code)) {
      ++totals->answered;
      totals->latency.Add(now - intended);
      if (totals == &total_) totals->settling_time = std::max(totals->settling_time, now - warmup_);
    } else {
      ++totals->failed;
    }
  }
}

Totals Tally::Total() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return total_;
}

Totals Tally::TakeInterval() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return std::exchange(interval_, Totals());
}

}  // namespace factline::load
