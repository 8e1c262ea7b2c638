#include "indexer/text/units.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <vector>

#include "indexer/text/unit_table.h"

namespace factline::text {
namespace {

struct Unit {
  std::u32string_view name;
  UnitKind kind;
  std::string_view code;  // of money
};

// The units by their first character, longer ones first.
class UnitIndex {
 public:
  static const UnitIndex& Get() {
    static const auto* const index = new UnitIndex();
    return *index;
  }

  // The longest unit at `at`, null if none.
  const Unit* Longest(const ValueChars& chars, size_t at) const {
    const std::vector<Unit>* const units = Find(units_, chars[at]);
    if (units == nullptr) return nullptr;
    for (const Unit& unit : *units) {
      if (chars.Starts(at, unit.name) && Ends(chars, at + unit.name.size())) return &unit;
    }
    return nullptr;
  }

  // The longest sign of money at `at`, null if none.
  const Unit* LongestPrefix(const ValueChars& chars, size_t at) const {
    const std::vector<Unit>* const prefixes = Find(prefixes_, chars[at]);
    if (prefixes == nullptr) return nullptr;
    for (const Unit& prefix : *prefixes) {
      if (chars.Starts(at, prefix.name) && chars.IsEdge(at + prefix.name.size())) return &prefix;
    }
    return nullptr;
  }

 private:
  using ByFirst = std::unordered_map<char32_t, std::vector<Unit>>;

  UnitIndex() {
    for (const CurrencyRow& row : kCurrencies) {
      Add(row.names, UnitKind::kMoney, row.code, units_);
      Add(row.prefixes, UnitKind::kMoney, row.code, prefixes_);
    }
    Add(kMeasures, UnitKind::kMeasure, {}, units_);
    Add(kClassifiers, UnitKind::kClassifier, {}, units_);
    Add(kLatinMeasures, UnitKind::kMeasure, {}, units_);
    Add(kLatinClassifiers, UnitKind::kClassifier, {}, units_);
    SortByLength(units_);
    SortByLength(prefixes_);
  }

  static const std::vector<Unit>* Find(const ByFirst& index, char32_t first) {
    const auto it = index.find(first);
    return it == index.end() ? nullptr : &it->second;
  }

  static void Add(std::u32string_view names, UnitKind kind, std::string_view code, ByFirst& index) {
    while (!names.empty()) {
      const size_t end = std::min(names.find(U' '), names.size());
      if (end > 0) index[names[0]].push_back({names.substr(0, end), kind, code});
      names.remove_prefix(std::min(end + 1, names.size()));
    }
  }

  static void SortByLength(ByFirst& index) {
    for (auto& [first, units] : index) {
      std::stable_sort(units.begin(), units.end(),
                       [](const Unit& a, const Unit& b) { return a.name.size() > b.name.size(); });
    }
  }

  // A word of Latin letters goes on as long as letters do.
  static bool Ends(const ValueChars& chars, size_t end) {
    if (!chars.IsEdge(end)) return false;
    const bool latin = chars.Is(end - 1, CharClass::kLetter) || chars.IsDigit(end - 1);
    return !latin || !(chars.Is(end, CharClass::kLetter) || chars.IsDigit(end));
  }

