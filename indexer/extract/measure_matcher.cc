#include "indexer/extract/measure_matcher.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "indexer/extract/measure_phrase.h"
#include "indexer/extract/measure_subject.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/utf8.h"

namespace factline::extract {
namespace {

using text::PartOfSpeech;

// How the subject was found.
enum class Way : uint8_t { kOwnName, kBehind, kFollowed, kListed, kLeader, kTopic, kOldTopic, kPhrase };

// How much of the rule's confidence, which is that of the surest way, a fact of this way deserves; MODEL_CARD.md has
// the shares of right facts.
float TrustIn(Way way) {
  switch (way) {
    case Way::kListed:
      return 1;
    case Way::kLeader:
      return 0.99f;
    case Way::kOwnName:
      return 0.98f;
    case Way::kBehind:
      return 0.9f;
    case Way::kPhrase:
      return 0.885f;
    case Way::kFollowed:
      return 0.87f;
    case Way::kOldTopic:
      return 0.86f;
    case Way::kTopic:
      return 0.75f;
  }
  return 0.75f;
}

// What a value measured, for the values that go on about it.
struct Measured {
  size_t unit = 0;
  Argument subject;
  std::string indicator;
  Way way = Way::kPhrase;
};

// Reads the values of one sentence from left to right.
class MeasureReader {
 public:
  MeasureReader(const ArticleView& view, size_t sentence_index, const Rule& rule, const RuleBook& book, FactSink& sink)
      : view_(view), sentence_(view.sentences[sentence_index]), rule_(rule), book_(book), sink_(sink) {}

  void Read() {
    for (size_t i = 0; i < sentence_.units.size(); ++i) {
      if (!sentence_.units[i].IsValue()) continue;
      const text::Value& value = view_.analysis->values[sentence_.units[i].value];
      if (handed_out_.empty() || handed_out_.rbegin()->first < i) PlanDistribution(i);
      if (IsMeasurable(sentence_, i, value)) ReadValue(i, value);
    }
  }

 private:
  struct Reading {
    Argument subject;
    std::string indicator;
    Way way = Way::kPhrase;
    bool found = false;
  };

  void ReadValue(size_t i, const text::Value& value) {
    Reading reading;
    if (!ReadDistributed(i, reading) && !ReadListed(i, reading)) ReadAlone(i, value, reading);
    if (!reading.found) return;
    previous_ = Measured{.unit = i, .subject = reading.subject, .indicator = reading.indicator, .way = reading.way};
    if (reading.indicator.empty() && value.kind == text::ValueKind::kQuantity) return;  // nothing says what is measured
    Emit(i, value, std::move(reading));
  }

  // 甲、乙总数分别达到1家、2家: each value its own subject.
  bool ReadDistributed(size_t i, Reading& reading) const {
    const auto planned = handed_out_.find(i);
    if (planned == handed_out_.end()) return false;
    reading = planned->second;
    return true;
  }

