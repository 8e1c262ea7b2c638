#include "protos/vocab/event_days.h"

#include "absl/time/civil_time.h"

namespace factline {
namespace {

// A number of exactly `digits` digits at the front of `in`, taken from it.
std::optional<int> TakeNumber(std::string_view& in, size_t digits) {
  if (in.size() < digits) return std::nullopt;
  int number = 0;
  for (const char c : in.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  in.remove_prefix(digits);
  return number;
}

int32_t DayNumber(absl::CivilDay day) { return static_cast<int32_t>(day - absl::CivilDay(1970, 1, 1)); }

std::optional<DayRange> Months(int year, int first_month, int months) {
  const absl::CivilMonth first(year, first_month);
  return DayRange{DayNumber(absl::CivilDay(first)), DayNumber(absl::CivilDay(first + months)) - 1};
}

// ISO 8601: week 1 holds January 4th and weeks start on Monday.
std::optional<DayRange> Week(int year, int week) {
  const absl::CivilDay january_4(year, 1, 4);
  const int from_monday = static_cast<int>(absl::GetWeekday(january_4));
  const int32_t monday = DayNumber(january_4) - from_monday + 7 * (week - 1);
  return DayRange{monday, monday + 6};
}

std::optional<DayRange> Part(int year, char kind, std::string_view number) {
  const std::optional<int> n = TakeNumber(number, kind == 'W' ? 2 : 1);
  if (!n.has_value() || !number.empty() || *n < 1) return std::nullopt;
  if (kind == 'H' && *n <= 2) return Months(year, 1 + 6 * (*n - 1), 6);
  if (kind == 'Q' && *n <= 4) return Months(year, 1 + 3 * (*n - 1), 3);
  if (kind == 'W' && *n <= 53) return Week(year, *n);
  return std::nullopt;
}

std::optional<DayRange> OneDate(std::string_view norm) {
  const std::optional<int> year = TakeNumber(norm, 4);
  if (!year.has_value() || *year == 0) return std::nullopt;
  if (norm.empty()) return Months(*year, 1, 12);
  if (norm.size() < 3 || norm[0] != '-') return std::nullopt;
  norm.remove_prefix(1);
  if (norm[0] > '9') return Part(*year, norm[0], norm.substr(1));
  const std::optional<int> month = TakeNumber(norm, 2);
  if (!month.has_value() || *month < 1 || *month > 12) return std::nullopt;
  if (norm.empty()) return Months(*year, *month, 1);
  if (norm[0] != '-') return std::nullopt;
  norm.remove_prefix(1);
  const std::optional<int> day = TakeNumber(norm, 2);
  if (!day.has_value() || !norm.empty()) return std::nullopt;
  const absl::CivilDay civil(*year, *month, *day);
  if (civil.month() != *month || civil.day() != *day) return std::nullopt;  // no such day
  return DayRange{DayNumber(civil), DayNumber(civil)};
}

}  // namespace

std::optional<DayRange> DaysOf(std::string_view norm) {
  const size_t slash = norm.find('/');
  if (slash == std::string_view::npos) return OneDate(norm);
  const std::optional<DayRange> from = OneDate(norm.substr(0, slash));
  const std::optional<DayRange> to = OneDate(norm.substr(slash + 1));
  if (!from.has_value() || !to.has_value() || to->last < from->first) return std::nullopt;
  return DayRange{from->first, to->last};
}

}  // namespace factline
