#include "indexer/text/quantity_parser.h"

#include <cmath>
#include <string_view>
#include <utility>

#include "indexer/text/bare_sum.h"
#include "indexer/text/date_parser.h"
#include "indexer/text/english_words.h"
#include "indexer/text/numeral.h"
#include "indexer/text/units.h"

namespace factline::text {
namespace {

bool Among(char32_t cp, std::u32string_view set) { return cp != 0 && set.find(cp) != std::u32string_view::npos; }

// A number with its unit, or without (then `unit` is empty and a range's other end has it).
struct Measured {
  Numeral numeral;
  std::optional<UnitMatch> unit;
  size_t end = 0;
  double half = 0;     // 两年半
  bool more = false;   // 三年多
  bool about = false;  // 2000来人
};

// 三成 is 30 %; 成为, 成立 and such begin otherwise.
std::optional<UnitMatch> MatchTenths(const ValueChars& chars, const Numeral& numeral) {
  if (chars[numeral.end] != U'成' || numeral.value < 1 || numeral.value > 10 || numeral.more) return std::nullopt;
  if (Among(chars[numeral.end + 1], U"为立本员果功绩长都品效熟年分交就像套组材因型人群了份批")) return std::nullopt;
  UnitMatch match;
  match.end = numeral.end + 1;
  match.kind = UnitKind::kPercent;
  match.name = "%";
  match.factor = 10;
  return match;
}

// Points of an index: 3012.5点, not an hour.
std::optional<UnitMatch> MatchIndexPoints(const ValueChars& chars, const Numeral& numeral) {
  const bool index = numeral.form == NumeralForm::kArabic && (!numeral.integer || numeral.value > 24);
  if (!index || chars[numeral.end] != U'点' || Among(chars[numeral.end + 1], U"钟整半多分")) return std::nullopt;
  UnitMatch match;
  match.end = numeral.end + 1;
  match.name = "点";
  return match;
}

// 六个多月: the unit is 个月, which 多 parts.
std::optional<UnitMatch> MatchSomeMonths(const ValueChars& chars, size_t at) {
  if (chars[at] != U'月') return std::nullopt;
  UnitMatch match;
  match.end = at + 1;
  match.name = "个月";
  return match;
}

// The word right before `at` begins with a capital letter.
bool FollowsCapital(const ValueChars& chars, size_t at) {
  constexpr size_t kMaxLetters = 24;
  if (at < 2 || chars[at - 1] != ' ' || !chars.Is(at - 2, CharClass::kLetter)) return false;
  size_t begin = at - 2;
  while (begin > 0 && at - begin < kMaxLetters && chars.Is(begin - 1, CharClass::kLetter)) --begin;
  // The first word of a text or sentence is capital anyway.
  const bool first = begin == 0 || chars.Before(begin) == '\n' || (begin > 1 && chars[begin - 2] == '.');
  return chars.Char(begin).changed && !first;
}

// 12 new stores, 800 full-time jobs: up to two small words between the number and what it counts.
std::optional<UnitMatch> MatchCountedThings(const ValueChars& chars, size_t at) {
  static constexpr std::u32string_view kNoAdjective[] = {
      U"of", U"in", U"and", U"or",  U"to",  U"the",  U"for", U"from", U"at",   U"by", U"on",  U"per",
      U"a",  U"an", U"is",  U"are", U"was", U"were", U"as",  U"with", U"said", U"if", U"that"};
  constexpr int kMaxAdjectives = 2;
  constexpr size_t kMaxLetters = 16;
  for (int n = 0; n < kMaxAdjectives; ++n) {
    if (chars[at] != ' ' || !chars.Is(at + 1, CharClass::kLetter) || chars.Char(at + 1).changed) return std::nullopt;
    const size_t begin = at + 1;
    for (const std::u32string_view word : kNoAdjective) {
      if (SkipWord(chars, begin, word) > begin) return std::nullopt;
    }
    at = begin;
    while (at < begin + kMaxLetters && (chars.Is(at, CharClass::kLetter) || chars[at] == '-')) ++at;
    if (chars[at] != ' ') return std::nullopt;
    std::optional<UnitMatch> unit = MatchUnit(chars, at + 1);
    if (unit && unit->kind == UnitKind::kClassifier && chars.Is(at + 1, CharClass::kLetter)) return unit;
  }
  return std::nullopt;
}

// Four dams, 31 governments: a plural in small letters names what is counted, whatever it is. Not behind a capital
// word, which the number belongs to (Boeing 737 jets), nor behind a year.
std::optional<UnitMatch> MatchPlural(const ValueChars& chars, const Numeral& numeral) {
  constexpr size_t kMinLetters = 4;
  constexpr size_t kMaxLetters = 20;
  static constexpr std::u32string_view kNoPlurals[] = {U"times",  U"plus",   U"versus", U"does",  U"goes",
                                                       U"always", U"across", U"says",   U"shows", U"points"};
  if (chars[numeral.end] != ' ') return std::nullopt;
  const bool year = numeral.integer && numeral.digits == 4 && numeral.value >= 1900 && numeral.value < 2100;
  if (year || FollowsCapital(chars, numeral.begin)) return std::nullopt;
  const size_t begin = numeral.end + 1;
  size_t end = begin;
  while (end < begin + kMaxLetters && chars.Is(end, CharClass::kLetter) && !chars.Char(end).changed) ++end;
  if (end - begin < kMinLetters || IsWordChar(chars, end) || chars[end - 1] != 's') return std::nullopt;
  if (Among(chars[end - 2], U"sui")) return std::nullopt;  // across, various, basis
  for (const std::u32string_view word : kNoPlurals) {
    if (SkipWord(chars, begin, word) > begin) return std::nullopt;
  }
  UnitMatch match;
  match.end = end;
  match.kind = UnitKind::kClassifier;
  match.name = std::string(chars.SpanOf(begin, end).In(chars.text()));
  return match;
}

// Half a unit more, or some more, after the unit: 两年半, 三年多.
void ReadAfterUnit(const ValueChars& chars, Measured& out) {
  static constexpr std::u32string_view kDivisible[] = {U"年", U"天", U"个月", U"小时", U"倍"};
  bool divisible = false;
  for (const std::u32string_view unit : kDivisible) divisible |= chars.Ends(out.end, unit);
  if (!divisible) return;
  if (chars[out.end] == U'半' && !Among(chars[out.end + 1], U"导决径夜数途")) {
    out.half = 0.5;
    ++out.end;
  } else if (Among(chars[out.end], U"多余") && !Among(chars[out.end + 1], U"次个种家项年名元样")) {
    out.more = true;
    ++out.end;
  }
}

// 4个亿, 三个多亿: spoken for 亿元.
std::optional<UnitMatch> MatchSpokenHundredMillions(const ValueChars& chars, const Numeral& numeral) {
  if (chars[numeral.end] != U'个' || numeral.scale != 1) return std::nullopt;
  size_t end = numeral.end + 1;
  if (chars[end] == U'多') ++end;
  if (chars[end] != U'亿' || Among(chars[end + 1], U"人户吨斤级")) return std::nullopt;
  UnitMatch match;
  match.end = end + 1;
  match.kind = UnitKind::kMoney;
  match.name = "CNY";
  match.factor = 1e8;
  return match;
}

std::optional<Measured> ReadMeasured(const ValueChars& chars, size_t at) {
  const std::optional<Numeral> numeral = chars.NumeralAt(at);
  if (!numeral) return std::nullopt;
  Measured out;
  out.numeral = *numeral;
  out.end = numeral->end;
  size_t unit_at = chars.SkipBlanks(numeral->end);
  if (chars.Starts(unit_at, U"个半")) {
    // 一个半小时
    out.half = 0.5;
    unit_at += 2;
  } else if (chars.Starts(unit_at, U"个多小时") || chars.Starts(unit_at, U"个多月") ||
             chars.Starts(unit_at, U"个多星期")) {
    out.more = true;
    unit_at += 2;
  } else if (chars[unit_at] == U'来' && !chars.Starts(unit_at, U"来自")) {
    out.about = true;
    ++unit_at;
  }
  out.unit = MatchTenths(chars, *numeral);
  if (!out.unit) out.unit = MatchIndexPoints(chars, *numeral);
  if (!out.unit) out.unit = MatchSpokenHundredMillions(chars, *numeral);
  if (!out.unit) out.unit = MatchUnit(chars, unit_at);
  if (!out.unit && out.more) out.unit = MatchSomeMonths(chars, unit_at);
  if (!out.unit) out.unit = MatchCountedThings(chars, numeral->end);
  if (!out.unit) out.unit = MatchPlural(chars, *numeral);
  if (!out.unit) return out.half != 0 || out.about ? std::nullopt : std::optional(out);
  out.end = out.unit->end;
  if (out.half == 0) ReadAfterUnit(chars, out);
  return out;
}

// ---- what is no value ----

// Classifiers that form words with a small Chinese number more often than they count: 两手抓, 三方, 四面.
constexpr std::u32string_view kWeakUnits =
    U"手面方道步字头口把对双班行分节度层门本起处所页根股席局站张片块支组例圈轮顶盘周转丈尺寸里元";

bool IsPlausibleChinese(const ValueChars& chars, const Numeral& numeral, const UnitMatch& unit) {
  const size_t unit_begin = chars.SkipBlanks(numeral.end);
  const size_t unit_size = unit.end - unit_begin;
  const char32_t before = chars.Before(numeral.begin);
  if (Among(before, U"第周初老双") || chars.Ends(numeral.begin, U"星期") || chars.Ends(numeral.begin, U"礼拜"))
    return false;
  if (numeral.half) return unit.kind == UnitKind::kMeasure && !Among(before, U"上下前后大多过夜一另");
  if (numeral.value == 0) return false;
  if (unit.kind == UnitKind::kPercent || numeral.scale >= 1e4) return true;
  const bool single = numeral.end - numeral.begin == 1;
  if (single && numeral.value < 10 && unit_size == 1 && Among(chars[unit_begin], kWeakUnits)) return false;
  if (single && numeral.value == 10 && Among(chars[unit_begin], U"分字方面")) return false;
  // 前一交易日 is one of the calendar.
  if (single && numeral.value == 1 && Among(before, U"前上下")) return false;
  if (single && numeral.value == 1) return unit.kind == UnitKind::kMeasure && unit_size >= 2;
  // 二 counts nothing by itself, 两 does: 二次电池, 二手.
  if (single && chars[numeral.begin] == U'二' && unit.kind == UnitKind::kClassifier) return false;
  return !(numeral.value == 3 && chars.Starts(unit_begin, U"位一体"));
}

// 百年, 千家: sayings, unless something makes a number of them, as in 上百家 and 千万公里.
bool IsPlausibleBare(const ValueChars& chars, const Measured& measured) {
  const Numeral& numeral = measured.numeral;
  if (numeral.more || Among(chars.Before(numeral.begin), U"近上超逾约达破过")) return true;
  const bool double_scale = numeral.end - numeral.begin == 2 && chars[numeral.begin] != chars[numeral.begin + 1];
  return double_scale && measured.unit->kind == UnitKind::kMeasure && chars.Before(numeral.begin) != U'数';
}

bool IsPlausible(const ValueChars& chars, const Measured& measured) {
  const Numeral& numeral = measured.numeral;
  const UnitMatch& unit = *measured.unit;
  if (chars.Before(numeral.begin) == U'第' || numeral.form == NumeralForm::kSpelled) return false;
  if (numeral.bare_scale && !IsPlausibleBare(chars, measured)) return false;
  const char32_t unit_first = chars[chars.SkipBlanks(numeral.end)];
  // 9时30分, 三点十五分; 前3名.
  if (unit_first == U'分' && Among(chars.Before(numeral.begin), U"时点:")) return false;
  if (chars.Before(numeral.begin) == U'前' && Among(unit_first, U"名位")) return false;
  if (numeral.form == NumeralForm::kArabic) return true;
  return measured.half != 0 || IsPlausibleChinese(chars, numeral, unit);
}

// ---- assembly ----

double ValueOf(const Measured& measured, double factor) { return (measured.numeral.value + measured.half) * factor; }

ValueKind KindOf(const UnitMatch& unit) {
  switch (unit.kind) {
    case UnitKind::kMoney:
      return ValueKind::kMoney;
    case UnitKind::kPercent:
      return ValueKind::kPercent;
    case UnitKind::kMeasure:
    case UnitKind::kClassifier:
      return ValueKind::kQuantity;
  }
  return ValueKind::kQuantity;
}

void SetUnit(const Measured& measured, QuantityMatch& out) {
  out.kind = KindOf(*measured.unit);
  out.unit = measured.unit->name;
}

void SetComparator(const Measured& measured, QuantityMatch& out) {
  if (measured.more || measured.numeral.more) out.comparator = Comparator::kMore;
  if (measured.about) out.comparator = Comparator::kAbout;
}

// 10-15亿元: the scale of the last number is the first one's too.
double SharedScale(const Measured& first, const Measured& last) {
  if (first.unit || first.numeral.scale != 1 || last.numeral.scale == 1) return 1;
  return first.numeral.value <= last.numeral.value / last.numeral.scale ? last.numeral.scale : 1;
}

// The other end of a range that `first` begins.
std::optional<QuantityMatch> ReadRange(const ValueChars& chars, const Measured& first) {
  const size_t mark = chars.SkipBlanks(first.end);
  // 2和5个百分点之间: 和 makes a range only where 之间 ends it.
  const bool between = chars[mark] == U'和' || chars[mark] == U'与';
  size_t after = between ? mark + 1 : SkipRangeMark(chars, mark);
  if (after == mark) {
    const size_t english = SkipEnglishRangeMark(chars, first.numeral.begin, first.end, /*dates=*/false);
    if (english > first.end) after = english;
  }
  if (after == mark || first.numeral.form == NumeralForm::kAbout) return std::nullopt;
  const std::optional<Measured> last = ReadMeasured(chars, chars.SkipBlanks(after));
  if (!last || !last->unit || last->numeral.form == NumeralForm::kAbout) return std::nullopt;
  if (between && !chars.Starts(last->end, U"之间")) return std::nullopt;
  if (first.unit && first.unit->name != last->unit->name) return std::nullopt;
  // 三到五年: what is plausible is judged with the unit at hand.
  Measured whole = first;
  if (!whole.unit) {
    whole.unit = last->unit;
    if (first.numeral.form == NumeralForm::kSpelled || chars.Before(first.numeral.begin) == U'第') return std::nullopt;
  } else if (!IsPlausible(chars, whole)) {
    return std::nullopt;
  }
  QuantityMatch out;
  out.begin = first.numeral.begin;
  out.end = last->end;
  out.number = ValueOf(first, last->unit->factor) * SharedScale(first, *last);
  out.number_to = ValueOf(*last, last->unit->factor);
  SetUnit(*last, out);
  out.comparator = Comparator::kRange;
  if (out.number >= *out.number_to) return std::nullopt;
  return out;
}

// A minus before the number, or 零下, 负.
void ReadSign(const ValueChars& chars, size_t floor, QuantityMatch& out) {
  size_t begin = out.begin;
  static constexpr std::u32string_view kWords[] = {U"零下", U"负"};
  for (const std::u32string_view word : kWords) {
    if (begin >= floor + word.size() && chars.Ends(begin, word)) begin -= word.size();
    if (begin != out.begin) break;
  }
  const char32_t before = chars.Before(begin);
  if (begin == out.begin && begin > floor && (before == '-' || before == U'−') && chars.IsEdge(begin - 1)) {
    // After a digit, letter, closing mark or percent sign it joins.
    const bool first = begin == 1 || begin - 1 == floor;
    const bool joins = !first && (chars.Is(begin - 2, CharClass::kDigit) || chars.Is(begin - 2, CharClass::kLetter) ||
                                  Among(chars[begin - 2], U"%-−)）"));
    if (!joins && !(first && begin > 1)) --begin;
  }
  if (begin == out.begin) return;
  out.begin = begin;
  out.number = -out.number;
}

// 千亿级产业, 万亿级市场: of money, where no word tells what else there are so many of.
std::optional<QuantityMatch> ReadGradeOfMoney(const ValueChars& chars, const Measured& sum) {
  const Numeral& numeral = sum.numeral;
  constexpr double kHundredMillion = 1e8;
  if (numeral.value < kHundredMillion || numeral.form == NumeralForm::kSpelled || chars[numeral.end] != U'级') {
    return std::nullopt;
  }
  static constexpr std::u32string_view kCounted[] = {U"用户", U"人口", U"人",   U"参数",
                                                     U"流量", U"数据", U"像素", U"播放"};
  const size_t after = chars[numeral.end + 1] == U'的' ? numeral.end + 2 : numeral.end + 1;
  if (chars.SkipAny(after, kCounted) > after) return std::nullopt;
  QuantityMatch out;
  out.begin = numeral.begin;
  out.end = numeral.end + 1;
  out.kind = ValueKind::kMoney;
  out.unit = "CNY";
  out.number = numeral.value;
  out.comparator = Comparator::kAbout;
  return out;
}

std::optional<QuantityMatch> ReadBareSum(const ValueChars& chars, size_t floor, const Measured& sum) {
  if (!IsBareSum(chars, floor, sum.numeral)) return std::nullopt;
  QuantityMatch out;
  out.begin = sum.numeral.begin;
  out.end = sum.numeral.end;
  out.kind = ValueKind::kMoney;
  out.unit = "CNY";
  out.number = sum.numeral.value;
  if (sum.numeral.form == NumeralForm::kAbout) {
    out.number_to = sum.numeral.value_to;
    out.comparator = Comparator::kRange;
  }
  SetComparator(sum, out);
  return out;
}

std::optional<QuantityMatch> ReadPlain(const ValueChars& chars, size_t floor, size_t at) {
  // F-22 架: the number of a model.
  if (at >= 2 && chars[at - 1] == '-' && chars.Is(at - 2, CharClass::kLetter)) return std::nullopt;
  const std::optional<Measured> first = ReadMeasured(chars, at);
  if (!first) return std::nullopt;
  if (auto range = ReadRange(chars, *first)) return range;
  if (!first->unit) {
    if (auto grade = ReadGradeOfMoney(chars, *first)) return grade;
  }
  if (!first->unit) return ReadBareSum(chars, floor, *first);
  if (!IsPlausible(chars, *first)) return std::nullopt;
  QuantityMatch out;
  out.begin = at;
  out.end = first->end;
  out.number = ValueOf(*first, first->unit->factor);
  SetUnit(*first, out);
  SetComparator(*first, out);
  if (first->numeral.bare_scale && chars.Before(at) == U'上' && at > floor) {
    out.begin = at - 1;
    out.comparator = Comparator::kAtLeast;
  }
  if (first->numeral.form == NumeralForm::kAbout) {
    out.number_to = first->numeral.value_to * first->unit->factor;
    out.comparator = Comparator::kRange;
  } else if (out.begin == at) {
    ReadSign(chars, floor, out);
  }
  return out;
}

// 百分之三十, 百分之三到五, 千分之二.
std::optional<QuantityMatch> ReadPerHundred(const ValueChars& chars, size_t at) {
  const bool hundred = chars.Starts(at, U"百分之");
  if (!hundred && !chars.Starts(at, U"千分之")) return std::nullopt;
  std::optional<Numeral> first = ReadNumeral(chars, at + 3);
  if (!first || first->half) return std::nullopt;
  const double factor = hundred ? 1 : 0.1;
  QuantityMatch out;
  out.begin = at;
  out.end = first->end;
  out.kind = ValueKind::kPercent;
  out.unit = "%";
  out.number = first->value * factor;
  if (first->more) out.comparator = Comparator::kMore;
  if (first->form == NumeralForm::kAbout) out.number_to = first->value_to * factor;
  size_t mark = SkipRangeMark(chars, out.end);
  if (mark != out.end) {
    if (chars.Starts(mark, U"百分之")) mark += 3;
    const std::optional<Numeral> last = ReadNumeral(chars, mark);
    if (last && last->value > first->value) {
      out.number_to = last->value * factor;
      out.end = last->end;
    }
  }
  if (out.number_to) out.comparator = Comparator::kRange;
  return out;
}

// 三分之一, 5分之3: a share, to the precision that a reader would give it.
std::optional<QuantityMatch> ReadFraction(const ValueChars& chars, size_t at) {
  constexpr double kMaxDenominator = 1000;
  constexpr double kPrecision = 100;
  const std::optional<Numeral> below = chars.NumeralAt(at);
  if (!below || !chars.Starts(below->end, U"分之") || below->value < 2 || below->value > kMaxDenominator) return {};
  const std::optional<Numeral> above = ReadNumeral(chars, below->end + 2);
  if (!above || above->half || above->value <= 0 || above->value >= below->value) return std::nullopt;
  QuantityMatch out;
  out.begin = at;
  out.end = above->end;
  out.kind = ValueKind::kPercent;
  out.unit = "%";
  out.number = std::round(above->value / below->value * 100 * kPrecision) / kPrecision;
  if (above->more) out.comparator = Comparator::kMore;
  return out;
}

// $40m, €1.5bn, $25-million, $3.2B: what stands right at the number scales it.
void ReadScaleLetter(const ValueChars& chars, Measured& sum) {
  if (sum.numeral.scale != 1) return;
  static constexpr struct {
    std::u32string_view mark;
    double scale;
  } kMarks[] = {{U"-million", 1e6}, {U"-billion", 1e9}, {U"bn", 1e9}, {U"mn", 1e6},
                {U"b", 1e9},        {U"m", 1e6},        {U"k", 1e3}};
  for (const auto& [mark, scale] : kMarks) {
    const size_t end = SkipWord(chars, sum.numeral.end, mark);
    if (end == sum.numeral.end) continue;
    sum.numeral.value *= scale;
    sum.numeral.scale = scale;
    sum.numeral.end = end;
    sum.unit.reset();
    return;
  }
}

// The other end of the range that the sum `out` begins: $3-5 billion, $3 million to $5 million.
void ReadSumRange(const ValueChars& chars, const Measured& first, const CurrencyPrefix& prefix, QuantityMatch& out) {
  size_t after = SkipRangeMark(chars, out.end);
  if (after == out.end) after = SkipEnglishRangeMark(chars, out.begin, out.end, /*dates=*/false);
  if (after == out.end) return;
  size_t last_at = after;
  if (const auto same = MatchCurrencyPrefix(chars, after); same && same->code == prefix.code) last_at = same->end;
  std::optional<Measured> last = chars.IsDigit(last_at) ? ReadMeasured(chars, last_at) : std::nullopt;
  if (!last) return;
  ReadScaleLetter(chars, *last);
  Measured begin = first;
  begin.unit.reset();
  const double number = out.number * SharedScale(begin, *last);
  if (number >= last->numeral.value) return;
  const bool again = last->unit && last->unit->kind == UnitKind::kMoney;
  // To 5 people is no end of a sum.
  if (last_at == after && chars.Before(after) == ' ' && !again && last->numeral.scale == 1) return;
  out.number = number;
  out.number_to = last->numeral.value;
  out.end = again ? last->end : last->numeral.end;
  out.comparator = Comparator::kRange;
}

// $3.2 billion, 人民币3亿元, HK$10-12 million, €40m.
std::optional<QuantityMatch> ReadPrefixed(const ValueChars& chars, size_t at) {
  const std::optional<CurrencyPrefix> prefix = MatchCurrencyPrefix(chars, at);
  if (!prefix) return std::nullopt;
  const size_t number_at = chars.SkipBlanks(prefix->end);
  if (!chars.IsDigit(number_at)) return std::nullopt;
  std::optional<Measured> first = ReadMeasured(chars, number_at);
  if (!first) return std::nullopt;
  ReadScaleLetter(chars, *first);
  QuantityMatch out;
  out.begin = at;
  out.kind = ValueKind::kMoney;
  out.unit = prefix->code;
  out.number = first->numeral.value;
  SetComparator(*first, out);
  // The unit after the number may name the money again; anything else is not ours: $3 barrels.
  const bool again = first->unit && first->unit->kind == UnitKind::kMoney;
  out.end = again ? first->end : first->numeral.end;
  ReadSumRange(chars, *first, *prefix, out);
  return out;
}

}  // namespace

std::optional<QuantityMatch> ReadQuantity(const ValueChars& chars, size_t floor, size_t at) {
  if (auto per_hundred = ReadPerHundred(chars, at)) return per_hundred;
  if (auto fraction = ReadFraction(chars, at)) return fraction;
  if (auto prefixed = ReadPrefixed(chars, at)) return prefixed;
  return ReadPlain(chars, floor, at);
}

}  // namespace factline::text
