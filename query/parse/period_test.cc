#include "query/parse/period.h"

#include "gtest/gtest.h"

namespace factline::query {
namespace {

struct Row {
  const char* text;
  int32_t first;
  int32_t last;
};

TEST(PeriodTest, NormalFormsCoverTheirDays) {
  for (const Row& row : {
           Row{"1970-01-01", 0, 0},
           Row{"1970-01", 0, 30},
           Row{"1970", 0, 364},
           Row{"1969-12-31", -1, -1},
           Row{"2024-02", 19754, 19782},
           Row{"1970-H1", 0, 180},
           Row{"1970-H2", 181, 364},
           Row{"1970-Q4", 273, 364},
           Row{"1970/1971", 0, 729},
           Row{"1970-01-05/1970-01-06", 4, 5},
       }) {
    const std::optional<DayRange> range = ParsePeriod(row.text);
    ASSERT_TRUE(range.has_value()) << row.text;
    EXPECT_EQ(range->first, row.first) << row.text;
    EXPECT_EQ(range->last, row.last) << row.text;
  }
}

TEST(PeriodTest, AnythingElseIsNoPeriod) {
  for (const char* text : {"", "24", "2024-", "2024-13", "2024-00", "2024-02-30", "2024-2-3", "2024-H3", "2024-Q5",
                           "2024-X1", "0000", "2024-01-01T00:00:00Z", "2024/2023", "2024/", "/2024", "abcd", "20245"}) {
    EXPECT_FALSE(ParsePeriod(text).has_value()) << text;
  }
}

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