  // Made at the first of the values, measurable or not.
  void PlanDistribution(size_t first) {
    const auto& units = sentence_.units;
    size_t respectively = first;
    for (size_t n = 0; n < 4 && respectively > 0 && !units[respectively].term.starts_with("分别"); ++n) --respectively;
    if (!units[respectively].term.starts_with("分别")) return;
    size_t count = 1;
    for (size_t i = first; i + 2 < units.size() && IsJoiner(units[i + 1].term) && units[i + 2].IsValue(); i += 2)
      ++count;
    if (count < 2) return;
    size_t end = respectively;
    if (end > 0 && units[end - 1].IsPunctuation()) --end;
    size_t begin = end;
    while (begin > 0 && end - begin < 40 && units[begin - 1].clause == units[end - 1].clause &&
           !units[begin - 1].IsValue() && units[begin - 1].pos != PartOfSpeech::kPreposition) {
      --begin;
    }
    const std::vector<UnitRange> members = PhraseMembers(sentence_, {begin, end}, count);
    if (members.empty()) return;
    // The indicator: at the end of the last member, or the words between 分别 and the value (分别出资).
    MeasurePhrase last = ReadMeasurePhrase(sentence_, end, units[end - 1].span.end_exclusive, members.back().begin);
    std::string indicator(view_.TextOf(SpanOf(sentence_, last.indicator)));
    for (size_t i = respectively + 1; i < first && indicator.empty(); ++i) {
      if (units[i].pos == PartOfSpeech::kVerb && units[i].term != "达到") indicator = std::string(units[i].term);
    }
    for (size_t m = 0; m < members.size(); ++m) {
      UnitRange member = members[m];
      if (m + 1 == members.size() && last.subject.begin < last.subject.end) member = last.subject;
      Reading reading{.indicator = indicator, .way = Way::kListed, .found = true};
      if (member.end == member.begin + 1 && CanBeMeasured(units[member.begin])) {
        reading.subject = EntityArgument(*view_.table, units[member.begin].entity, units[member.begin].span);
      } else {
        reading.subject = TextArgument(view_, SpanOf(sentence_, member));
      }
      handed_out_[first + 2 * m] = std::move(reading);  // a joiner between two values
    }
  }

  // 分别为甲、乙及丙: one indicator for all.
  bool ReadListed(size_t i, Reading& reading) {
    if (!previous_ || i < 2 || previous_->unit != i - 2 || !IsJoiner(sentence_.units[i - 1].term)) return false;
    reading = {.subject = previous_->subject, .indicator = previous_->indicator, .way = previous_->way, .found = true};
    return true;
  }

  void ReadAlone(size_t i, const text::Value& value, Reading& reading) {
    const auto& units = sentence_.units;
    const bool is_change = value.change != text::Change::kNone;
    const std::optional<size_t> behind = NameBehindValue(sentence_, i, value.unit == "岁");
    const std::optional<size_t> own = NameInClause(sentence_, i);
    const size_t floor = own ? *own + 1 : sentence_.told_from <= i ? sentence_.told_from : 0;
    // 新增科技企业2941家: what grew stands between the word of change and the value.
    constexpr uint32_t kMaxChangeBytes = 15;
    const bool wide = value.span.begin - value.context.begin > kMaxChangeBytes;
    const MeasurePhrase phrase = ReadMeasurePhrase(sentence_, i, wide ? value.span.begin : value.context.begin, floor);
    const std::string_view words = view_.TextOf(SpanOf(sentence_, phrase.words));

    if (previous_ && units[previous_->unit].clause == units[i].clause && !is_change && !value.unit.empty() &&
        value.unit == view_.analysis->values[units[previous_->unit].value].unit &&
        GoesTo(Between(previous_->unit, i))) {
      reading = {
          .subject = previous_->subject, .indicator = previous_->indicator, .way = Way::kFollowed, .found = true};
      return;
    }
    if (previous_ && !own && units[previous_->unit].clause + 1 >= units[i].clause &&
        ((is_change && !wide && IsBareChange(words)) || GoesOn(value, words))) {
      // 产量53万吨，同比增长15%，占全国的3%: of the same
      reading = {
          .subject = previous_->subject, .indicator = previous_->indicator, .way = Way::kFollowed, .found = true};
      if (!is_change) reading.indicator += words;
      return;
    }
    reading.indicator = IndicatorOf(i, value, phrase, words);
    reading.found = true;
    if (behind) {
      SetName(units[*behind].entity, units[*behind].span, Way::kBehind, reading);
      if (*behind == i + 1) reading.indicator = phrase.headed ? std::string(words) : "规格";  // 70吨级振动台
    } else if (own && !IsProductOfTopic(*own, i)) {
      SetName(units[*own].entity, units[*own].span, Way::kOwnName, reading);
      const Span all = SpanOf(sentence_, phrase.words);
      if (!all.empty()) reading.indicator = WithCounted(i, value, std::string(view_.TextOf(all)));
    } else if (!ReadShareOf(i, value, reading)) {
      CarryOrRead(i, value, phrase, words, reading);
    }
    if (reading.indicator.empty() && value.kind == text::ValueKind::kQuantity && !is_change) {
      const bool same = previous_ && value.unit == view_.analysis->values[units[previous_->unit].value].unit;
      const bool people = value.unit == "人" || value.unit == "名" || value.unit == "位";
      if (people) reading.indicator = view_.TextOf(SpanOf(sentence_, VerbAfter(sentence_, i)));
      if (reading.indicator.empty() && own && words.empty() && same) reading.indicator = previous_->indicator;
    }
    constexpr std::array<std::string_view, 6> kDurations = {"年", "月", "个月", "天", "小时", "日"};
    const bool lasts = std::find(kDurations.begin(), kDurations.end(), value.unit) != kDurations.end();
    if (lasts && reading.way >= Way::kTopic && phrase.indicator.begin == phrase.indicator.end) reading.found = false;
    if (reading.indicator.empty() && reading.way > Way::kFollowed) reading.found = false;
  }

