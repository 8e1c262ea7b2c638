#include "deploy/cli/load/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "absl/strings/str_format.h"

namespace factline::load {
namespace {

constexpr uint64_t kExact = 256;      // microseconds with a bucket each
constexpr uint64_t kPerOctave = 128;  // buckets of each doubling beyond
constexpr uint64_t kMaxMicroseconds = uint64_t{1} << 40;

size_t BucketOf(uint64_t microseconds) {
  if (microseconds < kExact) return microseconds;
  const unsigned shift = static_cast<unsigned>(std::bit_width(microseconds)) - 8;  // leaves 128 to 255
  return kExact + (shift - 1) * kPerOctave + ((microseconds >> shift) - kPerOctave);
}

// The longest that falls into the bucket.
uint64_t UpperEdge(size_t bucket) {
  if (bucket < kExact) return bucket;
  const uint64_t shift = (bucket - kExact) / kPerOctave + 1;
  const uint64_t head = (bucket - kExact) % kPerOctave + kPerOctave;
  return ((head + 1) << shift) - 1;
}

}  // namespace

void Histogram::Add(absl::Duration duration) {
  duration = std::clamp(duration, absl::ZeroDuration(), absl::Microseconds(static_cast<int64_t>(kMaxMicroseconds)));
  const size_t bucket = BucketOf(static_cast<uint64_t>(absl::ToInt64Microseconds(duration)));
  if (bucket >= buckets_.size()) buckets_.resize(bucket + 1);
  ++buckets_[bucket];
  ++count_;
  sum_ += duration;
  max_ = std::max(max_, duration);
}

void Histogram::Add(const Histogram& other) {
  if (other.buckets_.size() > buckets_.size()) buckets_.resize(other.buckets_.size());
  for (size_t i = 0; i < other.buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  sum_ += other.sum_;
  max_ = std::max(max_, other.max_);
}

absl::Duration Histogram::Percentile(double fraction, uint64_t beyond) const {
  const double all = static_cast<double>(count_ + beyond);
  if (all == 0) return absl::ZeroDuration();
  // A fraction such as 0.9 is a little off in binary: 0.9 of 10 is the ninth, not the tenth.
  const uint64_t rank = std::max<uint64_t>(1, static_cast<uint64_t>(std::ceil(fraction * all - 1e-6)));
  if (rank > count_) return absl::InfiniteDuration();
  uint64_t seen = 0;
  for (size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    seen += buckets_[bucket];
    if (seen >= rank) return std::min(max_, absl::Microseconds(static_cast<int64_t>(UpperEdge(bucket))));
  }
  return max_;
}

std::string Histogram::Summary() const {
  return absl::StrFormat("p50 %.2f ms, p99 %.2f ms, max %.2f ms (%d)", absl::ToDoubleMilliseconds(Percentile(0.5)),
                         absl::ToDoubleMilliseconds(Percentile(0.99)), absl::ToDoubleMilliseconds(max_), count_);
}

}  // namespace factline::load
