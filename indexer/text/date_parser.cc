#include "indexer/text/date_parser.h"

#include "indexer/text/english_words.h"
#include "protos/vocab/cat.h"

namespace factline::text {
namespace {

bool Among(char32_t cp, std::u32string_view set) { return cp != 0 && set.find(cp) != std::u32string_view::npos; }

// A look at what follows a number, which tells most of them from dates before any is tried.
bool MayBeginDate(const ValueChars& chars, size_t at) {
  static constexpr std::u32string_view kHanDigits = U"零〇○一二三四五六七八九十";
  constexpr size_t kLongestNumber = 6;
  if (!chars.IsDigit(at) && !Among(chars[at], kHanDigits)) return true;
  size_t end = at;
  while (end - at <= kLongestNumber && (chars.IsDigit(end) || Among(chars[end], kHanDigits))) ++end;
  const bool year = end - at == 4;
  const char32_t next = chars[chars.SkipBlanks(end)];
  if (Among(next, U"年月日号世季财至到-—–−~〜―个天周星交工自q")) return true;
  if (year && (Among(next, U"/.、,和与及") || chars.Before(at) == ' ')) return true;
  return chars.Is(chars.SkipBlanks(end), CharClass::kLetter);
}

std::optional<CalendarMatch> ReadOne(const ValueChars& chars, size_t at) {
  if (auto latin = ReadLatinDate(chars, at)) return latin;
  return ReadChineseDate(chars, at);
}

// Two ends of a range are told to the same precision, but for what the second leaves out.
bool SamePrecision(const CalendarPoint& a, const CalendarPoint& b) {
  return (a.month == 0) == (b.month == 0) && (a.day == 0) == (b.day == 0) && (a.half == 0) == (b.half == 0) &&
         (a.quarter == 0) == (b.quarter == 0) && !b.day_offset && !b.week_offset;
}

// Past an hour, which no normal form keeps: 10时, 10时30分, 上午10点, 10:00.
size_t SkipClock(const ValueChars& chars, size_t at) {
  static constexpr std::u32string_view kParts[] = {U"上午", U"下午", U"晚间", U"凌晨",
                                                   U"中午", U"晚上", U"早上", U"晚"};
  const size_t hour = chars.SkipBlanks(chars.SkipAny(at, kParts));
  size_t end = hour;
  while (end < hour + 2 && chars.IsDigit(end)) ++end;
  if (end == hour || !Among(chars[end], U"时点:")) return at;
  const size_t minute = ++end;
  while (end < minute + 2 && chars.IsDigit(end)) ++end;
  return chars[end] == U'分' && end > minute ? end + 1 : end;
}

bool IsYearAlone(const CalendarPoint& point) {
  return point.year != 0 && point.month == 0 && point.half == 0 && point.quarter == 0 && !point.decade;
}

// The year that ends a range of years: 2019 to 2023.
std::optional<CalendarMatch> ReadPlainYear(const ValueChars& chars, size_t at) {
  CalendarMatch match;
  for (match.end = at; match.end < at + 4 && chars.IsDigit(match.end); ++match.end) {
    match.first.year = match.first.year * 10 + static_cast<int>(chars[match.end] - '0');
  }
  const bool year = match.end == at + 4 && !IsWordChar(chars, match.end) && match.first.year >= kMinYear;
  return year && match.first.year <= kMaxYear ? std::optional(match) : std::nullopt;
}

// The second end of a range that `match` begins, if one follows.
void ReadLast(const ValueChars& chars, size_t begin, CalendarMatch& match) {
  const size_t clock = match.first.day == 0 ? match.end : SkipClock(chars, match.end);
  const size_t mark = chars.SkipBlanks(clock);
  size_t after = SkipRangeMark(chars, mark);
  const bool english = after == mark;
  if (english) {
    after = SkipEnglishRangeMark(chars, begin, match.end, /*dates=*/true);
    if (after == match.end) return;
  } else {
    after = chars.SkipBlanks(after);
  }
  const std::optional<CalendarMatch> second =
      english && IsYearAlone(match.first) ? ReadPlainYear(chars, after) : ReadOne(chars, after);
  if (!second || second->last) return;
  CalendarPoint last = second->first;
  // March 4 to March 9, 2024
  if (english && match.first.year == 0 && match.first.month != 0) match.first.year = last.year;
  Inherit(match.first, last);
  if (!SamePrecision(match.first, last)) return;
  match.last = last;
  match.end = clock > match.end ? SkipClock(chars, second->end) : second->end;
}

}  // namespace

size_t SkipRangeMark(const ValueChars& chars, size_t at) {
  static constexpr std::u32string_view kMarks[] = {U"——", U"--", U"—",  U"–", U"-",  U"−",
                                                   U"~~", U"~",  U"〜", U"―", U"至", U"到"};
  return chars.SkipAny(at, kMarks);
}

std::optional<DateMatch> ReadDate(const ValueChars& chars, size_t at, std::optional<absl::CivilDay> published) {
  if (!MayBeginDate(chars, at)) return std::nullopt;
  std::optional<CalendarMatch> match = ReadOne(chars, at);
  if (!match) return std::nullopt;
  if (!match->last) ReadLast(chars, at, *match);
  DateMatch out;
  out.end = match->end;
  out.relative = match->first.relative();
  out.norm = Resolve(match->first, published);
  if (match->last && !out.norm.empty()) {
    const std::string last = Resolve(*match->last, published);
    // A range that runs backwards is none that we understood.
    out.norm = last.empty() || last < out.norm ? std::string() : Cat(out.norm, "/", last);
  }
  return out;
}

}  // namespace factline::text
