#ifndef FACTLINE_PROTOS_VOCAB_DURATION_HISTOGRAM_H_
#define FACTLINE_PROTOS_VOCAB_DURATION_HISTOGRAM_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace factline {

// How long something took, each time, counted by fixed classes from half a millisecond to ten seconds. Thread-safe,
// without a lock; an observation costs two additions.
class DurationHistogram {
 public:
  // Upper bounds, inclusive; what took longer than the last counts in a class of its own.
  static constexpr std::array<absl::Duration, 14> kBounds = {
      absl::Microseconds(500), absl::Milliseconds(1),   absl::Microseconds(2500), absl::Milliseconds(5),
      absl::Milliseconds(10),  absl::Milliseconds(25),  absl::Milliseconds(50),   absl::Milliseconds(100),
      absl::Milliseconds(250), absl::Milliseconds(500), absl::Seconds(1),         absl::Milliseconds(2500),
      absl::Seconds(5),        absl::Seconds(10)};

  // Observations may fall between the reading of one class and the next.
  struct Counts {
    std::array<uint64_t, kBounds.size() + 1> of_class = {};
    absl::Duration sum;
  };

  void Observe(absl::Duration duration) {
    size_t i = 0;
    while (i < kBounds.size() && duration > kBounds[i]) ++i;
    classes_[i].fetch_add(1, std::memory_order_relaxed);
    sum_s_.fetch_add(absl::ToDoubleSeconds(duration), std::memory_order_relaxed);
  }

  Counts counts() const {
    Counts counts;
    for (size_t i = 0; i < classes_.size(); ++i) counts.of_class[i] = classes_[i].load(std::memory_order_relaxed);
    counts.sum = absl::Seconds(sum_s_.load(std::memory_order_relaxed));
    return counts;
  }

 private:
  std::array<std::atomic<uint64_t>, kBounds.size() + 1> classes_ = {};
  std::atomic<double> sum_s_ = 0;  // a whole number of nanoseconds would be full after 292 years
};

}  // namespace factline

#endif  // FACTLINE_PROTOS_VOCAB_DURATION_HISTOGRAM_H_
