#include <string_view>

#include "indexer/text/date_parser.h"
#include "indexer/text/numeral.h"

namespace factline::text {
namespace {

bool Among(char32_t cp, std::u32string_view set) { return cp != 0 && set.find(cp) != std::u32string_view::npos; }

// ---- numbers before calendar words ----

// A whole number as calendars write them, digit by digit or not; -1 if none. Moves `at` behind it.
int TakeNumber(const ValueChars& chars, size_t& at) {
  const std::optional<Numeral> numeral = chars.NumeralAt(at);
  if (!numeral || !numeral->integer || numeral->more || numeral->bare_scale || numeral->scale > 10 ||
      numeral->value > kMaxYear) {
    return -1;
  }
  // 二〇二四, but also 二三月: the latter is a range that no one means exactly.
  if (numeral->form == NumeralForm::kAbout) return -1;
  at = numeral->end;
  return static_cast<int>(numeral->value);
}

struct Component {
  int first = 0;
  int last = 0;  // the same as first where there is no range
  size_t end = 0;
};

// `3月`, `1-3月`: a number, or two with a range mark, both in [low, high], then blanks and one of `words`.
std::optional<Component> ReadComponent(const ValueChars& chars, size_t at, int low, int high,
                                       std::u32string_view words) {
  Component out;
  out.first = out.last = TakeNumber(chars, at);
  if (out.first < low || out.first > high) return std::nullopt;
  size_t after = chars.SkipBlanks(at);
  if (!Among(chars[after], words)) {
    size_t second = SkipRangeMark(chars, after);
    if (second == after) return std::nullopt;
    second = chars.SkipBlanks(second);
    out.last = TakeNumber(chars, second);
    if (out.last <= out.first || out.last > high) return std::nullopt;
    after = chars.SkipBlanks(second);
    if (!Among(chars[after], words)) return std::nullopt;
  }
  out.end = after + 1;
  return out;
}

// ---- words ----

enum class WordKind { kYear, kYearEdge, kMonth, kMonthEdge, kWeek, kDay, kOpen };

struct RelativeWord {
  std::u32string_view word;
  WordKind kind;
  int offset;
  std::u32string_view not_before;  // characters that make another word of it
  std::u32string_view not_after;
};

constexpr RelativeWord kRelativeWords[] = {
    {U"今年", WordKind::kYear, 0, U"轻", U"当"},
    {U"去年", WordKind::kYear, -1, U"", U""},
    {U"前年", WordKind::kYear, -2, U"度", U"之以"},
    {U"明年", WordKind::kYear, 1, U"", U""},
    {U"后年", WordKind::kYear, 2, U"", U"之以"},
    {U"上年", WordKind::kYear, -1, U"纪岁头", U""},
    {U"本年度", WordKind::kYear, 0, U"", U""},
    {U"当年", WordKind::kOpen, 0, U"", U""},
    {U"同年", WordKind::kOpen, 0, U"级龄", U""},
    {U"次年", WordKind::kOpen, 0, U"", U"一二三四五六七八九十"},
    {U"翌年", WordKind::kOpen, 0, U"", U""},
    {U"近年", WordKind::kOpen, 0, U"", U""},
    {U"年底", WordKind::kYearEdge, 0, U"", U"一二三四五六七八九十百千万亿几多半每"},
    {U"年末", WordKind::kYearEdge, 0, U"", U"一二三四五六七八九十百千万亿几多半每"},
    {U"年初", WordKind::kYearEdge, 0, U"", U"一二三四五六七八九十百千万亿几多半每"},
    {U"月底", WordKind::kMonthEdge, 0, U"", U"一二三四五六七八九十个几多半每"},
    {U"月末", WordKind::kMonthEdge, 0, U"", U"一二三四五六七八九十个几多半每"},
    {U"月初", WordKind::kMonthEdge, 0, U"一二三四五六七八九十", U"一二三四五六七八九十个几多半每正"},
    {U"昨天", WordKind::kDay, -1, U"", U""},
    {U"昨日", WordKind::kDay, -1, U"", U""},
    {U"昨晚", WordKind::kDay, -1, U"", U""},
    {U"前天", WordKind::kDay, -2, U"", U"之以"},
    {U"今天", WordKind::kDay, 0, U"", U""},
    {U"今日", WordKind::kDay, 0, U"头", U""},
    {U"今晨", WordKind::kDay, 0, U"", U""},
    {U"今早", WordKind::kDay, 0, U"", U""},
    {U"今晚", WordKind::kDay, 0, U"报", U""},
    {U"明天", WordKind::kDay, 1, U"", U""},
    {U"明日", WordKind::kDay, 1, U"", U""},
    {U"后天", WordKind::kDay, 2, U"", U"之以"},
    {U"近日", WordKind::kOpen, 0, U"点", U""},
    {U"日前", WordKind::kOpen, 0, U"", U"一二三四五六七八九十今昨明生假节当近"},
    {U"近期", WordKind::kOpen, 0, U"", U""},
    {U"当日", WordKind::kOpen, 0, U"", U""},
    {U"当天", WordKind::kOpen, 0, U"", U""},
    {U"次日", WordKind::kOpen, 0, U"", U"一二三四五六七八九十"},
    {U"翌日", WordKind::kOpen, 0, U"", U""},
    {U"同日", WordKind::kOpen, 0, U"", U""},
    {U"连日", WordKind::kOpen, 0, U"", U""},
    {U"当月", WordKind::kOpen, 0, U"", U""},
    {U"上个月", WordKind::kMonth, -1, U"", U""},
    {U"上月", WordKind::kMonth, -1, U"", U"以"},
    {U"下个月", WordKind::kMonth, 1, U"", U""},
    {U"下月", WordKind::kMonth, 1, U"", U"以"},
    {U"本月", WordKind::kMonth, 0, U"", U"基日"},
    {U"上周", WordKind::kWeek, -1, U"", U""},
    {U"本周", WordKind::kWeek, 0, U"", U"日基"},
    {U"下周", WordKind::kWeek, 1, U"", U""},
};

// ---- decades ----

// 90年代, 九十年代, 2020年代 after `century` (1900 for 20世纪), which is 0 where the text names none.
std::optional<CalendarMatch> ReadDecade(const ValueChars& chars, size_t at, int century) {
  const int decade = TakeNumber(chars, at);
  if (!chars.Starts(at, U"年代")) return std::nullopt;
  int year = 0;
  if (decade >= 0 && decade < 100 && decade % 10 == 0) {
    // Without a century it is the last one that had all of such a decade behind it, in the words of this one.
    if (century == 0 && decade < 30) return std::nullopt;
    year = (century == 0 ? 1900 : century) + decade;
  } else if (century == 0 && decade >= kMinYear && decade <= kMaxYear && decade % 10 == 0) {
    year = decade;
  } else {
    return std::nullopt;
  }
  CalendarMatch match;
  match.end = at + 2;
  match.first.year = year;
  match.first.decade = true;
  return match;
}

std::optional<CalendarMatch> ReadCentury(const ValueChars& chars, size_t at) {
  int century = 0;
  if (chars.Starts(at, U"上个世纪")) {
    at += 4;
    century = 1900;
  } else if (chars.Starts(at, U"上世纪")) {
    at += 3;
    century = 1900;
  } else if (chars.Starts(at, U"本世纪")) {
    at += 3;
    century = 2000;
  } else {
    const int number = TakeNumber(chars, at);
    if (number < 11 || number > 22 || !chars.Starts(at, U"世纪")) return std::nullopt;
    at += 2;
    century = (number - 1) * 100;
  }
  return ReadDecade(chars, at, century);
}

// ---- parts of a year ----

int QuarterNumber(const ValueChars& chars, size_t& at) {
  static constexpr std::u32string_view kFirst[] = {U"首季度", U"首季"};
  const size_t first = chars.SkipAny(at, kFirst);
  if (first > at) {
    at = first;
    return 1;
  }
  size_t i = chars[at] == U'第' ? at + 1 : at;
  const int number = TakeNumber(chars, i);
  if (number < 1 || number > 4 || !chars.Starts(i, U"季度")) return 0;
  at = i + 2;
  return number;
}

// 前三季度, 前5个月, 前5月.
bool ReadFirstPart(const ValueChars& chars, size_t at, CalendarMatch& match) {
  if (chars[at] != U'前') return false;
  size_t i = chars.SkipBlanks(at + 1);
  const int number = TakeNumber(chars, i);
  i = chars.SkipBlanks(i);
  static constexpr std::u32string_view kQuarters[] = {U"个季度", U"季度", U"季"};
  static constexpr std::u32string_view kMonths[] = {U"个月", U"月"};
  const size_t quarters = chars.SkipAny(i, kQuarters);
  const size_t months = chars.SkipAny(i, kMonths);
  match.last = match.first;
  if (number >= 2 && number <= 4 && quarters > i) {
    match.first.quarter = 1;
    match.last->quarter = number;
    match.end = quarters;
    return true;
  }
  if (number >= 2 && number <= 12 && months > i) {
    match.first.month = 1;
    match.last->month = number;
    match.end = months;
    return true;
  }
  match.last.reset();
  return false;
}

bool ReadHalfOrQuarter(const ValueChars& chars, size_t at, CalendarMatch& match) {
  if (chars.Starts(at, U"上半年") || chars.Starts(at, U"下半年")) {
    match.first.half = chars[at] == U'上' ? 1 : 2;
    match.end = at + 3;
    return true;
  }
  if (chars.Starts(at, U"半年度")) {
    match.first.half = 1;
    match.end = at + 3;
    return true;
  }
  size_t i = at;
  const int quarter = QuarterNumber(chars, i);
  if (quarter == 0) return ReadFirstPart(chars, at, match);
  match.first.quarter = quarter;
  match.end = i;
  return true;
}

void SetDays(const Component& days, CalendarMatch& match) {
  match.first.day = days.first;
  if (days.last != days.first) {
    match.last = match.first;
    match.last->day = days.last;
  }
  match.end = days.end;
}

// 下旬, 底, 初: no normal form is as precise, so that the month stands for them.
void SkipPartOfMonth(const ValueChars& chars, CalendarMatch& match) {
  static constexpr std::u32string_view kParts[] = {U"上旬", U"中旬", U"下旬", U"底", U"末", U"初"};
  match.end = chars.SkipAny(match.end, kParts);
}

// 3月, 3月24日, 1-2月, 3月24-26日, at `at`; the year, if any, stands in `match`.
bool ReadMonthAndDay(const ValueChars& chars, size_t at, CalendarMatch& match) {
  const std::optional<Component> month = ReadComponent(chars, at, 1, 12, U"月");
  if (!month) return false;
  match.first.month = month->first;
  match.end = month->end;
  if (month->last != month->first) {
    match.last = match.first;
    match.last->month = month->last;
  } else if (const auto days = ReadComponent(chars, chars.SkipBlanks(month->end), 1, 31, U"日号")) {
    SetDays(*days, match);
    return true;
  }
  if (chars[match.end] == U'份') ++match.end;
  SkipPartOfMonth(chars, match);
  return true;
}

// 底, 末, and 年底 after 今年: its last month. 初: its first one.
void ReadEdgeOfYear(const ValueChars& chars, CalendarMatch& match) {
  const size_t at = chars[match.end] == U'年' ? match.end + 1 : match.end;
  if (!Among(chars[at], U"底末初")) return;
  match.first.month = chars[at] == U'初' ? 1 : 12;
  match.end = at + 1;
}

// ---- whole dates ----

// What may follow a year: half, quarter, month, day.
void ReadRestOfYear(const ValueChars& chars, CalendarMatch& match) {
  const size_t at = chars.SkipBlanks(match.end);
  if (!ReadHalfOrQuarter(chars, at, match) && !ReadMonthAndDay(chars, at, match)) ReadEdgeOfYear(chars, match);
}

std::optional<CalendarMatch> ReadYearDate(const ValueChars& chars, size_t at) {
  const std::optional<Component> years = ReadComponent(chars, at, kMinYear, kMaxYear, U"年");
  if (!years || Among(chars[years->end], U"级代")) return std::nullopt;
  // 两千年, 一千五百年: counted, not named. 2000年历史 is so too.
  const std::optional<Numeral> numeral = chars.NumeralAt(at);
  if (!numeral || numeral->form == NumeralForm::kChinese || numeral->digits != 4) return std::nullopt;
  const size_t of = chars[years->end] == U'的' ? years->end + 1 : years->end;
  if (chars.Starts(of, U"历史")) return std::nullopt;
  CalendarMatch match;
  match.end = years->end;
  match.first.year = years->first;
  if (years->last != years->first) {
    match.last.emplace();
    match.last->year = years->last;
    return match;
  }
  ReadRestOfYear(chars, match);
  return match;
}

// 16年6月, 08年: a year of two digits, told from a count of years by the month or the nought.
std::optional<CalendarMatch> ReadShortYear(const ValueChars& chars, size_t at) {
  constexpr int kFirstOfLastCentury = 50;
  if (!chars.IsDigit(at) || !chars.IsDigit(at + 1) || chars[at + 2] != U'年') return std::nullopt;
  if (Among(chars.Before(at), U".,满近约超")) return std::nullopt;
  const int year = static_cast<int>((chars[at] - '0') * 10 + (chars[at + 1] - '0'));
  CalendarMatch match;
  match.end = at + 3;
  match.first.year = year + (year < kFirstOfLastCentury ? 2000 : 1900);
  if (ReadMonthAndDay(chars, chars.SkipBlanks(match.end), match)) return match;
  return chars[at] == '0' && !Among(chars[match.end], U"级代后") ? std::optional(match) : std::nullopt;
}

// 2009 in 2009、2010和2011年: a year whose word stands behind the last of a list.
std::optional<CalendarMatch> ReadListedYear(const ValueChars& chars, size_t at) {
  constexpr int kMaxListed = 12;
  CalendarMatch match;
  size_t end = at;
  for (int n = 0; n < kMaxListed; ++n) {
    for (size_t i = 0; i < 4; ++i) {
      if (!chars.IsDigit(end + i)) return std::nullopt;
    }
    const int year = TakeNumber(chars, end);
    if (year < kMinYear || year > kMaxYear) return std::nullopt;
    if (n == 0) {
      match.first.year = year;
      match.end = end;
    }
    if (chars[end] == U'年') return n > 0 ? std::optional(match) : std::nullopt;
    if (!Among(chars[end], U"、,和与及")) return std::nullopt;
    ++end;
  }
  return std::nullopt;
}

std::optional<CalendarMatch> ReadFiscalYear(const ValueChars& chars, size_t at) {
  if (!chars.IsDigit(at)) return std::nullopt;
  const int year = TakeNumber(chars, at);
  if (year < kMinYear || !chars.Starts(chars.SkipBlanks(at), U"财年")) return std::nullopt;
  CalendarMatch match;
  match.end = chars.SkipBlanks(at) + 2;
  match.first.year = year;
  return match;
}

std::optional<CalendarMatch> ReadDayDate(const ValueChars& chars, size_t at) {
  const std::optional<Component> days = ReadComponent(chars, at, 1, 31, U"日");
  // 30日元, 晨报's names, a stay of 10日: no days of the calendar.
  if (!days || Among(chars[days->end], U"元圆报均游内之本") || Among(chars.Before(at), U"近每续共满"))
    return std::nullopt;
  CalendarMatch match;
  SetDays(*days, match);
  return match;
}

int Weekday(char32_t cp) {
  if (cp == U'日' || cp == U'天') return 7;
  const int number = ChineseDigit(cp);
  return number >= 1 && number <= 6 && cp != U'两' ? number : 0;
}

void ReadAfterWord(const ValueChars& chars, const RelativeWord& word, CalendarMatch& match) {
  switch (word.kind) {
    case WordKind::kYear:
      match.first.year_offset = word.offset;
      ReadRestOfYear(chars, match);
      return;
    case WordKind::kYearEdge:
      match.first.year_offset = word.offset;
      match.first.month = word.word[1] == U'初' ? 1 : 12;
      return;
    case WordKind::kMonthEdge:
      match.first.month_offset = word.offset;
      return;
    case WordKind::kMonth:
      match.first.month_offset = word.offset;
      if (const auto days = ReadComponent(chars, chars.SkipBlanks(match.end), 1, 31, U"日号")) {
        SetDays(*days, match);
      } else {
        SkipPartOfMonth(chars, match);
      }
      return;
    case WordKind::kWeek:
      match.first.week_offset = word.offset;
      match.first.weekday = Weekday(chars[match.end]);
      if (match.first.weekday != 0) ++match.end;
      return;
    case WordKind::kDay:
      match.first.day_offset = word.offset;
      return;
    case WordKind::kOpen:
      match.first.open = true;
      // 当年3月, 次日: what follows is as open as the word.
      if (chars.Ends(match.end, U"年")) ReadRestOfYear(chars, match);
      if (match.last) match.last->open = true;
      return;
  }
}

std::optional<CalendarMatch> ReadRelativeWord(const ValueChars& chars, size_t at) {
  if (!Among(chars[at + 1], U"年底末初天日晚晨早前期个月周")) return std::nullopt;  // the second of all of them
  for (const RelativeWord& word : kRelativeWords) {
    if (!chars.Starts(at, word.word)) continue;
    const size_t end = at + word.word.size();
    if (Among(chars[end], word.not_before) || Among(chars.Before(at), word.not_after)) return std::nullopt;
    if (at > 0 && chars.IsDigit(at - 1) && chars[at] != U'今') return std::nullopt;
    CalendarMatch match;
    match.end = end;
    ReadAfterWord(chars, word, match);
    return match;
  }
  return std::nullopt;
}

// Of what ReadChineseDate tries, what may begin without a numeral.
std::optional<CalendarMatch> ReadDateInWords(const ValueChars& chars, size_t at) {
  CalendarMatch match;
  if (ReadHalfOrQuarter(chars, at, match)) return match;
  if (auto span = ReadSpanOfTime(chars, at)) return span;
  return ReadRelativeWord(chars, at);
}

}  // namespace

std::optional<CalendarMatch> ReadChineseDate(const ValueChars& chars, size_t at) {
  if (auto century = ReadCentury(chars, at)) return century;
  if (!chars.IsDigit(at) && !chars.NumeralAt(at)) return ReadDateInWords(chars, at);
  if (auto decade = ReadDecade(chars, at, 0)) return decade;
  if (auto year = ReadYearDate(chars, at)) return year;
  if (auto year = ReadShortYear(chars, at)) return year;
  if (auto year = ReadListedYear(chars, at)) return year;
  if (auto year = ReadFiscalYear(chars, at)) return year;
  CalendarMatch match;
  if (ReadMonthAndDay(chars, at, match)) return match;
  if (ReadHalfOrQuarter(chars, at, match)) return match;
  if (auto span = ReadSpanOfTime(chars, at)) return span;
  if (auto day = ReadDayDate(chars, at)) return day;
  return ReadRelativeWord(chars, at);
}

}  // namespace factline::text
