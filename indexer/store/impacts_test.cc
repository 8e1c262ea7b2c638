#include "indexer/store/impacts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace factline::store {
namespace {

struct Pair {
  uint32_t frequency;
  uint8_t norm;
};

std::vector<Pair> RandomPairs(size_t count, std::mt19937* rng) {
  std::vector<Pair> pairs;
  for (size_t i = 0; i < count; ++i) {
    const uint32_t frequency = (*rng)() % 8 == 0 ? 1 + (*rng)() % 400 : 1 + (*rng)() % 6;
    pairs.push_back({frequency, static_cast<uint8_t>(20 + (*rng)() % 60)});
  }
  return pairs;
}

Impacts Of(const std::vector<Pair>& pairs) {
  ImpactsBuilder builder;
  for (const Pair& pair : pairs) builder.Add(pair.frequency, pair.norm);
  return builder.Build();
}

TEST(ImpactsTest, UpToThreeOutstandingPairsAreKeptAsTheyAre) {
  EXPECT_EQ(Of({}), Impacts({}));
  EXPECT_EQ(Of({{4, 30}}), Impacts({{{4, 30}}}));
  EXPECT_EQ(Of({{1, 20}, {9, 50}, {4, 30}, {4, 31}, {3, 30}, {9, 50}}), Impacts({{{9, 50}, {4, 30}, {1, 20}}}));
}

TEST(ImpactsTest, EachPairOfARangeIsCoveredAndSoIsEachOfARangeOfRanges) {
  std::mt19937 rng(1);
  for (int round = 0; round < 500; ++round) {
    ImpactsBuilder outer;
    std::vector<Pair> all;
    for (size_t part = rng() % 6; part > 0; --part) {
      const std::vector<Pair> pairs = RandomPairs(1 + rng() % 128, &rng);
      const Impacts impacts = Of(pairs);
      for (const Pair& pair : pairs) EXPECT_TRUE(Covers(impacts, pair.frequency, pair.norm));
      outer.Add(impacts);
      all.insert(all.end(), pairs.begin(), pairs.end());
    }
    const Impacts impacts = outer.Build();
    for (const Pair& pair : all) EXPECT_TRUE(Covers(impacts, pair.frequency, pair.norm));
    EXPECT_EQ(IsValid(impacts), !all.empty());
    // None is out of reach: some pair has each one's frequency or a greater one that is not told apart.
    for (const Impact& impact : impacts) {
      if (impact == Impact()) continue;
      EXPECT_TRUE(std::any_of(all.begin(), all.end(), [&](const Pair& pair) {
        return std::min<uint32_t>(pair.frequency, kUnboundedFrequency) == impact.max_frequency;
      }));
      EXPECT_TRUE(std::any_of(all.begin(), all.end(), [&](const Pair& pair) { return pair.norm == impact.min_norm; }));
    }
  }
}

TEST(ImpactsTest, AFrequencyBeyondAByteIsUnbounded) {
  const Impacts impacts = Of({{254, 10}, {100'000, 90}});
  EXPECT_EQ(impacts, Impacts({{{kUnboundedFrequency, 90}, {254, 10}}}));
  EXPECT_TRUE(Covers(impacts, UINT32_MAX, 90));
  EXPECT_FALSE(Covers(impacts, 255, 89));
}

}  // namespace
}  // namespace factline::store
