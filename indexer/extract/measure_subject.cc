#include "indexer/extract/measure_subject.h"

#include <utility>

#include "indexer/extract/unit_search.h"
#include "protos/vocab/cat.h"

namespace factline::extract {
namespace {

using text::PartOfSpeech;

bool IsPlace(const Unit& unit) { return unit.type == EntityType::kGpe || unit.type == EntityType::kLoc; }

// 吨, 千瓦, 毫米 in front of a thing tell its size; 家, 台, 辆 count it.
bool IsSize(const SentenceView& sentence, size_t value) {
  static constexpr std::string_view kSizes[] = {"吨",     "吨级", "千瓦", "兆瓦",   "瓦",   "千伏", "伏",   "毫米",
                                                "厘米",   "米",   "公里", "千米",   "纳米", "微米", "升",   "平方米",
                                                "立方米", "马力", "千克", "公斤级", "万吨", "克",   "英寸", "度"};
  const std::string_view term = sentence.units[value].term;
  for (const std::string_view size : kSizes) {
    if (term.ends_with(size)) return true;
  }
  return term.ends_with("级");
}

bool BehindPreposition(const SentenceView& sentence, size_t i) {
  return i > 0 && sentence.units[i - 1].pos == PartOfSpeech::kPreposition;
}

}  // namespace

bool IsMeasurable(const SentenceView& sentence, size_t i, const text::Value& value) {
  if (value.kind == text::ValueKind::kDate) return false;
  const Unit& unit = sentence.units[i];
  if (unit.term.starts_with("两") && value.kind == text::ValueKind::kQuantity) return false;
  if (i > 0) {
    const std::string_view before = sentence.units[i - 1].term;
    if (before == "连续" || before == "这" || before == "每" || before == "该") return false;
  }
  if (i + 1 >= sentence.units.size()) return true;
  const std::string_view after = sentence.units[i + 1].term;
  // 十年来, 三天后: when, not how long.
  const bool lasts = value.unit == "年" || value.unit == "个月" || value.unit == "天" || value.unit == "月";
  if (lasts && (after == "来" || after == "后" || after == "前" || after == "以来" || after == "间")) return false;
  return !after.starts_with("度");  // 半年度
}

bool CanBeMeasured(const Unit& unit) {
  if (!unit.IsMention() || unit.depth > 0) return false;
  return unit.type != EntityType::kTitle && unit.type != EntityType::kWork && unit.type != EntityType::kAward;
}

std::optional<size_t> NameBehindValue(const SentenceView& sentence, size_t value, bool age) {
  const auto& units = sentence.units;
  if (age) {  // 今年42岁的设备管理员某某
    for (size_t i = value + 1; i < units.size() && i < value + 7 && units[i].clause == units[value].clause; ++i) {
      if (units[i].IsMention() && units[i].type == EntityType::kPerson) return i;
    }
    return std::nullopt;
  }
  size_t at = value + 1;
  if (at < units.size() && units[at].IsMention() && units[at].clause == units[value].clause &&
      IsSize(sentence, value) && (units[at].type == EntityType::kProduct || units[at].type == EntityType::kFac)) {
    return at;  // 70吨级振动台, 500千伏输电线路
  }
  while (at + 1 < units.size() && IsJoiner(units[at].term) && units[at + 1].IsValue()) at += 2;
  if (at + 1 >= units.size() || units[at].term != "的") return std::nullopt;
  for (size_t i = at + 1; i < units.size() && i < at + 5; ++i) {
    if (units[i].clause != units[value].clause || units[i].IsValue()) break;
    if (CanBeMeasured(units[i]) && units[i].type != EntityType::kPerson) return i;
  }
  return std::nullopt;
}

std::optional<size_t> NameInClause(const SentenceView& sentence, size_t value) {
  const auto& units = sentence.units;
  constexpr size_t kWindow = 30;
  std::optional<size_t> found;
  for (size_t i = value; i > 0 && value - i < kWindow; --i) {
    const Unit& unit = units[i - 1];
    if (unit.clause != units[value].clause || i - 1 < sentence.told_from) break;
    if (!CanBeMeasured(unit)) continue;
    if (IsPlace(unit) && (found || BehindPreposition(sentence, i - 1))) continue;
    found = i - 1;
    if (!IsPlace(unit) && i > 1 && units[i - 2].term == "的") break;
  }
  return found;
}

std::optional<size_t> LeaderOfClauseBefore(const SentenceView& sentence, size_t value) {
  const auto& units = sentence.units;
  constexpr size_t kWindow = 60;
  constexpr size_t kMaxLead = 3;  // units of a clause before its leader
  std::optional<size_t> found;
  for (size_t i = value; i > sentence.told_from && value - i < kWindow; --i) {
    const Unit& unit = units[i - 1];
    if (unit.clause == units[value].clause) continue;
    if (found && units[*found].clause != unit.clause) break;
    if (!CanBeMeasured(unit) || IsPlace(unit) || unit.type == EntityType::kPerson) continue;
    if (BehindPreposition(sentence, i - 1) || IsGoverned(sentence, i - 1)) continue;
    size_t lead = 0;
    while (lead <= kMaxLead && i - 1 > lead && units[i - 2 - lead].clause == unit.clause) ++lead;
    if (lead <= kMaxLead) found = i - 1;
  }
  return found;
}

bool LeadsClause(const SentenceView& sentence, size_t value) {
  constexpr size_t kMaxUnits = 12;
  const auto& units = sentence.units;
  size_t i = value;
  for (size_t n = 0; i > 0 && units[i - 1].clause == units[value].clause && n < kMaxUnits; ++n) --i;
  if (i > 0 && units[i - 1].clause == units[value].clause) return false;
  if (i == value) return true;
  return units[i].IsValue() && units[i].type == EntityType::kQuantity && IsJoiner(units[value - 1].term);
}

std::string ReportPeriod(const SentenceView& sentence) {
  static constexpr std::pair<std::string_view, std::string_view> kKinds[] = {
      {"半年", "-H1"}, {"中报", "-H1"}, {"中期", "-H1"}, {"一季", "-Q1"},
      {"三季", "-Q3"}, {"年报", ""},    {"年度报告", ""}};
  constexpr size_t kYearDigits = 4;
  for (const Unit& unit : sentence.units) {
    if (!unit.IsMention() || unit.type != EntityType::kWork || unit.term.size() < kYearDigits) continue;
    const std::string_view name = unit.term.substr(unit.term.starts_with("《") ? 3 : 0);
    const std::string_view year = name.substr(0, kYearDigits);
    if (year.size() < kYearDigits || year.find_first_not_of("0123456789") != std::string_view::npos) continue;
    for (const auto& [kind, suffix] : kKinds) {
      if (name.find(kind) != std::string_view::npos) return Cat(year, suffix);
    }
  }
  return {};
}

Span MeasureEvidence(const SentenceView& sentence, size_t i, Span subject) {
  constexpr uint32_t kWholeBytes = 90;
  const auto& units = sentence.units;
  // Not of the span, which may hold blanks and marks that are no units beside them: all units together are enough.
  const uint32_t all = units.back().span.end_exclusive - units.front().span.begin;
  if (all <= kWholeBytes) return sentence.span;
  size_t begin = i, end = i + 1;
  const auto to_clause_begin = [&] {
    while (begin > 0 && units[begin - 1].clause == units[begin].clause) --begin;
  };
  to_clause_begin();
  while (end < units.size() && units[end].clause == units[end - 1].clause) ++end;
  while (begin > 0 && !subject.empty() && subject.begin >= sentence.span.begin &&
         units[begin].span.begin > subject.begin) {
    --begin;
    to_clause_begin();
  }
  while (2 * (units[end - 1].span.end_exclusive - units[begin].span.begin) < all) {
    if (begin > 0) {
      --begin;
      to_clause_begin();
    } else {
      ++end;
      while (end < units.size() && units[end].clause == units[end - 1].clause) ++end;
    }
  }
  return {units[begin].span.begin, units[end - 1].span.end_exclusive};
}

}  // namespace factline::extract
