#include "indexer/extract/unit_search.h"

#include <algorithm>
#include <array>

#include "indexer/extract/term_set.h"
#include "protos/vocab/utf8.h"

namespace factline::extract {
namespace {

using text::PartOfSpeech;

constexpr size_t kMaxListMembers = 16;

// Words that make what follows them no subject.
constexpr TermSet kPrepositions = {"在", "对", "向", "从", "为", "给",   "以",   "于", "按",
                                   "据", "把", "将", "被", "因", "随着", "根据", "由", "依托"};

// The words that govern in English, where no part of speech tells them.
constexpr TermSet kEnglishPrepositions = {"by", "in", "into", "to", "with", "from", "for", "of", "at", "on"};

bool TypeFits(const Unit& unit, const ArgumentRule& rule) {
  if (!unit.IsMention() && !unit.IsValue()) return false;
  return rule.Takes(unit.type);
}

bool IsPlace(const Unit& unit) {
  return unit.IsMention() &&
         (unit.type == EntityType::kGpe || unit.type == EntityType::kLoc || unit.type == EntityType::kFac);
}

// The first unit of the list that `unit` is in; places in a row (西班牙 + 巴塞罗那) count as one.
size_t ListBegin(const SentenceView& sentence, size_t unit) {
  const auto& units = sentence.units;
  size_t begin = unit;
  for (size_t n = 0; n < kMaxListMembers && begin > 0; ++n) {
    if (IsPlace(units[begin - 1]) && IsPlace(units[begin])) {
      --begin;
    } else if (begin >= 2 && IsJoiner(units[begin - 1].term) && units[begin - 2].IsMention()) {
      begin -= 2;
    } else {
      break;
    }
  }
  return begin;
}

// Of places in a row the last is the most specific one.
size_t LastOfRow(const SentenceView& sentence, size_t unit) {
  while (IsPlace(sentence.units[unit]) && unit + 1 < sentence.units.size() && IsPlace(sentence.units[unit + 1])) ++unit;
  return unit;
}

// The word that governs the list at `begin`: right before it, or with a few modifiers between (由国内龙头企业甲).
const Unit* GovernorOf(const SentenceView& sentence, size_t begin) {
  constexpr size_t kMaxModifiers = 6;
  for (size_t n = 0, i = begin; i > 0 && n <= kMaxModifiers; ++n) {
    const Unit& unit = sentence.units[--i];
    if (unit.term == "“" || unit.term == "”") continue;
    if (!unit.IsWord()) return nullptr;
    if (unit.pos == PartOfSpeech::kPreposition || OneOf(unit.term, kPrepositions)) return &unit;
    if (OneOf(unit.term, kEnglishPrepositions)) return &unit;
    if (n > 0 && unit.pos == PartOfSpeech::kConjunction) return &unit;
    const bool modifier = unit.pos == PartOfSpeech::kNoun || unit.pos == PartOfSpeech::kAdjective ||
                          unit.pos == PartOfSpeech::kNumeral || unit.pos == PartOfSpeech::kMeasureWord ||
                          unit.pos == PartOfSpeech::kLocative || unit.pos == PartOfSpeech::kUnknown;
    if (n == 0 && !modifier) return &unit;
    if (!modifier) return nullptr;
  }
  return nullptr;
}

bool MarkerFits(const SentenceView& sentence, size_t unit, const ArgumentRule& rule, Side side) {
  if (rule.markers.empty() && (side != Side::kBefore || sentence.units[unit].IsValue())) return true;
  const size_t begin = ListBegin(sentence, unit);
  const Unit* governor = GovernorOf(sentence, begin);
  if (!rule.markers.empty()) {
    return governor != nullptr &&
           std::find(rule.markers.begin(), rule.markers.end(), governor->term) != rule.markers.end();
  }
  return governor == nullptr || !OneOf(governor->term, kPrepositions);
}

std::optional<size_t> FindBefore(const SentenceView& sentence, const ArgumentRule& rule, size_t cue) {
  const auto& units = sentence.units;
  std::optional<size_t> found;
  uint32_t distance = 0;
  for (size_t i = cue; i > 0 && distance < rule.within;) {
    --i;
    const Unit& unit = units[i];
    if (rule.reach == Reachable::kSameClause && unit.clause != units[cue].clause) break;
    if (unit.depth > units[cue].depth) continue;
    ++distance;
    if (!TypeFits(unit, rule) || !MarkerFits(sentence, i, rule, Side::kBefore)) continue;
    // Of several clauses the one nearest to the cue holds the subject.
    if (found && units[*found].clause != unit.clause) break;
    found = i;
    if (rule.pick == Pick::kNearest) break;
  }
  return found;
}

std::optional<size_t> FindAfter(const SentenceView& sentence, const ArgumentRule& rule, size_t cue_end) {
  const auto& units = sentence.units;
  uint32_t distance = 0;
  for (size_t i = cue_end; i < units.size() && distance < rule.within; ++i) {
    const Unit& unit = units[i];
    if (rule.reach == Reachable::kSameClause && unit.clause != units[cue_end - 1].clause) break;
    if (unit.depth > units[cue_end - 1].depth) continue;
    ++distance;
    if (!TypeFits(unit, rule) || !MarkerFits(sentence, i, rule, Side::kAfter)) continue;
    const size_t last = LastOfRow(sentence, i);
    return TypeFits(units[last], rule) ? last : i;
  }
  return std::nullopt;
}

constexpr TermSet kPhraseLeads = {"了",     "的",   "一种", "一款", "一个", "一批", "多款", "多种", "新款", "首款",
                                  "首个",   "首台", "首套", "全球", "国内", "国际", "世界", "我国", "全新", "新一代",
                                  "最新",   "首次", "系列", "各类", "各种", "出",   "自主", "主要", "优先", "专门",
                                  "大规模", "等",   "该",   "这款", "更",   "更多", "着",   "成"};

bool EndsPhrase(const Unit& unit) {
  if (unit.IsPunctuation()) return unit.term != "“" && unit.term != "”" && unit.term != "-" && unit.term != "·";
  if (unit.IsMention()) return false;
  if (unit.IsValue()) return true;
  switch (unit.pos) {
    case PartOfSpeech::kParticle:
    case PartOfSpeech::kPreposition:
    case PartOfSpeech::kPronoun:
    case PartOfSpeech::kAdverb:
    case PartOfSpeech::kConjunction:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool IsGoverned(const SentenceView& sentence, size_t unit) {
  const Unit* governor = GovernorOf(sentence, ListBegin(sentence, unit));
  return governor != nullptr && OneOf(governor->term, kPrepositions);
}

bool IsJoiner(std::string_view term) {
  return term == "、" || term == "和" || term == "与" || term == "及" || term == "以及" || term == "," || term == "and";
}

std::optional<size_t> FindArgument(const SentenceView& sentence, const ArgumentRule& rule, UnitRange cue) {
  if (rule.types == 0) return std::nullopt;
  switch (rule.side) {
    case Side::kBefore:
      return FindBefore(sentence, rule, cue.begin);
    case Side::kAfter:
      return FindAfter(sentence, rule, cue.end);
    default: {
      const auto before = FindBefore(sentence, rule, cue.begin);
      return before ? before : FindAfter(sentence, rule, cue.end);
    }
  }
}

std::vector<size_t> ListMembers(const SentenceView& sentence, size_t unit, const ArgumentRule& rule) {
  const auto& units = sentence.units;
  std::vector<size_t> members;
  size_t i = ListBegin(sentence, unit);
  while (i < units.size() && members.size() < kMaxListMembers) {
    i = LastOfRow(sentence, i);
    if (TypeFits(units[i], rule)) members.push_back(i);
    const bool works = i + 1 < units.size() && units[i].type == EntityType::kWork && units[i].IsMention() &&
                       units[i + 1].IsMention() && units[i + 1].type == EntityType::kWork;  // 《甲》《乙》
    if (!works && (i + 2 >= units.size() || !IsJoiner(units[i + 1].term) || !units[i + 2].IsMention())) break;
    i += works ? 1 : 2;
  }
  if (members.empty()) members.push_back(unit);
  return members;
}

std::vector<Span> FindNounPhrases(const SentenceView& sentence, Side side, UnitRange cue, std::string_view text) {
  constexpr size_t kMaxUnits = 24;
  constexpr size_t kMaxPhraseBytes = 90;
  std::vector<Span> phrases;
  const auto& units = sentence.units;
  size_t begin = cue.end, end = cue.end;
  if (side == Side::kBefore) {
    begin = end = cue.begin;
    while (begin > 0 && cue.begin - begin < kMaxUnits &&
           (!EndsPhrase(units[begin - 1]) || units[begin - 1].term == "、")) {
      --begin;
    }
  } else {
    while (end < units.size() && end - cue.end < kMaxUnits && units[end].clause == units[cue.end].clause &&
           (!EndsPhrase(units[end]) || IsJoiner(units[end].term) || end == cue.end)) {
      ++end;
    }
  }
  while (begin < end) {
    while (begin < end && (OneOf(units[begin].term, kPhraseLeads) || units[begin].pos == PartOfSpeech::kAdverb))
      ++begin;
    size_t stop = begin;
    while (stop < end && !IsJoiner(units[stop].term) && units[stop].term != "等") ++stop;
    if (stop > begin) {
      Span span{units[begin].span.begin, units[stop - 1].span.end_exclusive};
      const size_t chars = CountCodePoints(span.In(text));
      const Unit& last = units[stop - 1];
      const bool bare = stop == begin + 1 && last.IsWord() &&
                        (last.pos == PartOfSpeech::kVerb || last.pos == PartOfSpeech::kAdjective);  // 优先用于
      if (chars >= 2 && span.size_bytes() <= kMaxPhraseBytes && !(bare && side == Side::kBefore)) {
        phrases.push_back(span);
      }
    }
    if (stop < end && units[stop].term == "等") break;
    begin = stop + 1;
  }
  return phrases;
}

std::optional<size_t> FindDate(const SentenceView& sentence, size_t at) {
  constexpr size_t kWindow = 40;
  const auto& units = sentence.units;
  std::optional<size_t> before;
  for (size_t i = at; i > 0 && at - i < kWindow; --i) {
    if (units[i - 1].IsValue() && units[i - 1].type == EntityType::kDate) {
      before = i - 1;
      break;
    }
  }
  if (before && units[*before].clause == units[at].clause) return before;
  for (size_t i = at + 1; i < units.size() && i - at < kWindow && units[i].clause == units[at].clause; ++i) {
    if (units[i].IsValue() && units[i].type == EntityType::kDate) return i;
  }
  return before;
}

}  // namespace factline::extract