  ByFirst units_;
  ByFirst prefixes_;
};

// The bytes of the text, with full-width letters made narrow.
std::string AsWritten(const ValueChars& chars, size_t begin, size_t end) {
  const std::string_view source = chars.SpanOf(begin, end).In(chars.text());
  std::string out;
  for (size_t i = 0; i < source.size(); ++i) {
    const auto byte = [&](size_t k) { return static_cast<uint8_t>(source[k]); };
    if (byte(i) == 0xEF && i + 2 < source.size() && (byte(i + 1) == 0xBC || byte(i + 1) == 0xBD)) {
      out.push_back(static_cast<char>((byte(i + 1) - 0xBC) * 0x40 + byte(i + 2) - 0x80 + 0x20));
      i += 2;
    } else if (source[i] != ' ') {
      out.push_back(source[i]);
    }
  }
  return out;
}

// Words that begin like a unit and are none: 3元素, 5年级, 2人民.
struct NotUnit {
  std::u32string_view unit;
  std::u32string_view next;  // any one of these characters after the unit spoils it
};
constexpr NotUnit kNotUnits[] = {
    {U"元", U"素件旦宵首帅老气月"},
    {U"年", U"级代轻货糕"},
    {U"人", U"制民才工间物类生大行口气员"},
    {U"天", U"津然下空际文气才山"},
    {U"位", U"置于移一数"},
    {U"家", U"庭长乡具电居务政族"},
    {U"项", U"目链"},
    {U"条", U"例件约款"},
    {U"种", U"植子族"},
    {U"部", U"门分委队署长"},
    {U"本", U"科报身次月年市省届地质"},
    {U"场", U"景所地馆"},
    {U"所", U"有以谓"},
    {U"门", U"户槛诊店"},
    {U"组", U"织成合建委"},
    {U"分", U"之别为布成析公行支局钟享发配解开子类化数"},
    {U"节", U"能约日目点"},
    {U"周", U"边年围期密一二三四五六日末"},
    {U"秒", U"杀"},
    {U"层", U"面次级"},
    {U"度", U"假过数"},
    {U"次", U"日年月产要级"},
    {U"头", U"部条号"},
    {U"口", U"号碑岸径味腔"},
    {U"起", U"来到步点重飞"},
    {U"里", U"程面"},
    {U"方", U"面向案式法便针位程"},
    {U"手", U"机段续册术工"},
    {U"字", U"母幕样节"},
    {U"行", U"业动为政程列"},
    {U"面", U"向临积对试板"},
    {U"把", U"握"},
    {U"对", U"外于接比手方标"},
    {U"双", U"方向碳创边"},
    {U"单", U"位品元独一"},
    {U"局", U"面部长"},
    {U"站", U"点在"},
    {U"股", U"东份票权"},
    {U"包", U"括含装"},
    {U"员", U"工"},
    {U"道", U"路德理"},
    {U"类", U"似型别"},
    {U"升", U"级学至温到"},
    {U"转", U"型移变让向"},
    {U"安", U"全"},
    {U"张", U"力家"},
    {U"支", U"持付撑柱部"},
    {U"片", U"区面"},
    {U"块", U"链"},
    {U"台", U"湾风州阶"},
    {U"座", U"谈椅位"},
    {U"处", U"理于罚置长"},
    {U"户", U"外籍口"},
    {U"例", U"如外会"},
    {U"批", U"准发复次"},
    {U"亩", U"产均"},
    {U"页", U"岩面"},
    {U"票", U"据价"},
    {U"步", U"伐入行"},
    {U"桶", U"装"},
    {U"轮", U"胎船椅"},
    {U"圈", U"子"},
    {U"日", U"元圆本报均用常益前"},
    {U"只", U"要有是能"},
    {U"班", U"子组列"},
    {U"倍", U"增感受"},
    {U"根", U"据本"},
    {U"个", U"体性别中股"},
    {U"名", U"称字誉牌"},
    {U"村", U"民庄"},
    {U"列", U"为入车"},
    {U"床", U"位"},
    {U"席", U"位"},
    {U"排", U"放名列水"},
    {U"笔", U"记"},
    {U"款", U"项"},
    {U"件", U"套"},
    {U"份", U"额"},
    {U"岁", U"月末"},
    {U"米", U"其粉"},
    {U"牛", U"肉奶市津"},
    {U"瓦", U"斯"},
    {U"伏", U"击"},
    {U"克", U"服隆"},
    {U"磅", U"礴"},
};

bool Spoiled(const ValueChars& chars, size_t at, size_t end) {
  const char32_t next = chars[end];
  if (next == 0) return false;
  for (const NotUnit& row : kNotUnits) {
    if (row.unit.size() == end - at && chars.Starts(at, row.unit))
      return row.next.find(next) != std::u32string_view::npos;
  }
  return false;
}

std::optional<UnitMatch> MatchSingleLetter(const ValueChars& chars, size_t at) {
  if (!chars.Is(at, CharClass::kLetter) || chars.Char(at).source_bytes != 1 || !chars.IsDigit(at - 1)) return {};
  const char letter = chars.text()[chars.Char(at).begin];
  if (kLatinSingles.find(letter) == std::string_view::npos) return {};
  if (chars.Is(at + 1, CharClass::kLetter) || chars.IsDigit(at + 1)) return {};
  UnitMatch match;
  match.end = at + 1;
  match.name = std::string(1, letter);
  return match;
}

std::optional<UnitMatch> MatchPercent(const ValueChars& chars, size_t at) {
  static constexpr std::u32string_view kPoints[] = {U"个百分点", U"百分点", U"percentage points", U"percentage point"};
  static constexpr std::u32string_view kPercents[] = {U"percent", U"per cent", U"pct"};
  UnitMatch match;
  match.end = chars.SkipAny(at, kPoints);
  if (match.end > at) {
    match.name = "百分点";
    return match;
  }
  match.kind = UnitKind::kPercent;
  match.name = "%";
  if (chars[at] == '%' || chars[at] == U'‰') {
    match.end = at + 1;
    if (chars[at] == U'‰') match.factor = 0.1;
    return match;
  }
  match.end = chars.SkipAny(at, kPercents);
  if (match.end > at && !chars.Is(match.end, CharClass::kLetter)) return match;
  return std::nullopt;
}

// 3个小时 and 3小时 have one unit; 个月 is one by itself, for 月 names a month.
size_t NameBegin(const ValueChars& chars, size_t at, const Unit& unit) {
  const bool counted = unit.kind == UnitKind::kMeasure && chars[at] == U'个' && unit.name != U"个月";
  return counted ? at + 1 : at;
}

std::optional<UnitMatch> MatchPlain(const ValueChars& chars, size_t at) {
  if (std::optional<UnitMatch> percent = MatchPercent(chars, at)) return percent;
  const Unit* const unit = UnitIndex::Get().Longest(chars, at);
  if (unit == nullptr) return MatchSingleLetter(chars, at);
  UnitMatch match;
  match.end = at + unit->name.size();
  if (Spoiled(chars, at, match.end)) return std::nullopt;
  match.kind = unit->kind;
  match.name = unit->kind == UnitKind::kMoney ? std::string(unit->code)
                                              : AsWritten(chars, NameBegin(chars, at, *unit), match.end);
  return match;
}

}  // namespace

std::optional<UnitMatch> MatchUnit(const ValueChars& chars, size_t at) {
  std::optional<UnitMatch> match = MatchPlain(chars, at);
  if (!match || chars[match->end] != '/') return match;
  // What it is taken per need be no number's unit: a single letter will do.
  const size_t per = match->end + 1;
  std::optional<UnitMatch> below = MatchPlain(chars, per);
  if (!below && chars.Is(per, CharClass::kLetter) && chars.IsEdge(per + 1) && !chars.Is(per + 1, CharClass::kLetter)) {
    below.emplace();
    below->end = per + 1;
  }
  if (!below) return match;
  match->end = below->end;
  // A price stays money of its currency: 9.95元/股.
  if (match->kind == UnitKind::kMoney) return match;
  match->kind = UnitKind::kMeasure;
  match->name = AsWritten(chars, at, match->end);
  return match;
}

std::optional<CurrencyPrefix> MatchCurrencyPrefix(const ValueChars& chars, size_t at) {
  const Unit* const prefix = UnitIndex::Get().LongestPrefix(chars, at);
  if (prefix == nullptr) return std::nullopt;
  if (at > 0 && chars.Is(at, CharClass::kLetter) && chars.Is(at - 1, CharClass::kLetter)) return std::nullopt;
  return CurrencyPrefix{at + prefix->name.size(), prefix->code};
}

}  // namespace factline::text
