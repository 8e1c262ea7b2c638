#ifndef FACTLINE_TESTS_BENCH_LATENCY_H_
#define FACTLINE_TESTS_BENCH_LATENCY_H_

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"

namespace factline::bench {

// Durations of one kind of operation, kept whole: percentiles are exact.
class Latencies {
 public:
  void Add(double milliseconds) { samples_.push_back(milliseconds); }
  void Add(const Latencies& other) { samples_.insert(samples_.end(), other.samples_.begin(), other.samples_.end()); }
  size_t count() const { return samples_.size(); }

  // The least sample that `fraction` of all are not above; 0 without samples.
  double Percentile(double fraction) const {
    if (samples_.empty()) return 0;
    std::vector<double> sorted = samples_;
    std::sort(sorted.begin(), sorted.end());
    return sorted[std::min(sorted.size() - 1, static_cast<size_t>(fraction * sorted.size()))];
  }

  std::string Summary() const {
    return absl::StrFormat("p50 %.2f ms, p99 %.2f ms, max %.2f ms (%d)", Percentile(0.5), Percentile(0.99),
                           Percentile(1), count());
  }

 private:
  std::vector<double> samples_;
};

}  // namespace factline::bench

#endif  // FACTLINE_TESTS_BENCH_LATENCY_H_
