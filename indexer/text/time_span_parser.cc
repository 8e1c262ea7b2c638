#include <array>

#include "indexer/text/date_parser.h"
#include "indexer/text/numeral.h"

namespace factline::text {
namespace {

bool Among(char32_t cp, std::u32string_view set) { return cp != 0 && set.find(cp) != std::u32string_view::npos; }

constexpr std::u32string_view kLeads[] = {U"未来", U"今后", U"过去", U"此后"};

// Hours and less are measured, not dated. 日 counts days only before 内: 24日前 is before the 24th.
constexpr std::u32string_view kUnits[] = {U"个交易日", U"个工作日", U"个自然日", U"个星期", U"个月", U"交易日",
                                          U"工作日",   U"自然日",   U"星期",     U"周",     U"年",   U"天"};

// 3, 三, 15 before a unit of time; not 三年多, whose end is open. Where the unit ends, or `at`.
size_t SkipCountedTime(const ValueChars& chars, size_t at, bool& day) {
  const std::optional<Numeral> numeral = chars.NumeralAt(at);
  if (!numeral || numeral->bare_scale || numeral->form == NumeralForm::kSpelled || numeral->scale > 100) return at;
  const size_t unit = chars.SkipBlanks(numeral->end);
  day = chars[unit] == U'日' && !numeral->more;
  const size_t end = day ? unit + 1 : chars.SkipAny(unit, kUnits);
  return end == unit ? at : end;
}

// 后, 前, 之后, 以前: where the direction ends, or `at`.
size_t SkipDirection(const ValueChars& chars, size_t at) {
  const size_t word = Among(chars[at], U"之以") ? at + 1 : at;
  const char32_t next = chars[word + 1];
  if (chars[word] == U'后' && !Among(next, U"续期方台备置市裔端勤")) return word + 1;
  if (chars[word] == U'前' && !Among(next, U"列往来期景提三后十沿端置")) return word + 1;
  return at;
}

size_t SkipWithin(const ValueChars& chars, size_t at) {
  static constexpr std::u32string_view kWithin[] = {U"内", U"之内", U"里", U"间"};
  const size_t end = chars.SkipAny(at, kWithin);
  return Among(chars[end], U"部外涵容地阁幕") ? at : end;
}

}  // namespace

std::optional<CalendarMatch> ReadSpanOfTime(const ValueChars& chars, size_t at) {
  const size_t count_at = chars.SkipAny(at, kLeads);
  const bool led = count_at > at;
  if (!led && (chars.Before(at) == U'第' || chars.Before(at) == U'.')) return std::nullopt;
  bool day = false;
  size_t counted = SkipCountedTime(chars, chars.SkipBlanks(count_at), day);
  if (counted == chars.SkipBlanks(count_at)) return std::nullopt;
  CalendarMatch match;
  match.first.open = true;
  match.end = SkipDirection(chars, counted);
  const bool directed = match.end > counted && !day;
  if (!directed) {
    // 3年之内 measures as well as it dates; 内 alone is said of time that runs.
    // 今后五年到十年
    const size_t mark = SkipRangeMark(chars, counted);
    const size_t last = led && mark > counted ? SkipCountedTime(chars, mark, day) : mark;
    if (last > mark) counted = last;
    match.end = led ? SkipWithin(chars, counted) : chars[counted] == U'内' ? SkipWithin(chars, counted) : counted;
    return led || match.end > counted ? std::optional(match) : std::nullopt;
  }
  // 15个交易日后的3个月内
  const size_t of = chars[match.end] == U'的' ? match.end + 1 : match.end;
  const size_t second = SkipCountedTime(chars, of, day);
  if (second == of) return match;
  const size_t within = SkipWithin(chars, second);
  if (within > second) match.end = within;
  return match;
}

}  // namespace factline::text
