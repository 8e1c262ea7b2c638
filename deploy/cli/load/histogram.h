#ifndef FACTLINE_DEPLOY_CLI_LOAD_HISTOGRAM_H_
#define FACTLINE_DEPLOY_CLI_LOAD_HISTOGRAM_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace factline::load {

// Durations of one kind of operation, in memory that does not grow with their number: counts over buckets of whole
// microseconds up to 255, and beyond that of 128 buckets to each doubling, so that a percentile is too high by less
// than one part in 128 (the layout of HdrHistogram). Maximum and mean are exact. Not thread-safe.
class Histogram {
 public:
  void Add(absl::Duration duration);  // less than nothing counts as nothing; more than 12 days as 12 days
  void Add(const Histogram& other);

  uint64_t count() const { return count_; }
  absl::Duration max() const { return max_; }
  absl::Duration mean() const { return count_ == 0 ? absl::ZeroDuration() : sum_ / static_cast<double>(count_); }

  // The least duration that `fraction` (0 to 1) of all are not above; zero of none. `beyond` more operations took
  // longer than any here, such as those that never ended: infinite where the answer is among them.
  absl::Duration Percentile(double fraction, uint64_t beyond = 0) const;

  // "p50 1.20 ms, p99 7.31 ms, max 9.02 ms (1500)".
  std::string Summary() const;

 private:
  std::vector<uint64_t> buckets_;  // as many as the longest needs
  uint64_t count_ = 0;
  absl::Duration sum_;
  absl::Duration max_;
};

}  // namespace factline::load

#endif  // FACTLINE_DEPLOY_CLI_LOAD_HISTOGRAM_H_
