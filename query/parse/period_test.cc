#include "query/parse/period.h"

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
}

}  // namespace
}  // namespace factline::query
