#include "indexer/text/date_parser.h"

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
  if (Among(next, U"年月日号世季财至到-—–−~〜―")) return true;
  if (year && (Among(next, U"/.") || chars.Before(at) == ' ')) return true;
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

// The second end of a range that `match` begins, if one follows.
void ReadLast(const ValueChars& chars, CalendarMatch& match) {
  const size_t mark = chars.SkipBlanks(match.end);
  const size_t after = SkipRangeMark(chars, mark);
  if (after == mark) return;
  const std::optional<CalendarMatch> second = ReadOne(chars, chars.SkipBlanks(after));
  if (!second || second->last) return;
  CalendarPoint last = second->first;
  Inherit(match.first, last);
  if (!SamePrecision(match.first, last)) return;
  match.last = last;
  match.end = second->end;
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
  if (!match->last) ReadLast(chars, *match);
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
