#include "indexer/extract/measure_phrase.h"

#include <algorithm>
#include <array>

#include "indexer/extract/term_set.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/utf8.h"

namespace factline::extract {
namespace {

using text::PartOfSpeech;

constexpr size_t kMaxUnits = 24;
constexpr size_t kMaxBytes = 120;

// Words between what is measured and the value, part of neither.
constexpr TermSet kLinks = {
    "为",   "约",     "达",   "达到", "约为", "是",   "近",   "超",   "超过",   "高达", "至",   "到",   "突破", "仅",
    "仅为", "共",     "共计", "逾",   "有",   "不足", "不少", "不低", "不低于", "不",   "超出", "达成", "合计", "于",
    "均",   "将",     "已",   "了",   "则",   "也",   "就",   "还",   "又",     "其中", "预计", "报",   "余",   "大约",
    "分别", "分别为", "已达", "报于", "收于", "迈上", "能够", "能",   "可",     "可达", "提高", "提升", "升至", "增至",
    "降至", "缩短",   "压缩", "扩大", "的",   "高",   "有望", "将达", "接近",   "站上", "累计", "计"};
// Verbs that part a subject from what it has: 公司实现营业收入.
constexpr TermSet kHaving = {"实现", "完成", "达成", "拥有", "取得", "有",   "共有", "设有", "吸引",
                             "带动", "获得", "收到", "迎来", "接待", "安排", "投入", "募集", "筹集",
                             "创造", "下达", "发放", "录得", "设置", "举办", "开设", "设立"};
// What a clause of figures may begin with, said of no subject.
constexpr TermSet kLeads = {"目前", "其中", "截至", "当前", "此外", "另外", "同时", "今年",
                            "去年", "当年", "至此", "全年", "随后", "近年", "今后", "据悉",
                            "先后", "累计", "已",   "预计", "实现", "未来", "产出"};
constexpr TermSet kScopes = {"全市", "全省", "全国", "全球", "全区",   "全县", "全社会", "我市",
                             "我省", "我县", "我区", "各地", "全行业", "全州", "世界",   "全网"};
constexpr TermSet kPointers = {"该", "这", "此", "本", "这个", "其"};

bool IsHead(const Unit& u) { return u.IsWord() && u.Is(WordClass::kIndicatorHead); }
bool EndsAsHead(const Unit& u) { return u.IsWord() && (u.ends & Bit(WordClass::kIndicatorHead)); }
bool IsModifier(const Unit& u) { return u.IsWord() && (u.Is(WordClass::kIndicatorModifier) || EndsAsHead(u)); }

// 营 + 收: a head that the dictionary takes for two words.
bool IsHeadOfTwo(const SentenceView& sentence, size_t unit) {
  if (unit == 0 || !sentence.units[unit].IsWord() || !sentence.units[unit - 1].IsWord()) return false;
  if (sentence.units[unit - 1].span.size_bytes() > 3 || sentence.units[unit].span.size_bytes() > 3) return false;
  return Lexicon::BuiltIn().Is(Cat(sentence.units[unit - 1].term, sentence.units[unit].term),
                               WordClass::kIndicatorHead);
}

// 迈上, 将: one character that leads to the value.
bool LeadsToValue(const SentenceView& sentence, size_t unit) {
  const Unit& u = sentence.units[unit];
  if (!u.IsWord() || u.Is(WordClass::kIndicatorHead)) return false;
  if (OneOf(u.term, kLinks)) return true;
  if (IsHeadOfTwo(sentence, unit)) return false;
  return u.span.size_bytes() <= 3 &&
         (u.pos == PartOfSpeech::kVerb || u.pos == PartOfSpeech::kAdverb || u.pos == PartOfSpeech::kPreposition ||
          u.pos == PartOfSpeech::kParticle || u.pos == PartOfSpeech::kLocative);
}

bool IsLoose(const Unit& u) {
  if (!u.IsWord()) return false;
  return u.pos == PartOfSpeech::kParticle || u.pos == PartOfSpeech::kAdverb || u.pos == PartOfSpeech::kConjunction ||
         u.pos == PartOfSpeech::kTime || u.pos == PartOfSpeech::kPronoun || OneOf(u.term, kLeads) ||
         OneOf(u.term, kPointers);
}

bool Stops(const SentenceView& sentence, size_t unit, size_t value) {
  const Unit& u = sentence.units[unit];
  if (u.clause != sentence.units[value].clause || u.IsValue()) return true;
  if (u.depth < sentence.units[value].depth) return true;
  if (!u.IsPunctuation()) return false;
  return u.term != "“" && u.term != "”" && u.term != "、" && u.term != "(" && u.term != "（" && u.term != ")" &&
         u.term != "）" && u.term != "/" && u.term != "-" && u.term != "·" && u.term != "+";
}

// Parts the words at the verb of having; what stands before it may reach over a count (全市9个港口实现…).
bool SplitAtVerb(const SentenceView& sentence, size_t floor, UnitRange& words, MeasurePhrase& phrase) {
  for (size_t i = words.begin; i < words.end; ++i) {
    if (!sentence.units[i].IsWord() || !OneOf(sentence.units[i].term, kHaving)) continue;
    if (i + 1 == words.end && EndsAsHead(sentence.units[i])) continue;  // 研发投入
    size_t begin = i;
    while (begin > floor && i - begin < kMaxUnits && sentence.units[begin - 1].clause == sentence.units[i].clause &&
           (!sentence.units[begin - 1].IsPunctuation() || sentence.units[begin - 1].term == "、")) {
      --begin;
    }
    while (begin < i && (IsLoose(sentence.units[begin]) || sentence.units[begin].type == EntityType::kDate)) {
      if (sentence.units[begin].IsMention()) break;
      ++begin;
    }
    size_t end = i;
    while (end > begin && IsLoose(sentence.units[end - 1])) --end;
    if (begin < end && sentence.units[begin].pos != PartOfSpeech::kPreposition) phrase.subject = {begin, end};
    words.begin = i + 1;
    phrase.indicator = words;
    return true;
  }
  return false;
}

bool SplitAtShare(const SentenceView& sentence, const UnitRange& words, MeasurePhrase& phrase) {
  for (size_t i = words.begin; i < words.end; ++i) {
    if (sentence.units[i].term != "占") continue;
    phrase.subject = {words.begin, i};
    phrase.indicator = {i, words.end};
    return true;
  }
  return false;
}

// 甲产值比上年, 乙收入同比: what it is compared with is no part of what is measured.
size_t BeforeComparison(const SentenceView& sentence, size_t begin, size_t end) {
  static constexpr TermSet kThan = {"比", "较", "同比", "环比", "比较", "相比"};
  constexpr size_t kMaxUnits = 5;
  for (size_t n = 0, i = end; i > begin + 1 && n < kMaxUnits; ++n) {
    const Unit& unit = sentence.units[--i];
    if (OneOf(unit.term, kThan)) return i;
    const bool time =
        unit.pos == PartOfSpeech::kTime || unit.type == EntityType::kDate || unit.pos == PartOfSpeech::kNoun;
    if (!time && !OneOf(unit.term, kLinks)) break;
  }
  return end;
}

// 比例从2012年的53%: the noun phrase stands before the word that leads from one value to another.
size_t BeforeStart(const SentenceView& sentence, size_t floor, size_t end) {
  constexpr size_t kMaxUnits = 6;
  for (size_t n = 0, i = end; i > floor + 1 && n < kMaxUnits; ++n) {
    const Unit& unit = sentence.units[--i];
    if (unit.clause != sentence.units[end - 1].clause || unit.IsPunctuation()) break;
    if ((unit.term == "从" || unit.term == "由") && EndsAsHead(sentence.units[i - 1])) return i;
  }
  return end;
}

bool SplitAtDe(const SentenceView& sentence, const UnitRange& words, MeasurePhrase& phrase) {
  for (size_t i = words.end; i > words.begin + 1; --i) {
    if (sentence.units[i - 1].term != "的") continue;
    // 归属于公司股东的净利润: whose profit it is tells which profit.
    const bool whose = sentence.units[words.begin].term.starts_with("归属");
    phrase.subject = {words.begin, whose ? words.begin : i - 1};
    phrase.indicator = {whose ? words.begin : i, words.end};
    phrase.headed = i < words.end && EndsAsHead(sentence.units[words.end - 1]);
    return true;
  }
  return false;
}

// 港口集装箱 + 吞吐量: the head noun with its modifiers is the indicator, the rest what it is said of.
void SplitAtHead(const SentenceView& sentence, const UnitRange& words, bool counts, MeasurePhrase& phrase) {
  const auto& units = sentence.units;
  const Unit& last = units[words.end - 1];
  const bool of_two = words.end > words.begin + 1 && IsHeadOfTwo(sentence, words.end - 1);
  if (!EndsAsHead(last) && !of_two) {
    // 人民币 + 贷款; a count needs no indicator: 新认定企业3071家.
    const size_t head = words.end - (words.end > words.begin + 1 && !counts ? 1 : 0);
    phrase.subject = {words.begin, head};
    phrase.indicator = {head, words.end};
    return;
  }
  size_t head = words.end - 1;
  if (of_two || (last.span.size_bytes() <= 3 && IsHead(last) && head > words.begin)) --head;
  while (head > words.begin && IsModifier(units[head - 1])) --head;
  phrase.subject = {words.begin, head};
  phrase.indicator = {head, words.end};
  phrase.headed = true;
}

bool IsLooseChar(const Unit& unit) { return unit.IsWord() && unit.span.size_bytes() <= 3; }

// 培养100多名, 量产5万台: what is done to them is no subject.
bool IsVerbsOnly(const SentenceView& sentence, UnitRange range) {
  for (size_t i = range.begin; i < range.end; ++i) {
    const Unit& unit = sentence.units[i];
    if (!unit.IsWord() || EndsAsHead(unit)) return false;
    if (unit.pos != PartOfSpeech::kVerb && unit.pos != PartOfSpeech::kAdverb && unit.pos != PartOfSpeech::kParticle)
      return false;
  }
  return range.begin < range.end;
}

}  // namespace

Span SpanOf(const SentenceView& sentence, UnitRange range) {
  if (range.begin >= range.end) return {};
  return {sentence.units[range.begin].span.begin, sentence.units[range.end - 1].span.end_exclusive};
}

MeasurePhrase ReadMeasurePhrase(const SentenceView& sentence, size_t value, uint32_t context_begin, size_t floor) {
  const auto& units = sentence.units;
  MeasurePhrase phrase;
  size_t end = value;
  while (end > floor && units[end - 1].clause == units[value].clause &&
         (units[end - 1].span.end_exclusive > context_begin || LeadsToValue(sentence, end - 1))) {
    phrase.attributive |= units[end - 1].term == "的" && end == value;
    --end;
  }
  // 城镇化率1978年为18%: when it was so is no part of what is measured.
  if (end > floor + 1 && end < value && units[end - 1].IsValue() && units[end - 1].type == EntityType::kDate &&
      EndsAsHead(units[end - 2]) && units[end - 2].clause == units[value].clause) {
    --end;
  }
  end = BeforeStart(sentence, floor, end);
  if (end > floor + 2 && units[end - 1].type == EntityType::kDate && units[end - 1].IsValue() &&
      units[end - 1].clause == units[value].clause) {  // 产值比上年增长11%, 产量比上年…
    if (units[end - 2].term == "比" || units[end - 2].term == "较") {
      end -= 2;
    } else if (units[end - 2].IsWord() && units[end - 2].term.ends_with("比")) {
      end -= 1;
    }
  }
  size_t begin = end;
  while (begin > floor && end - begin < kMaxUnits && !Stops(sentence, begin - 1, value) &&
         units[end - 1].span.end_exclusive - units[begin - 1].span.begin <= kMaxBytes) {
    --begin;
  }
  while (begin < end &&
         (IsLoose(units[begin]) || units[begin].IsPunctuation() || units[begin].pos == PartOfSpeech::kPreposition)) {
    if (units[begin].term == "“") break;
    phrase.listed |= units[begin].term == "、";
    if (units[begin].term == "(" || units[begin].term == "（") {  // 甲公司(600123)报收
      while (begin + 1 < end && units[begin].term != ")" && units[begin].term != "）") ++begin;
    }
    phrase.among |= units[begin].term == "其中";
    phrase.points |= OneOf(units[begin].term, kPointers);
    ++begin;
  }
  end = BeforeComparison(sentence, begin, end);
  phrase.words = {begin, end};
  if (begin >= end) return phrase;
  phrase.scoped = OneOf(units[begin].term, kScopes);
  UnitRange words = phrase.words;
  if (SplitAtVerb(sentence, floor, words, phrase)) {
    phrase.words = words;
    return phrase;
  }
  if (SplitAtShare(sentence, words, phrase) || SplitAtDe(sentence, words, phrase)) return phrase;
  SplitAtHead(sentence, words, units[value].type == EntityType::kQuantity, phrase);
  if (IsVerbsOnly(sentence, phrase.subject)) phrase.subject = {phrase.subject.end, phrase.subject.end};
  return phrase;
}

UnitRange CountedAfter(const SentenceView& sentence, size_t value) {
  const auto& units = sentence.units;
  size_t begin = value + 1;
  if (begin < units.size() && (units[begin].term == "以上" || units[begin].term == "左右")) ++begin;
  if (begin < units.size() && units[begin].term == "的") ++begin;
  if (begin < units.size() && units[begin].IsPunctuation() && units[begin].term != "“") return {};
  size_t end = begin;
  if (begin + 1 < units.size() && units[begin].pos == PartOfSpeech::kVerb && units[begin].span.size_bytes() >= 6 &&
      units[begin + 1].pos == PartOfSpeech::kNoun && units[begin + 1].span.size_bytes() >= 6) {
    ++end;  // 生活垃圾
  }
  while (end < units.size() && end < begin + 8 && units[end].clause == units[value].clause) {
    const Unit& unit = units[end];
    const bool list =
        unit.term == "、" || unit.term == "“" || unit.term == "”" || unit.term == "和" || unit.term == "及";
    if (!unit.IsWord() && !unit.IsMention() && !list) break;
    if (unit.IsWord() && !list &&
        ((unit.pos == PartOfSpeech::kVerb && !unit.Is(WordClass::kOrgVerb)) || unit.pos == PartOfSpeech::kParticle ||
         unit.pos == PartOfSpeech::kPreposition || unit.pos == PartOfSpeech::kAdverb ||
         unit.pos == PartOfSpeech::kConjunction || unit.pos == PartOfSpeech::kLocative ||
         unit.pos == PartOfSpeech::kOther)) {
      break;
    }
    ++end;
  }
  while (end > begin && (units[end - 1].IsPunctuation() || units[end - 1].term == "和" || units[end - 1].term == "及"))
    --end;
  // 失 + 联: a verb that the dictionary does not have.
  if (end == begin + 1 && end < units.size() && IsLooseChar(units[begin]) && IsLooseChar(units[end]) &&
      !IsJoiner(units[end].term) && units[end].clause == units[value].clause) {
    return {};
  }
  return {begin, end};
}

UnitRange VerbAfter(const SentenceView& sentence, size_t value) {
  constexpr size_t kMaxUnits = 3;
  const auto& units = sentence.units;
  size_t end = value + 1;
  while (end < units.size() && units[end].clause == units[value].clause && units[end].IsWord()) ++end;
  const bool whole = end >= units.size() || (units[end].IsPunctuation() && units[end].clause == units[value].clause);
  return whole && end - value - 1 <= kMaxUnits ? UnitRange{value + 1, end} : UnitRange{};
}

std::vector<UnitRange> PhraseMembers(const SentenceView& sentence, UnitRange phrase, size_t count) {
  const auto split = [&](bool words_too) {
    std::vector<UnitRange> members;
    size_t begin = phrase.begin;
    for (size_t i = phrase.begin; i <= phrase.end; ++i) {
      const bool joiner =
          i < phrase.end && (sentence.units[i].term == "、" || (words_too && IsJoiner(sentence.units[i].term)));
      if (i < phrase.end && !joiner) continue;
      if (i > begin) members.push_back({begin, i});
      begin = i + 1;
    }
    return members;
  };
  std::vector<UnitRange> members = split(false);
  if (members.size() != count) members = split(true);
  if (members.size() != count) members.clear();
  return members;
}

}  // namespace factline::extract