  // 80%的技术需求由企业提出: the noun phrase behind 的 is what the share is of, the rest says which share.
  bool ReadShareOf(size_t i, const text::Value& value, Reading& reading) {
    const auto& units = sentence_.units;
    size_t de = i + 1;
    if (de < units.size() && (units[de].term == "以上" || units[de].term == "左右")) ++de;
    if (value.kind != text::ValueKind::kPercent || de + 1 >= units.size() || units[de].term != "的") return false;
    const UnitRange of = CountedAfter(sentence_, i);
    if (of.begin >= of.end) return false;
    size_t end = of.end;
    while (end < units.size() && end < of.end + 8 && units[end].clause == units[i].clause &&
           !units[end].IsPunctuation())
      ++end;
    reading.subject = TextArgument(view_, SpanOf(sentence_, of));
    reading.indicator = view_.TextOf(SpanOf(sentence_, {of.end, end}));
    if (reading.indicator.empty()) reading.indicator = "占比";
    reading.way = Way::kPhrase;
    return true;
  }

  // No name in the clause: the sentence's leader, what is being spoken of, or the noun phrase itself.
  void CarryOrRead(size_t i, const text::Value& value, const MeasurePhrase& phrase, std::string_view words,
                   Reading& reading) {
    const auto& units = sentence_.units;
    const UnitRange counted = CountedAfter(sentence_, i);
    const bool counts = value.kind == text::ValueKind::kQuantity && counted.begin < counted.end;
    if (counts && value.change == text::Change::kNone && LeadsClause(sentence_, i)) {
      // 6架无人机腾空而起, 8支车队、90名车手参赛: they are what the clause is about.
      reading.subject = TextArgument(view_, SpanOf(sentence_, counted));
      reading.indicator = "数量";
      reading.way = Way::kPhrase;
      return;
    }
    const bool of_its_own = phrase.listed && previous_ && previous_->way == Way::kPhrase;  // 金奖10个、银奖20个
    if (previous_ && (phrase.among || phrase.listed) && !of_its_own) {
      reading.subject = previous_->subject;
      reading.indicator = WithCounted(i, value, std::string(words));
      reading.way = Way::kFollowed;
      return;
    }
    if (counts && (phrase.attributive || (phrase.scoped && phrase.words.end == phrase.words.begin + 1))) {
      // 新认定的3071家企业, 全市16个区
      const Span noun = SpanOf(sentence_, counted);
      reading.subject = {.text = Cat(words, view_.TextOf(noun)), .span = noun};
      reading.indicator = "数量";
      reading.way = Way::kPhrase;
      return;
    }
    UnitRange named = phrase.subject;
    if (phrase.scoped && named.begin == phrase.words.begin && named.begin + 1 < named.end)
      ++named.begin;  // 全市 + 港口
    const Span subject = SpanOf(sentence_, named);
    const bool whole = !subject.empty() && !phrase.points && CountCodePoints(subject.In(view_.list->text)) >= 2;
    const std::optional<size_t> leader = phrase.scoped ? std::nullopt : LeaderOfClauseBefore(sentence_, i);
    if (!whole && previous_ && !leader && units[previous_->unit].clause < units[i].clause) {
      reading.subject = previous_->subject;  // 新建支线三条，长度约2公里
      reading.way = Way::kFollowed;
      return;
    }
    const auto name_all = [&] {
      if (!words.empty()) reading.indicator = WithCounted(i, value, std::string(words));
    };
    if (leader) {
      SetName(units[*leader].entity, units[*leader].span, Way::kLeader, reading);
      return name_all();
    }
    const bool own_topic = sentence_.topic_is_own && sentence_.topic_unit < i;
    constexpr size_t kMinOwnSubjectChars = 4;  // 硬碳负极 + 首次效率: it needs nobody from an earlier sentence
    const bool rich = whole && phrase.headed && CountCodePoints(subject.In(view_.list->text)) >= kMinOwnSubjectChars;
    const bool main = sentence_.topic != kNoEntity && sentence_.topic == view_.table->main_org && !rich;
    const bool person = sentence_.topic != kNoEntity && !own_topic &&
                        view_.table->entities[sentence_.topic].type == EntityType::kPerson;
    if (sentence_.topic != kNoEntity && !phrase.scoped && !person &&
        (own_topic || main || (!whole && !(counts && words.empty())))) {
      SetName(sentence_.topic, {}, own_topic ? Way::kTopic : Way::kOldTopic, reading);
      return name_all();
    }
    if (whole) {
      reading.subject = TextArgument(view_, subject);
      if (reading.indicator.empty()) reading.indicator = CountName(value);
      reading.way = Way::kPhrase;
      return;
    }
    if (!counts) {
      reading.found = false;
      return;
    }
    reading.subject = TextArgument(view_, SpanOf(sentence_, counted));
    reading.indicator = "数量";
    reading.way = Way::kPhrase;
  }

