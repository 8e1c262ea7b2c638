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
  EXPECT_NEAR(absl::ToDoubleSeconds(counts.sum), 3610.001001, 1e-6);
}

TEST(DurationHistogram, TheSumOfOldEventsGoesOnBeyondThreeHundredYears) {
  DurationHistogram histogram;
  for (int i = 0; i < 10'000; ++i) histogram.Observe(absl::Hours(24 * 30));
  EXPECT_EQ(absl::ToDoubleSeconds(histogram.counts().sum), 10'000 * 30 * 86'400.0);
}

TEST(DurationHistogram, BoundsGrow) {
  for (size_t i = 1; i < DurationHistogram::kBounds.size(); ++i) {
    EXPECT_GT(DurationHistogram::kBounds[i], DurationHistogram::kBounds[i - 1]);
  }
}

}  // namespace
}  // namespace factline
