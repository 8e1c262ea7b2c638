#ifndef FACTLINE_INDEXER_TEXT_CALENDAR_H_
#define FACTLINE_INDEXER_TEXT_CALENDAR_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/civil_time.h"

namespace factline::text {

inline constexpr int kMinYear = 1000;
inline constexpr int kMaxYear = 2999;

// A point or stretch of the calendar as a text names it; what the text leaves out is 0. Offsets count from the day of
// publication: 去年 is year_offset -1, 上月 month_offset -1, 昨天 day_offset -1, 上周五 week_offset -1 and weekday 5.
struct CalendarPoint {
  int year = 0;
  int month = 0;
  int day = 0;
  int half = 0;         // of the year, 1 or 2
  int quarter = 0;      // of the year, 1 to 4
  int weekday = 0;      // 1 Monday to 7 Sunday
  bool decade = false;  // the ten years from `year` on
  std::optional<int> year_offset;
  std::optional<int> month_offset;
  std::optional<int> week_offset;
  std::optional<int> day_offset;
  bool latest = false;  // of a weekday: the last one up to the day of publication
  bool open = false;    // 近日: no day of the calendar, whatever the day of publication

  // Its meaning depends on the day of publication.
  bool relative() const { return year == 0; }
};

// ISO 8601, as precise as the text: "2024", "2024-03", "2024-03-24", "2024-W12"; and "2024-H1", "2024-Q1", "1990s".
// Empty where it is open, where it depends on a day of publication that is not known, and where the calendar has no
// such day. A month, with or without day, whose year is not known is "--03", "--03-24".
//
// 3月24日 and 24日 are the ones nearest to the publication that news would call so: a date far ahead is of the year (or
// month) before.
std::string Resolve(const CalendarPoint& point, std::optional<absl::CivilDay> published);

// What `last` leaves out is as in `first`: 3月24日至26日, 2024年1月至3月.
void Inherit(const CalendarPoint& first, CalendarPoint& last);

bool IsDayOfMonth(int year, int month, int day);

}  // namespace factline::text

#endif  // FACTLINE_INDEXER_TEXT_CALENDAR_H_