  // What a bare quantity is of its subject.
  static std::string CountName(const text::Value& value) {
    if (value.kind != text::ValueKind::kQuantity) return {};
    for (const std::string_view area : {"亩", "公顷", "平方米", "平方公里", "平方千米"}) {
      if (value.unit == area) return "面积";
    }
    for (const std::string_view length : {"公里", "千米", "米", "km"}) {
      if (value.unit == length) return "长度";
    }
    return value.unit == "人" ? "人数" : "数量";
  }

  // What is measured, where the subject is a noun phrase or a name outside the phrase.
  std::string IndicatorOf(size_t i, const text::Value& value, const MeasurePhrase& phrase, std::string_view words) {
    std::string indicator(view_.TextOf(SpanOf(sentence_, phrase.indicator)));
    if (value.change != text::Change::kNone && indicator.empty() && value.context.begin < value.span.begin) {
      indicator = view_.TextOf({value.context.begin, value.span.begin});
    }
    if (indicator.empty() && SpanOf(sentence_, phrase.subject).empty()) indicator = std::string(words);
    return WithCounted(i, value, std::move(indicator));
  }

  // 拥有169名员工: with what is counted.
  std::string WithCounted(size_t i, const text::Value& value, std::string indicator) const {
    if (value.kind == text::ValueKind::kQuantity && value.change == text::Change::kNone) {
      indicator += view_.TextOf(SpanOf(sentence_, CountedAfter(sentence_, i)));
    }
    return indicator;
  }

  void SetName(uint32_t entity, Span span, Way way, Reading& reading) {
    reading.subject = EntityArgument(*view_.table, entity, span);
    reading.way = way;
  }

  // The text between two units.
  std::string_view Between(size_t from, size_t to) const {
    return view_.TextOf({sentence_.units[from].span.end_exclusive, sentence_.units[to].span.begin});
  }

