#include "deploy/cli/load/histogram.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace factline::load {
namespace {

absl::Duration Us(int64_t microseconds) { return absl::Microseconds(microseconds); }

TEST(Histogram, AnswersZeroWithoutSamples) {
  EXPECT_EQ(Histogram().Percentile(0.99), absl::ZeroDuration());
  EXPECT_EQ(Histogram().max(), absl::ZeroDuration());
  EXPECT_EQ(Histogram().mean(), absl::ZeroDuration());
}

TEST(Histogram, IsExactForShortDurations) {
  Histogram histogram;
  for (int i = 1; i <= 100; ++i) histogram.Add(Us(i));
  EXPECT_EQ(histogram.count(), 100u);
  EXPECT_EQ(histogram.Percentile(0), Us(1));
  EXPECT_EQ(histogram.Percentile(0.5), Us(50));
  EXPECT_EQ(histogram.Percentile(0.9), Us(90));
  EXPECT_EQ(histogram.Percentile(0.99), Us(99));
  EXPECT_EQ(histogram.Percentile(0.999), Us(100));
  EXPECT_EQ(histogram.Percentile(1), Us(100));
  EXPECT_EQ(histogram.mean(), absl::Nanoseconds(50500));
}

TEST(Histogram, IsWithinOnePartIn128OfSortedSamples) {
  std::mt19937_64 random(5);
  Histogram histogram;
  std::vector<absl::Duration> sorted;
  for (int i = 0; i < 20000; ++i) {  // from microseconds to minutes
    sorted.push_back(Us(static_cast<int64_t>(std::exp(static_cast<double>(random() % 180000) / 10000))));
    histogram.Add(sorted.back());
  }
  std::sort(sorted.begin(), sorted.end());
  for (double fraction : {0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999}) {
    const absl::Duration exact = sorted[static_cast<size_t>(std::ceil(fraction * 20000)) - 1];
    EXPECT_GE(histogram.Percentile(fraction), exact) << fraction;
    EXPECT_LE(histogram.Percentile(fraction), exact * (1 + 1.0 / 128)) << fraction;
  }
  EXPECT_EQ(histogram.max(), sorted.back());
  EXPECT_EQ(histogram.Percentile(1), sorted.back());
}

TEST(Histogram, TakesTheShortestAndTheLongest) {
  Histogram histogram;
  histogram.Add(absl::Seconds(-1));
  EXPECT_EQ(histogram.max(), absl::ZeroDuration());
  histogram.Add(absl::InfiniteDuration());
  EXPECT_EQ(histogram.max(), Us(int64_t{1} << 40));
  EXPECT_EQ(histogram.Percentile(1), Us(int64_t{1} << 40));
}

TEST(Histogram, AddedUpIsAsIfAllHadComeToOne) {
  Histogram one, other, both;
  for (int i = 0; i < 1000; ++i) {
    (i % 3 == 0 ? one : other).Add(Us(i * i));
    both.Add(Us(i * i));
  }
  one.Add(other);
  EXPECT_EQ(one.count(), both.count());
  EXPECT_EQ(one.mean(), both.mean());
  for (double fraction : {0.1, 0.5, 0.99, 1.0}) EXPECT_EQ(one.Percentile(fraction), both.Percentile(fraction));
}

TEST(Histogram, WhatNeverEndedIsSlowerThanAll) {
  Histogram histogram;
  for (int i = 0; i < 98; ++i) histogram.Add(Us(7));
  EXPECT_EQ(histogram.Percentile(0.98, 2), Us(7));
  EXPECT_EQ(histogram.Percentile(0.99, 2), absl::InfiniteDuration());
  EXPECT_EQ(Histogram().Percentile(0.5, 1), absl::InfiniteDuration());
}

}  // namespace
}  // namespace factline::load
