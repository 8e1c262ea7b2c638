#include "indexer/text/date_parser.h"

#include "protos/vocab/cat.h"

namespace factline::text {
namespace {

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
