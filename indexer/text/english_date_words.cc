#include <algorithm>
#include <array>

#include "indexer/text/date_parser.h"
#include "indexer/text/english_words.h"

namespace factline::text {
namespace {

constexpr std::array<std::u32string_view, 7> kWeekdays = {U"monday", U"tuesday",  U"wednesday", U"thursday",
                                                          U"friday", U"saturday", U"sunday"};
constexpr std::array<std::u32string_view, 4> kOrdinals = {U"first", U"second", U"third", U"fourth"};
constexpr std::array<std::u32string_view, 3> kOffsets = {U"last", U"this", U"next"};
constexpr std::array<std::u32string_view, 3> kDays = {U"yesterday", U"today", U"tomorrow"};

bool IsCapital(const ValueChars& chars, size_t at) {
  return chars.Is(at, CharClass::kLetter) && chars.Char(at).changed;
}

// A year of four digits at `at`; 0 if there is none.
int TakeYear(const ValueChars& chars, size_t& at) {
  int year = 0;
  size_t end = at;
  for (; end < at + 4 && chars.IsDigit(end); ++end) year = year * 10 + static_cast<int>(chars[end] - '0');
  if (end != at + 4 || IsWordChar(chars, end) || year < kMinYear || year > kMaxYear) return 0;
  at = end;
  return year;
}

// "last year", "this year", "next year" at `at`: moves behind it.
std::optional<int> TakeRelativeYear(const ValueChars& chars, size_t& at) {
  size_t end = at;
  const int offset = TakeWord(chars, end, kOffsets);
  if (offset < 0 || chars[end] != ' ') return std::nullopt;
  const size_t year = SkipWord(chars, end + 1, U"year");
  if (year == end + 1) return std::nullopt;
  at = year;
  return offset - 1;
}

// What a part of a year is part of: 2024, of 2024, of last year, of the year. Where nothing is said it is this year.
void TakeYearOf(const ValueChars& chars, CalendarMatch& match) {
  const size_t comma = chars[match.end] == ',' ? match.end + 1 : match.end;
  if (chars[comma] != ' ') return;
  size_t at = comma + 1;
  const size_t of = SkipWord(chars, at, U"of");
  const bool led = of > at;
  if (led) at = chars.SkipBlanks(of);
  size_t year_at = at;
  static constexpr std::array<std::u32string_view, 2> kFiscal = {U"fiscal", U"fy"};
  if (TakeWord(chars, year_at, kFiscal) >= 0) year_at = chars.SkipBlanks(year_at);
  if (const int year = TakeYear(chars, year_at)) {
    match.first.year = year;
    match.end = year_at;
  } else if (const auto offset = TakeRelativeYear(chars, at)) {
    match.first.year_offset = *offset;
    match.end = at;
  } else if (const size_t end = SkipWord(chars, at, U"the year"); led && end > at) {
    match.end = end;
  }
}

// Third quarter of 2024, first half.
std::optional<CalendarMatch> ReadPartOfYear(const ValueChars& chars, size_t at) {
  const int ordinal = TakeWord(chars, at, kOrdinals);
  if (ordinal < 0 || (chars[at] != ' ' && chars[at] != '-')) return std::nullopt;
  static constexpr std::array<std::u32string_view, 2> kParts = {U"quarter", U"half"};
  ++at;
  const int part = TakeWord(chars, at, kParts);
  if (part < 0 || (part == 1 && ordinal > 1)) return std::nullopt;
  CalendarMatch match;
  match.end = at;
  (part == 0 ? match.first.quarter : match.first.half) = ordinal + 1;
  TakeYearOf(chars, match);
  return match;
}

// Q2 2024, Q2 of last year; alone only behind "in" and the like, for cars are called so.
std::optional<CalendarMatch> ReadQ(const ValueChars& chars, size_t at) {
  if (chars[at] != 'q' || chars[at + 1] < '1' || chars[at + 1] > '4' || IsWordChar(chars, at + 2)) return std::nullopt;
  CalendarMatch match;
  match.end = at + 2;
  match.first.quarter = static_cast<int>(chars[at + 1] - '0');
  TakeYearOf(chars, match);
  const bool led = Follows(chars, at, U"in") || Follows(chars, at, U"for") || Follows(chars, at, U"the");
  return match.end > at + 2 || led ? std::optional(match) : std::nullopt;
}

// Fiscal 2024, fiscal year 2024, FY2024.
std::optional<CalendarMatch> ReadFiscal(const ValueChars& chars, size_t at) {
  static constexpr std::array<std::u32string_view, 3> kWords = {U"fiscal year", U"fiscal", U"fy"};
  if (TakeWord(chars, at, kWords) >= 0) {
    at = chars.SkipBlanks(at);
  } else if (chars.Starts(at, U"fy")) {
    at += 2;
  } else {
    return std::nullopt;
  }
  CalendarMatch match;
  match.first.year = TakeYear(chars, at);
  match.end = at;
  return match.first.year == 0 ? std::nullopt : std::optional(match);
}

// Friday; last Friday. A name goes on in capitals (Friday Harbor), but for "on Friday".
std::optional<CalendarMatch> ReadWeekday(const ValueChars& chars, size_t at, int week) {
  size_t end = at;
  const int day = IsCapital(chars, at) ? TakeWord(chars, end, kWeekdays) : -1;
  if (day < 0) return std::nullopt;
  const bool named = chars[end] == ' ' && IsCapital(chars, end + 1) && !Follows(chars, at, U"on");
  if (named && week == 0) return std::nullopt;
  CalendarMatch match;
  match.end = end;
  match.first.weekday = day + 1;
  // Last Friday is the last one that was, whatever week it lies in.
  match.first.week_offset = std::max(week, 0);
  match.first.latest = week <= 0;
  return match;
}

// Last year, next month, this week, last Friday.
std::optional<CalendarMatch> ReadOffset(const ValueChars& chars, size_t at) {
  const int offset = TakeWord(chars, at, kOffsets) - 1;
  if (offset < -1 || chars[at] != ' ') return std::nullopt;
  ++at;
  if (auto weekday = ReadWeekday(chars, at, offset)) return weekday;
  static constexpr std::array<std::u32string_view, 4> kSpans = {U"year", U"month", U"week", U"quarter"};
  CalendarMatch match;
  switch (TakeWord(chars, at, kSpans)) {
    case 0:
      match.first.year_offset = offset;
      break;
    case 1:
      match.first.month_offset = offset;
      break;
    case 2:
      match.first.week_offset = offset;
      break;
    case 3:
      match.first.open = true;
      break;
    default:
      return std::nullopt;
  }
  match.end = at;
  return match;
}

std::optional<CalendarMatch> ReadDayWord(const ValueChars& chars, size_t at) {
  CalendarMatch match;
  if (const int day = TakeWord(chars, at, kDays); day >= 0) {
    match.first.day_offset = day - 1;
  } else {
    static constexpr std::array<std::u32string_view, 3> kOpen = {U"recently", U"in recent years", U"in recent months"};
    if (TakeWord(chars, at, kOpen) < 0) return std::nullopt;
    match.first.open = true;
  }
  match.end = at;
  return match;
}

// Late 2023, early March 2024, the end of 2025, mid-2024. Only the ends of a year have a form of their own.
std::optional<CalendarMatch> ReadEdge(const ValueChars& chars, size_t at) {
  static constexpr std::array<std::u32string_view, 3> kWords = {U"early", U"mid", U"late"};
  static constexpr std::array<std::u32string_view, 4> kEnds = {U"beginning of", U"start of", U"end of", U"year end of"};
  const bool word = TakeWord(chars, at, kWords) >= 0;
  const int end = word ? -1 : TakeWord(chars, at, kEnds);
  if ((!word && end < 0) || (chars[at] != ' ' && chars[at] != '-')) return std::nullopt;
  ++at;
  CalendarMatch match;
  size_t year_at = at;
  if (const int year = TakeYear(chars, year_at)) {
    match.first.year = year;
    match.end = year_at;
  } else if (const auto offset = TakeRelativeYear(chars, year_at)) {
    match.first.year_offset = *offset;
    match.end = year_at;
  } else if (const size_t the_year = SkipWord(chars, at, U"the year"); end >= 0 && the_year > at) {
    match.first.year_offset = 0;
    match.end = the_year;
  } else {
    return ReadMonthFirst(chars, at, /*led=*/true);
  }
  if (end >= 0) match.first.month = end < 2 ? 1 : 12;
  return match;
}

}  // namespace

bool MayBeginEnglishDate(const ValueChars& chars, size_t at) {
  switch (chars[at]) {
    case 'l':
      return chars.Starts(at, U"last") || chars.Starts(at, U"late");
    case 't':
      return chars.Starts(at, U"this") || chars.Starts(at, U"third") || chars.Starts(at, U"today") ||
             chars.Starts(at, U"tomorrow");
    case 'n':
      return chars.Starts(at, U"next");
    case 'y':
      return chars.Starts(at, U"yesterday") || chars.Starts(at, U"year end");
    case 'f':
      return chars.Starts(at, U"first") || chars.Starts(at, U"fourth") || chars.Starts(at, U"fiscal") ||
             chars.Starts(at, U"fy");
    case 's':
      return chars.Starts(at, U"second") || chars.Starts(at, U"start");
    case 'e':
      return chars.Starts(at, U"early") || chars.Starts(at, U"end of");
    case 'b':
      return chars.Starts(at, U"beginning");
    case 'm':
      return chars.Starts(at, U"mid");
    case 'r':
      return chars.Starts(at, U"recently");
    case 'i':
      return chars.Starts(at, U"in recent");
    case 'q':
      return chars.IsDigit(at + 1);
    default:
      return false;
  }
}

std::optional<CalendarMatch> ReadEnglishPhrase(const ValueChars& chars, size_t at) {
  if (auto weekday = ReadWeekday(chars, at, 0)) return weekday;
  if (!MayBeginEnglishDate(chars, at)) return std::nullopt;
  if (auto part = ReadPartOfYear(chars, at)) return part;
  if (auto quarter = ReadQ(chars, at)) return quarter;
  if (auto fiscal = ReadFiscal(chars, at)) return fiscal;
  if (auto edge = ReadEdge(chars, at)) return edge;
  if (auto offset = ReadOffset(chars, at)) return offset;
  return ReadDayWord(chars, at);
}

}  // namespace factline::text
