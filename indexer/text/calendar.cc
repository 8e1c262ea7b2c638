#include "indexer/text/calendar.h"

#include <array>
#include <cstdio>

namespace factline::text {
namespace {

// A date of this year that is further ahead than this was last year's, in days.
constexpr int kAheadOfYear = 300;
// And one further behind than this is next year's.
constexpr int kBehindYear = 330;
// A day of this month that is further ahead was last month's, in days.
constexpr int kAheadOfMonth = 15;

std::string Format(const char* format, int a, int b = 0, int c = 0) {
  std::array<char, 32> buffer;
  std::snprintf(buffer.data(), buffer.size(), format, a, b, c);
  return buffer.data();
}

std::string FormatDay(absl::CivilDay day) {
  return Format("%04d-%02d-%02d", static_cast<int>(day.year()), day.month(), day.day());
}

// Monday of the week of `day`.
absl::CivilDay Monday(absl::CivilDay day) { return day - static_cast<int>(absl::GetWeekday(day)); }

std::string FormatWeek(absl::CivilDay day) {
  // ISO 8601: a week belongs to the year that its Thursday is in.
  const absl::CivilDay thursday = Monday(day) + 3;
  return Format("%04d-W%02d", static_cast<int>(thursday.year()), (absl::GetYearDay(thursday) - 1) / 7 + 1);
}

int YearOf(const CalendarPoint& point, absl::CivilDay published) {
  const int year = static_cast<int>(published.year());
  if (point.year_offset) return year + *point.year_offset;
  if (point.month == 0) return year;
  const absl::CivilDay date(year, point.month, point.day == 0 ? 1 : point.day);
  if (date - published > kAheadOfYear) return year - 1;
  if (published - date > kBehindYear) return year + 1;
  return year;
}

std::string ResolveDayAlone(int day, absl::CivilDay published) {
  const absl::CivilMonth month(published);
  const absl::CivilDay here = absl::CivilDay(month) + (day - 1);
  const absl::CivilMonth chosen = here - published > kAheadOfMonth ? month - 1 : month;
  if (!IsDayOfMonth(static_cast<int>(chosen.year()), chosen.month(), day)) return "";
  return FormatDay(absl::CivilDay(chosen) + (day - 1));
}

// In a leap year, which has all the days there are.
std::string WithoutYear(const CalendarPoint& point) {
  if (point.month == 0 || point.year_offset || point.month_offset) return "";
  if (point.day == 0) return Format("--%02d", point.month);
  return IsDayOfMonth(2000, point.month, point.day) ? Format("--%02d-%02d", point.month, point.day) : "";
}

}  // namespace

bool IsDayOfMonth(int year, int month, int day) {
  const absl::CivilDay date(year, month, day);
  return date.month() == month && date.day() == day;
}

std::string Resolve(const CalendarPoint& point, std::optional<absl::CivilDay> published) {
  if (point.open) return "";
  if (point.decade) return Format("%04ds", point.year);
  if (point.relative() && !published) return WithoutYear(point);
  if (point.day_offset) return FormatDay(*published + *point.day_offset);
  if (point.week_offset) {
    const absl::CivilDay monday = Monday(*published) + 7 * *point.week_offset;
    if (point.latest && monday + (point.weekday - 1) > *published) return FormatDay(monday + (point.weekday - 8));
    return point.weekday == 0 ? FormatWeek(monday) : FormatDay(monday + (point.weekday - 1));
  }
  int year = point.year;
  int month = point.month;
  if (point.month_offset) {
    const absl::CivilMonth target = absl::CivilMonth(*published) + *point.month_offset;
    year = static_cast<int>(target.year());
    month = target.month();
  } else if (year == 0 && month == 0 && point.day != 0) {
    return ResolveDayAlone(point.day, *published);
  } else if (year == 0) {
    year = YearOf(point, *published);
  }
  if (point.half != 0) return Format("%04d-H%d", year, point.half);
  if (point.quarter != 0) return Format("%04d-Q%d", year, point.quarter);
  if (month == 0) return Format("%04d", year);
  if (point.day == 0) return Format("%04d-%02d", year, month);
  if (!IsDayOfMonth(year, month, point.day)) return "";
  return Format("%04d-%02d-%02d", year, month, point.day);
}

void Inherit(const CalendarPoint& first, CalendarPoint& last) {
  if (last.year == 0 && !last.year_offset) {
    last.year = first.year;
    last.year_offset = first.year_offset;
  }
  if (last.month == 0 && last.day != 0) {
    last.month = first.month;
    last.month_offset = first.month_offset;
  }
}

}  // namespace factline::text
