#include "protos/vocab/event_days.h"

#include <random>
#include <string>

#include "absl/time/civil_time.h"
#include "gtest/gtest.h"

namespace factline {
namespace {

int32_t Day(int year, int month, int day) {
  return static_cast<int32_t>(absl::CivilDay(year, month, day) - absl::CivilDay(1970, 1, 1));
}

TEST(EventDaysTest, EveryPrecisionIsARangeOfWholeDays) {
  const struct {
    const char* in;
    DayRange want;
  } rows[] = {
      {"2024", {Day(2024, 1, 1), Day(2024, 12, 31)}},
      {"2024-02", {Day(2024, 2, 1), Day(2024, 2, 29)}},
      {"1970-01-01", {0, 0}},
      {"1969-12-31", {-1, -1}},
      {"2023-H2", {Day(2023, 7, 1), Day(2023, 12, 31)}},
      {"2023-Q1", {Day(2023, 1, 1), Day(2023, 3, 31)}},
      {"2024-W01", {Day(2024, 1, 1), Day(2024, 1, 7)}},
      {"2021-W01", {Day(2021, 1, 4), Day(2021, 1, 10)}},
      {"2021/2024", {Day(2021, 1, 1), Day(2024, 12, 31)}},
      {"2024-03-24/2024-03-26", {Day(2024, 3, 24), Day(2024, 3, 26)}},
  };
  for (const auto& row : rows) EXPECT_EQ(DaysOf(row.in), row.want) << row.in;
}

TEST(EventDaysTest, WhatIsNoDateHasNoDays) {
  for (const char* in : {"",         "近日",        "24",        "20245",   "2024-",    "2024-1",        "2024-13",
                         "2024-00",  "2023-02-29",  "2024-H3",   "2024-Q0", "2024-W54", "0000",          "2024-W00",
                         "2024-H12", "2024-03-24x", "2024/2023", "2024/",   "/2024",    "2024/2025/2026"}) {
    EXPECT_EQ(DaysOf(in), std::nullopt) << in;
  }
}

TEST(EventDaysTest, AnyBytesAreADateOrNone) {
  std::mt19937 random(3);
  for (int i = 0; i < 20000; ++i) {
    std::string bytes = "2024-03-24/2025-W1";
    for (int n = 0; n < 3; ++n) bytes[random() % bytes.size()] = "0123456789-/HQW\xff"[random() % 16];
    bytes.resize(random() % (bytes.size() + 1));
    const auto days = DaysOf(bytes).value_or(DayRange());
    EXPECT_LE(days.first, days.last);
  }
}

}  // namespace
}  // namespace factline
