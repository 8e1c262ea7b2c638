#include "indexer/store/clock_cache.h"

#include <string>

#include "gtest/gtest.h"

namespace factline::store {
namespace {

using Cache = ClockCache<int, std::string>;

std::shared_ptr<const std::string> Value(size_t bytes) { return std::make_shared<const std::string>(bytes, 'x'); }

TEST(ClockCacheTest, KeepsItsBudgetAndWhatIsUsed) {
  constexpr size_t kBudget = 1 << 20;
  Cache cache(kBudget);
  for (int i = 0; i < 5000; ++i) {
    cache.Insert(i, Value(1000), 1000);
    EXPECT_LE(cache.size_bytes(), kBudget);
    if (i == 0 || i > 100) {
      EXPECT_NE(cache.Find(0), nullptr) << i;
    }
  }
  EXPECT_EQ(cache.Find(1), nullptr);
}

TEST(ClockCacheTest, KeepsTheFirstValueOfAKey) {
  Cache cache(1 << 20);
  cache.Insert(1, Value(10), 10);
  cache.Insert(1, Value(20), 20);
  ASSERT_NE(cache.Find(1), nullptr);
  EXPECT_EQ(cache.Find(1)->size(), 10u);
}

TEST(ClockCacheTest, PassesOverWhatItHasNoRoomFor) {
  Cache nothing(0);
  nothing.Insert(1, Value(10), 10);
  EXPECT_EQ(nothing.Find(1), nullptr);
  EXPECT_EQ(nothing.size_bytes(), 0u);
  Cache small(1 << 16);
  small.Insert(1, Value(1 << 16), 1 << 16);
  EXPECT_EQ(small.Find(1), nullptr);
}

}  // namespace
}  // namespace factline::store
