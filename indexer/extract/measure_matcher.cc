#include "indexer/extract/measure_matcher.h"

#include <algorithm>
#include <array>
#include <optional>

#include "protos/vocab/utf8.h"

namespace factline::extract {
namespace {

using text::PartOfSpeech;

constexpr size_t kMaxIndicatorUnits = 12;
constexpr size_t kMaxIndicatorBytes = 90;
constexpr size_t kMinSubjectBytes = 12;  // a noun phrase shorter than this says too little to be a subject

template <size_t N>
bool OneOf(std::string_view term, const std::array<std::string_view, N>& set) {
  return std::find(set.begin(), set.end(), term) != set.end();
}

// Words between what is measured and the value, part of neither.
constexpr std::array<std::string_view, 44> kLinks = {
    "为",   "约",   "达",     "达到",   "约为", "是",   "近",     "超", "超过", "高达",   "至",
    "到",   "突破", "仅",     "仅为",   "共",   "共计", "逾",     "有", "不足", "不低于", "不超过",
    "达成", "合计", "累计达", "分别为", "分别", "于",   "报收于", "均", "将",   "已",     "了",
    "则",   "也",   "就",     "还",     "又",   "其中", "预计",   "报", "超出", "余",     "大约"};
constexpr std::array<std::string_view, 10> kReported = {"同比", "环比",   "比上年", "较上年", "比去年",
                                                        "同期", "较去年", "上年",   "年均",   "比前"};

// Two of a kind (两种力量) are counted by the way; what is a measure has a number that someone took.
bool IsMeasurable(const SentenceView& sentence, size_t i, const text::Value& value) {
  if (value.kind == text::ValueKind::kDate) return false;
  const Unit& unit = sentence.units[i];
  if (unit.term.starts_with("两") && value.kind == text::ValueKind::kQuantity) return false;
  if (i > 0) {
    const std::string_view before = sentence.units[i - 1].term;
    if (before == "这" || before == "每" || before == "该") return false;
  }
  return !(i + 1 < sentence.units.size() && sentence.units[i + 1].term.starts_with("度"));  // 半年度
}

bool CanBeMeasured(const Unit& unit) {
  if (!unit.IsMention() || unit.depth > 0) return false;
  switch (unit.type) {
    case EntityType::kTitle:
    case EntityType::kWork:
    case EntityType::kAward:
      return false;
    default:
      return true;
  }
}

// Words of the clause before the value, from the last value or clause mark on: 总投资, 氯化钾产量.
Span IndicatorBefore(const SentenceView& sentence, size_t value, std::optional<size_t> subject) {
  const auto& units = sentence.units;
  size_t end = value;
  while (end > 0 && units[end - 1].clause == units[value].clause && units[end - 1].IsWord() &&
         OneOf(units[end - 1].term, kLinks)) {
    --end;
  }
  size_t begin = end;
  const size_t floor = subject && *subject < value ? *subject + 1 : 0;
  while (begin > floor && end - begin < kMaxIndicatorUnits && units[begin - 1].clause == units[value].clause) {
    const Unit& unit = units[begin - 1];
    if (unit.IsValue() || unit.depth != units[value].depth) break;
    if (unit.IsPunctuation() && unit.term != "“" && unit.term != "”") break;
    if (units[end - 1].span.end_exclusive - unit.span.begin > kMaxIndicatorBytes) break;
    --begin;
  }
  while (begin < end && (OneOf(units[begin].term, kLinks) || units[begin].pos == PartOfSpeech::kParticle ||
                         units[begin].pos == PartOfSpeech::kAdverb || units[begin].term == "实现")) {
    ++begin;
  }
  if (begin >= end) return {};
  return {units[begin].span.begin, units[end - 1].span.end_exclusive};
}

// What is counted, right after the value: 169名员工 -> 员工.
Span CountedAfter(const SentenceView& sentence, size_t value) {
  const auto& units = sentence.units;
  size_t end = value + 1;
  while (end < units.size() && end < value + 6 && units[end].clause == units[value].clause &&
         (units[end].IsWord() || units[end].IsMention())) {
    const Unit& unit = units[end];
    if (unit.IsWord() && (unit.pos == PartOfSpeech::kVerb || unit.pos == PartOfSpeech::kParticle ||
                          unit.pos == PartOfSpeech::kPreposition || unit.pos == PartOfSpeech::kAdverb ||
                          unit.pos == PartOfSpeech::kConjunction || unit.pos == PartOfSpeech::kLocative)) {
      break;
    }
    ++end;
  }
  if (end == value + 1) return {};
  return {units[value + 1].span.begin, units[end - 1].span.end_exclusive};
}

// 总投资约55亿元的X项目: the name behind 的 is what is measured.
std::optional<size_t> SubjectAfter(const SentenceView& sentence, size_t value, bool age) {
  const auto& units = sentence.units;
  if (age) {  // 今年42岁的设备管理员某某
    for (size_t i = value + 1; i < units.size() && i < value + 7 && units[i].clause == units[value].clause; ++i) {
      if (units[i].IsMention() && units[i].type == EntityType::kPerson) return i;
    }
    return std::nullopt;
  }
  if (value + 2 >= units.size() || units[value + 1].term != "的") return std::nullopt;
  for (size_t i = value + 2; i < units.size() && i < value + 6; ++i) {
    if (units[i].clause != units[value].clause) break;
    if (CanBeMeasured(units[i]) && units[i].type != EntityType::kPerson) return i;
    if (units[i].IsValue()) break;
  }
  return std::nullopt;
}

// A name that leads one of the clauses before, the nearest first: what the clauses after it go on about.
std::optional<size_t> LeaderBefore(const SentenceView& sentence, size_t value) {
  const auto& units = sentence.units;
  constexpr size_t kWindow = 60;
  constexpr size_t kMaxLead = 3;  // units of the clause before its leader
  for (size_t i = value; i > 0 && value - i < kWindow; --i) {
    const Unit& unit = units[i - 1];
    if (unit.clause == units[value].clause || !CanBeMeasured(unit) || unit.IsValue()) continue;
    if (unit.type == EntityType::kGpe || unit.type == EntityType::kLoc || unit.type == EntityType::kPerson) continue;
    const size_t lead = std::min(i - 1, kMaxLead);
    bool leads = i - 1 - lead == 0;
    for (size_t j = i - 1 - lead; j < i - 1; ++j) {
      if (units[j].pos == PartOfSpeech::kPreposition) leads = false;
      if (units[j].clause != unit.clause) leads = true;
    }
    if (i > 1 && units[i - 2].pos == PartOfSpeech::kPreposition) leads = false;
    if (leads) return i - 1;
  }
  return std::nullopt;
}

// The name in front of the value that it speaks of: the clause's first one, else that of an earlier clause.
std::optional<size_t> SubjectBefore(const SentenceView& sentence, size_t value) {
  const auto& units = sentence.units;
  constexpr size_t kWindow = 30;
  std::optional<size_t> found;
  for (size_t i = value; i > 0 && value - i < kWindow; --i) {
    const Unit& unit = units[i - 1];
    if (unit.clause != units[value].clause) break;
    if (unit.IsPunctuation() && unit.term == "。") break;
    if (!CanBeMeasured(unit)) continue;
    const bool place = unit.type == EntityType::kGpe || unit.type == EntityType::kLoc;
    if (place && (found || (i > 1 && units[i - 2].pos == PartOfSpeech::kPreposition))) continue;
    found = i - 1;
    // The head of a relative clause (甲研制的乙电池能量密度…) is what is measured, not who is named inside it.
    if (!place && i > 1 && units[i - 2].term == "的") break;
  }
  return found ? found : LeaderBefore(sentence, value);
}

// Whether the words before the value are a noun phrase that can be a subject: they end in a noun, and neither a pronoun
// nor a verb begins them.
bool CanStandAlone(const SentenceView& sentence, size_t value, std::string_view name) {
  const auto& units = sentence.units;
  if (CountCodePoints(name) < 3) return false;
  size_t last = value;
  while (last > 0 && units[last - 1].clause == units[value].clause && OneOf(units[last - 1].term, kLinks)) --last;
  if (last == 0) return false;
  size_t first = last - 1;
  while (first > 0 && units[first - 1].clause == units[value].clause && last - first < kMaxIndicatorUnits) --first;
  const auto bad = [](const Unit& u) {
    return u.pos == PartOfSpeech::kPronoun || u.pos == PartOfSpeech::kPreposition || u.pos == PartOfSpeech::kParticle;
  };
  if (units[first].pos == PartOfSpeech::kConjunction) return false;
  return !bad(units[first]) && !bad(units[last - 1]);
}

}  // namespace

void MatchMeasures(const ArticleView& view, size_t sentence_index, const Rule& rule, const RuleBook& book,
                   FactSink& sink) {
  const SentenceView& sentence = view.sentences[sentence_index];
  const auto& units = sentence.units;
  std::string last_indicator;
  std::optional<size_t> previous;  // the last value with a fact, and what it measured
  std::string last_name;
  Argument last_subject;
  for (size_t i = 0; i < units.size(); ++i) {
    if (!units[i].IsValue()) continue;
    const text::Value& value = view.analysis->values[units[i].value];
    if (!IsMeasurable(sentence, i, value)) continue;
    std::optional<size_t> subject = SubjectAfter(sentence, i, value.unit == "岁");
    if (!subject) subject = SubjectBefore(sentence, i);
    // 公司……实现氯化钾产量53万吨: the product is part of what is measured of the company.
    const bool product_of_topic = subject && units[*subject].type == EntityType::kProduct && *subject + 1 < i &&
                                  units[*subject + 1].IsWord() && units[*subject + 1].Is(WordClass::kIndicatorHead) &&
                                  sentence.topic != kNoEntity &&
                                  view.table->entities[sentence.topic].type == EntityType::kOrg;
    if (product_of_topic) subject.reset();

    Fact fact;
    fact.predicate = rule.predicate;
    fact.rule_id = rule.id;
    fact.confidence = rule.confidence;
    fact.evidence = sentence.span;
    fact.value = value;
    Span indicator = IndicatorBefore(sentence, i, subject);
    const std::string_view words = view.TextOf(indicator);
    const bool is_change = value.change != text::Change::kNone;
    std::string name(words);
    const bool bare_change = is_change && (words.empty() || OneOf(words, kReported) || words.starts_with("同比") ||
                                           words.starts_with("环比"));
    if (bare_change && !last_indicator.empty()) {
      name = last_indicator + std::string(words);
    } else if (value.kind == text::ValueKind::kQuantity && !is_change) {
      name += view.TextOf(CountedAfter(sentence, i));  // 拥有169名员工
    } else if (!is_change) {
      last_indicator = std::string(words);
    }
    const bool listed = previous && i >= 2 && *previous == i - 2 && IsJoiner(units[i - 1].term) && indicator.empty();
    const bool follows = bare_change && previous && units[*previous].clause + 1 >= units[i].clause;
    if (follows) {  // 产量53万吨，同比增长15%: of the same
      fact.subject = last_subject;
    } else if (listed) {  // 分别为甲、乙及丙: one indicator for all
      name = last_name;
      fact.subject = last_subject;
    } else if (subject) {
      fact.subject = EntityArgument(*view.table, units[*subject].entity, units[*subject].span);
    } else if (sentence.topic != kNoEntity &&
               (sentence.topic_is_own || sentence.topic == view.table->main_org || name.size() < kMinSubjectBytes)) {
      fact.subject = EntityArgument(*view.table, sentence.topic, {});
    } else if (!name.empty() && CanStandAlone(sentence, i, name)) {
      fact.subject = {.text = name};
    } else {
      continue;
    }
    previous = i;
    last_name = name;
    last_subject = fact.subject;
    if (name.empty() && value.kind == text::ValueKind::kQuantity) continue;  // nothing says what it measures
    fact.qualifiers["indicator"] = name;
    fact.qualifiers["comparator"] = ComparatorSign(value.comparator);
    fact.qualifiers["change"] = ChangeName(value.change);
    if (value.number_to) fact.qualifiers["value_to"] = Cat(*value.number_to);
    if (const std::optional<size_t> date = FindDate(sentence, i)) {
      fact.qualifiers["date"] = QualifierText(view, units[*date]);
    }
    fact.modality = rule.modality.value_or(book.ModalityAt(sentence, {.begin = i, .end = i + 1}));
    sink.Add(std::move(fact), units[i].span.begin);
  }
}

}  // namespace factline::extract
