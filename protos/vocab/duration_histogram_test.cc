#include "protos/vocab/duration_histogram.h"

#include <gtest/gtest.h>

namespace factline {
namespace {

TEST(DurationHistogram, CountsByUpperBoundsInclusive) {
  DurationHistogram histogram;
  histogram.Observe(absl::ZeroDuration());
  histogram.Observe(absl::Microseconds(500));
  histogram.Observe(absl::Microseconds(501));
  histogram.Observe(absl::Seconds(10));
  histogram.Observe(absl::Hours(1));
  const DurationHistogram::Counts counts = histogram.counts();
  EXPECT_EQ(counts.of_class[0], 2u);
  EXPECT_EQ(counts.of_class[1], 1u);
  EXPECT_EQ(counts.of_class[13], 1u);
  EXPECT_EQ(counts.of_class[14], 1u);
  EXPECT_EQ(counts.sum, absl::Microseconds(1001) + absl::Seconds(10) + absl::Hours(1));
}

TEST(DurationHistogram, BoundsGrow) {
  for (size_t i = 1; i < DurationHistogram::kBounds.size(); ++i) {
    EXPECT_GT(DurationHistogram::kBounds[i], DurationHistogram::kBounds[i - 1]);
  }
}

}  // namespace
}  // namespace factline
