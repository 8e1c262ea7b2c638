#include "query/parse/period.h"

#include <string>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace factline::query {
namespace {

constexpr int64_t kSecondsPerDay = 86400;

// `count` digits as a number; nullopt if any is none.
std::optional<int> Digits(std::string_view text, size_t begin, size_t count) {
  if (begin + count > text.size()) return std::nullopt;
  int number = 0;
  for (size_t i = begin; i < begin + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

int32_t DayNumber(absl::CivilDay day) { return static_cast<int32_t>(day - absl::CivilDay(1970, 1, 1)); }

DayRange Months(int year, int first_month, int count) {
  const absl::CivilMonth first(year, first_month);
  return {DayNumber(absl::CivilDay(first)), DayNumber(absl::CivilDay(first + count) - 1)};
}

// "H1", "Q3": which part of the year.
std::optional<DayRange> ParsePartOfYear(int year, char kind, char digit) {
  const int parts = kind == 'H' ? 2 : kind == 'Q' ? 4 : 0;
  const int part = digit - '0';
  if (parts == 0 || part < 1 || part > parts) return std::nullopt;
  const int months = 12 / parts;
  return Months(year, (part - 1) * months + 1, months);
}

std::optional<DayRange> ParseDay(int year, int month, int day) {
  const absl::CivilDay civil(year, month, day);
  if (civil.month() != month || civil.day() != day) return std::nullopt;  // such as the 30th of February
  return DayRange{DayNumber(civil), DayNumber(civil)};
}

std::optional<DayRange> ParseSimple(std::string_view text) {
  const std::optional<int> year = Digits(text, 0, 4);
  if (!year.has_value() || *year == 0) return std::nullopt;
  if (text.size() == 4) return Months(*year, 1, 12);
  if (text[4] != '-') return std::nullopt;
  if (text.size() == 7 && (text[5] == 'H' || text[5] == 'Q')) return ParsePartOfYear(*year, text[5], text[6]);
  const std::optional<int> month = Digits(text, 5, 2);
  if (!month.has_value() || *month < 1 || *month > 12) return std::nullopt;
  if (text.size() == 7) return Months(*year, *month, 1);
  const std::optional<int> day = Digits(text, 8, 2);
  if (text.size() != 10 || text[7] != '-' || !day.has_value()) return std::nullopt;
  return ParseDay(*year, *month, *day);
}

}  // namespace

std::optional<DayRange> ParsePeriod(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return ParseSimple(text);
  const std::optional<DayRange> from = ParseSimple(text.substr(0, slash));
  const std::optional<DayRange> to = ParseSimple(text.substr(slash + 1));
  if (!from.has_value() || !to.has_value() || to->last < from->first) return std::nullopt;
  return DayRange{from->first, to->last};
}

std::optional<SecondRange> ParseInstantOrPeriod(std::string_view text) {
  if (const std::optional<DayRange> days = ParsePeriod(text)) {
    return SecondRange{days->first * kSecondsPerDay, (days->last + int64_t{1}) * kSecondsPerDay - 1};
  }
  absl::Time instant;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, std::string(text), &instant, &error)) return std::nullopt;
  if (instant == absl::InfiniteFuture() || instant == absl::InfinitePast()) return std::nullopt;
  const int64_t seconds = absl::ToUnixSeconds(instant);
  return SecondRange{seconds, seconds};
}

}  // namespace factline::query
