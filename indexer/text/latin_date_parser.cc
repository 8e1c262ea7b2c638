#include <array>

#include "indexer/text/date_parser.h"
#include "indexer/text/english_words.h"
#include "indexer/text/numeral.h"

namespace factline::text {
namespace {

constexpr std::array<std::u32string_view, 12> kMonths = {U"january",   U"february", U"march",    U"april",
                                                         U"may",       U"june",     U"july",     U"august",
                                                         U"september", U"october",  U"november", U"december"};

// A plain number of `min_digits` to `max_digits` digits; 0 if there is none. Moves `at` behind it.
int TakeNumber(const ValueChars& chars, size_t& at, size_t min_digits, size_t max_digits) {
  int value = 0;
  size_t i = at;
  for (; chars.IsDigit(i) && i - at < max_digits; ++i) value = value * 10 + static_cast<int>(chars[i] - '0');
  if (i - at < min_digits || chars.IsDigit(i)) return 0;
  at = i;
  return value;
}

// The month whose name, or its first letters and a point, stands at `at`; 0 if none. Capital, for may and march are
// verbs as well.
int TakeMonth(const ValueChars& chars, size_t& at) {
  if (!chars.Is(at, CharClass::kLetter) || !chars.Char(at).changed) return 0;
  for (size_t m = 0; m < kMonths.size(); ++m) {
    size_t end = at + kMonths[m].size();
    if (chars.Starts(at, kMonths[m]) && !IsWordChar(chars, end)) {
      at = end;
      return static_cast<int>(m + 1);
    }
    if (!chars.Starts(at, kMonths[m].substr(0, 3))) continue;
    end = at + 3;
    if (chars[end] == 't' && m == 8) ++end;  // Sept.
    if (IsWordChar(chars, end)) continue;
    at = chars[end] == '.' ? end + 1 : end;
    return static_cast<int>(m + 1);
  }
  return 0;
}

size_t SkipOrdinal(const ValueChars& chars, size_t at) {
  static constexpr std::u32string_view kEndings[] = {U"st", U"nd", U"rd", U"th"};
  const size_t end = chars.SkipAny(at, kEndings);
  return IsWordChar(chars, end) ? at : end;
}

int TakeYear(const ValueChars& chars, size_t& at) {
  size_t i = at;
  const int year = TakeNumber(chars, i, 4, 4);
  if (year < kMinYear || year > kMaxYear || IsWordChar(chars, i)) return 0;
  at = i;
  return year;
}

int TakeDay(const ValueChars& chars, size_t& at) {
  size_t i = at;
  const int day = TakeNumber(chars, i, 1, 2);
  i = SkipOrdinal(chars, i);
  if (day < 1 || day > 31 || IsWordChar(chars, i)) return 0;
  at = i;
  return day;
}

std::optional<CalendarMatch> Match(size_t end, int year, int month, int day) {
  // A leap year admits the most days.
  if (day != 0 && !IsDayOfMonth(year == 0 ? 2000 : year, month, day)) return std::nullopt;
  CalendarMatch match;
  match.end = end;
  match.first.year = year;
  match.first.month = month;
  match.first.day = day;
  return match;
}

// The words that make a year of a number, or a month of a capital May.
bool IsLed(const ValueChars& chars, size_t at) {
  static constexpr std::u32string_view kLeads[] = {U"in", U"since", U"by", U"until", U"from", U"during", U"of"};
  for (const std::u32string_view word : kLeads) {
    if (Follows(chars, at, word)) return true;
  }
  return false;
}

// 24 March 2024; 24 March.
std::optional<CalendarMatch> ReadDayFirst(const ValueChars& chars, size_t at) {
  const int day = TakeDay(chars, at);
  if (day == 0 || chars[at] != ' ') return std::nullopt;
  at = chars.SkipBlanks(at);
  const int month = TakeMonth(chars, at);
  if (month == 0) return std::nullopt;
  size_t i = chars.SkipBlanks(at);
  if (chars[i] == ',') i = chars.SkipBlanks(i + 1);
  if (const int year = TakeYear(chars, i)) return Match(i, year, month, day);
  return Match(at, 0, month, day);
}

// 2024-03-24, 2024/3/24, 2024.03.24.
std::optional<CalendarMatch> ReadIso(const ValueChars& chars, size_t at) {
  const int year = TakeNumber(chars, at, 4, 4);
  const char32_t mark = chars[at];
  if (year < kMinYear || year > kMaxYear || (mark != '-' && mark != '/' && mark != '.')) return std::nullopt;
  ++at;
  const int month = TakeNumber(chars, at, 1, 2);
  if (month < 1 || month > 12 || chars[at] != mark) return std::nullopt;
  ++at;
  const int day = TakeNumber(chars, at, 1, 2);
  if (day < 1 || day > 31 || (chars[at] == mark && chars.IsDigit(at + 1))) return std::nullopt;
  return Match(at, year, month, day);
}

// In 2024: a year alone is one only after such a word.
std::optional<CalendarMatch> ReadYearAlone(const ValueChars& chars, size_t at) {
  const bool led = IsLed(chars, at) || Follows(chars, at, U"between");
  const int year = led ? TakeYear(chars, at) : 0;
  if (year == 0 || chars[at] == '%' || ((chars[at] == '.' || chars[at] == ',') && chars.IsDigit(at + 1))) return {};
  // In 2000 people: a number.
  if (chars[at] == ' ' && chars.Is(at + 1, CharClass::kLetter) && year % 100 == 0) return {};
  return Match(at, year, 0, 0);
}

// The 1990s.
std::optional<CalendarMatch> ReadDecade(const ValueChars& chars, size_t at) {
  const int year = TakeNumber(chars, at, 4, 4);
  if (year < kMinYear || year > kMaxYear || year % 10 != 0 || SkipWord(chars, at, U"s") == at) return std::nullopt;
  CalendarMatch match = *Match(at + 1, year, 0, 0);
  match.first.decade = true;
  return match;
}

// 2024Q3, 2024年Q3, 2024 Q3.
std::optional<CalendarMatch> ReadYearAndQ(const ValueChars& chars, size_t at) {
  const int year = TakeNumber(chars, at, 4, 4);
  if (year < kMinYear || year > kMaxYear) return std::nullopt;
  at = chars.SkipBlanks(chars[at] == U'年' ? at + 1 : at);
  if (chars[at] != 'q' || chars[at + 1] < '1' || chars[at + 1] > '4' || IsWordChar(chars, at + 2)) return std::nullopt;
  CalendarMatch match = *Match(at + 2, year, 0, 0);
  match.first.quarter = static_cast<int>(chars[at + 1] - '0');
  return match;
}

}  // namespace

std::optional<CalendarMatch> ReadMonthFirst(const ValueChars& chars, size_t at, bool led) {
  led |= IsLed(chars, at);
  const int month = TakeMonth(chars, at);
  if (month == 0) return std::nullopt;
  size_t i = chars.SkipBlanks(at);
  if (chars[i] == ',') i = chars.SkipBlanks(i + 1);
  if (const int year = TakeYear(chars, i)) return Match(i, year, month, 0);
  const int day = TakeDay(chars, i);
  if (day == 0) return led ? Match(at, 0, month, 0) : std::nullopt;
  int last_day = 0;
  if (chars[i] == '-' || chars[i] == U'–') {
    size_t last = i + 1;
    last_day = TakeDay(chars, last);
    if (last_day > day) i = last;
  }
  int year = 0;
  size_t after = chars.SkipBlanks(i);
  if (chars[after] == ',') after = chars.SkipBlanks(after + 1);
  if ((year = TakeYear(chars, after)) != 0) i = after;
  std::optional<CalendarMatch> match = Match(i, year, month, day);
  if (match && last_day > day && IsDayOfMonth(year == 0 ? 2000 : year, month, last_day)) {
    match->last = match->first;
    match->last->day = last_day;
  }
  return match;
}

std::optional<CalendarMatch> ReadLatinDate(const ValueChars& chars, size_t at) {
  if (at > 0 && IsWordChar(chars, at - 1)) return std::nullopt;
  if (!chars.IsDigit(at)) {
    if (auto month_first = ReadMonthFirst(chars, at, false)) return month_first;
    return ReadEnglishPhrase(chars, at);
  }
  if (auto decade = ReadDecade(chars, at)) return decade;
  if (auto quarter = ReadYearAndQ(chars, at)) return quarter;
  if (auto iso = ReadIso(chars, at)) return iso;
  if (auto day_first = ReadDayFirst(chars, at)) return day_first;
  return ReadYearAlone(chars, at);
}

}  // namespace factline::text