  // 占全国的3%, 高于全省平均1.6个百分点: said of the value before.
  static bool GoesOn(const text::Value& value, std::string_view words) {
    if (value.kind == text::ValueKind::kPercent && words.starts_with("占")) return true;
    for (const std::string_view pace : {"增速", "增幅", "涨幅", "降幅", "跌幅"}) {  // 增速高于全国
      if (words.starts_with(pace)) words.remove_prefix(pace.size());
    }
    for (const std::string_view than : {"高于", "低于", "多于", "少于", "快于", "慢于", "好于", "优于", "超出"}) {
      if (words.starts_with(than)) return true;
    }
    return false;
  }

  // 从53%上升为60%, 由3家增至8家: the other end of the same change.
  static bool GoesTo(std::string_view words) {
    for (const std::string_view to :
         {"上升", "提升", "提高", "增长", "下降", "减少", "增加", "增至", "升至", "降至", "减至", "降低到", "降低至",
          "缩短到", "缩短至", "扩大到", "扩大至", "发展到", "扩展到"}) {
      if (words.starts_with(to)) return true;
    }
    return false;
  }

  static bool IsBareChange(std::string_view words) {
    for (const std::string_view reported :
         {"增速同比", "增速比", "增幅比", "增速较", "增速环比", "降幅比", "同比", "环比", "比上年", "较上年", "比去年",
          "同期", "较去年", "上年", "年均", "比前"}) {
      if (words.starts_with(reported)) return true;
    }
    return words.empty();
  }

  // 公司……实现氯化钾产量53万吨: the product is part of what is measured of the company.
  bool IsProductOfTopic(size_t own, size_t value) const {
    const auto& units = sentence_.units;
    return units[own].type == EntityType::kProduct && own + 1 < value && units[own + 1].IsWord() &&
           units[own + 1].Is(WordClass::kIndicatorHead) && sentence_.topic != kNoEntity &&
           view_.table->entities[sentence_.topic].type == EntityType::kOrg;
  }

  void Emit(size_t i, const text::Value& value, Reading reading) {
    Fact fact = FactOf(rule_, MeasureEvidence(sentence_, i, reading.subject.span));
    fact.confidence *= TrustIn(reading.way);
    fact.value = value;
    fact.subject = std::move(reading.subject);
    fact.qualifiers["indicator"] = std::move(reading.indicator);
    fact.qualifiers["comparator"] = ComparatorSign(value.comparator);
    fact.qualifiers["change"] = ChangeName(value.change);
    if (value.number_to) fact.qualifiers["value_to"] = Cat(*value.number_to);
    if (const std::optional<size_t> date = FindDate(sentence_, i)) {
      fact.qualifiers["date"] = QualifierText(view_, sentence_.units[*date]);
    } else if (std::string period = ReportPeriod(sentence_); !period.empty()) {
      fact.qualifiers["date"] = std::move(period);
    }
    if (fact.subject.entity == kNoEntity) AddPlace(fact);
    fact.modality = rule_.modality.value_or(book_.ModalityOfValue(sentence_, i));
    sink_.Add(std::move(fact), sentence_.units[i].span.begin);
  }

  // 全市港口: of which place.
  void AddPlace(Fact& fact) const {
    const auto& entities = view_.table->entities;
    const bool own = sentence_.topic != kNoEntity && entities[sentence_.topic].type == EntityType::kGpe;
    const uint32_t place = own ? sentence_.topic : view_.table->main_place;
    if (place != kNoEntity) fact.qualifiers["place"] = entities[place].name;
  }

  const ArticleView& view_;
  const SentenceView& sentence_;
  const Rule& rule_;
  const RuleBook& book_;
  FactSink& sink_;
  std::optional<Measured> previous_;
  std::map<size_t, Reading> handed_out_;  // by the unit of the value
};

}  // namespace

void MatchMeasures(const ArticleView& view, size_t sentence_index, const Rule& rule, const RuleBook& book,
                   FactSink& sink) {
  MeasureReader(view, sentence_index, rule, book, sink).Read();
}

}  // namespace factline::extract
