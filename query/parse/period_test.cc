#include "query/parse/period.h"

#include <limits>
#include <utility>

#include "gtest/gtest.h"

namespace factline::query {
namespace {

TEST(PeriodTest, InstantsAndPeriodsBecomeSeconds) {
  const std::optional<SecondRange> instant = ParseInstantOrPeriod("1970-01-01T01:00:00+01:00");
  ASSERT_TRUE(instant.has_value());
  EXPECT_EQ(instant->first, 0);
  EXPECT_EQ(instant->last, 0);
  const std::optional<SecondRange> day = ParseInstantOrPeriod("1970-01-02");
  ASSERT_TRUE(day.has_value());
  EXPECT_EQ(day->first, 86400);
  EXPECT_EQ(day->last, 2 * 86400 - 1);
  EXPECT_FALSE(ParseInstantOrPeriod("infinite-future").has_value());
  EXPECT_FALSE(ParseInstantOrPeriod("yesterday").has_value());
  EXPECT_FALSE(ParseInstantOrPeriod("292277026596-12-04T15:30:07Z").has_value());
}

TEST(PeriodTest, RangesHaveTwoPeriodsOrOneAndASign) {
  constexpr int64_t kDay = 86400;
  const auto read = [](std::string_view text) {
    const std::optional<SecondRange> range = ParsePeriodRange(text);
    return range.has_value() ? std::make_pair(range->first, range->last) : std::make_pair(int64_t{1}, int64_t{0});
  };
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min(), kGreatest = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(read("1970-01-02"), std::make_pair(kDay, 2 * kDay - 1));
  EXPECT_EQ(read("1970-01..1970-02"), std::make_pair(int64_t{0}, 59 * kDay - 1));
  EXPECT_EQ(read("1970-01-02.."), std::make_pair(kDay, kGreatest));
  EXPECT_EQ(read("..1970-01-02"), std::make_pair(kLeast, 2 * kDay - 1));
  EXPECT_EQ(read(">1970"), std::make_pair(365 * kDay, kGreatest));
  EXPECT_EQ(read(">=1970"), std::make_pair(int64_t{0}, kGreatest));
  EXPECT_EQ(read("<1970-01-02"), std::make_pair(kLeast, kDay - 1));
  EXPECT_EQ(read("<=1970-01-02"), std::make_pair(kLeast, 2 * kDay - 1));
  EXPECT_EQ(read(">=1970-01-01T00:00:08.5Z"), std::make_pair(int64_t{9}, kGreatest));
  EXPECT_EQ(read(">1970-01-01T00:00:08.5Z"), std::make_pair(int64_t{9}, kGreatest));
  EXPECT_EQ(read("<=1970-01-01T00:00:08.5Z"), std::make_pair(kLeast, int64_t{8}));
  EXPECT_EQ(read("<1970-01-01T00:00:08.5Z"), std::make_pair(kLeast, int64_t{8}));
  for (const char* text : {"", "..", ">", ">=soon", "soon..1970", "1970..soon", "1971..1970", "1970..1971..1972"}) {
    EXPECT_FALSE(ParsePeriodRange(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace factline::query
