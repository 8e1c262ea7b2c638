#include "indexer/extract/relation_matcher.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "indexer/extract/term_set.h"

namespace factline::extract {
namespace {

constexpr float kCarriedTrust = 0.85f;  // of what the sentence before was about
constexpr float kPhraseTrust = 0.85f;   // a noun phrase that is no known name

// An argument found: the units of its list, or text.
struct Found {
  float trust = 1;  // how much the way it was found takes off a fact's confidence
  std::vector<std::pair<Argument, std::optional<size_t>>> arguments;  // with the unit, if it is one
};

Found ByUnits(const ArticleView& view, const SentenceView& sentence, const std::vector<size_t>& units) {
  Found found;
  for (const size_t i : units) {
    const Unit& unit = sentence.units[i];
    Argument argument =
        unit.entity != kNoEntity ? EntityArgument(*view.table, unit.entity, unit.span) : TextArgument(view, unit.span);
    found.arguments.push_back({std::move(argument), i});
  }
  return found;
}

constexpr TermSet kPointers = {"该", "本", "此", "这个"};
constexpr TermSet kSites = {"基地", "项目", "园区", "工程", "工厂", "厂区", "生产线", "产线", "电站", "车间"};

// 该基地总投资3亿元，计划明年建成投产: a site without a name is what the sentence is about, in front of the cue.
bool SpeaksOfASite(const SentenceView& sentence, UnitRange cue) {
  bool pointed = false;
  for (size_t i = 0; i < cue.begin; ++i) {
    const Unit& unit = sentence.units[i];
    if (pointed && unit.entity == kNoEntity && kSites.Contains(unit.term)) return true;
    if (kPointers.Contains(unit.term)) {
      pointed = true;
    } else if (!unit.IsWord()) {
      pointed = false;
    }
  }
  return false;
}

// Carries the topic over where the cue's clause has no name of its own in front of the cue, and where no site is what
// a rule that takes sites would be about.
std::optional<uint32_t> Carried(const ArticleView& view, const SentenceView& sentence, const ArgumentRule& rule,
                                UnitRange cue) {
  if (!rule.carry || sentence.topic == kNoEntity) return std::nullopt;
  if (!rule.Takes(view.table->entities[sentence.topic].type)) return std::nullopt;
  if (rule.Takes(EntityType::kFac) && SpeaksOfASite(sentence, cue)) return std::nullopt;
  for (size_t i = cue.begin; i > 0 && sentence.units[i - 1].clause == sentence.units[cue.begin].clause; --i) {
    if (sentence.units[i - 1].IsMention() && rule.Takes(sentence.units[i - 1].type)) return std::nullopt;
  }
  return sentence.topic;
}

Found Resolve(const ArticleView& view, const SentenceView& sentence, const ArgumentRule& rule, UnitRange cue) {
  if (const std::optional<size_t> unit = FindArgument(sentence, rule, cue)) {
    return ByUnits(view, sentence, ListMembers(sentence, *unit, rule));
  }
  Found found;
  if (const std::optional<uint32_t> topic = Carried(view, sentence, rule, cue)) {
    found.arguments.push_back({EntityArgument(*view.table, *topic, {}), std::nullopt});
    found.trust = kCarriedTrust;
    return found;
  }
  if (rule.text) {
    found.trust = kPhraseTrust;
    for (const Span span : FindNounPhrases(sentence, rule.side, cue, view.list->text)) {
      found.arguments.push_back({TextArgument(view, span), std::nullopt});
    }
  }
  return found;
}

void AddQualifiers(const ArticleView& view, const SentenceView& sentence, const CueHit& hit,
                   const std::vector<size_t>& used, std::map<std::string, std::string>& qualifiers) {
  for (const QualifierRule& qualifier : hit.rule->qualifiers) {
    std::optional<size_t> unit;
    if (qualifier.argument.Takes(EntityType::kDate) && qualifier.argument.side == Side::kAny) {
      unit = FindDate(sentence, hit.units.begin);
    } else {
      unit = FindArgument(sentence, qualifier.argument, hit.units);
    }
    if (!unit || std::find(used.begin(), used.end(), *unit) != used.end()) continue;
    std::string text;
    for (const size_t member : ListMembers(sentence, *unit, qualifier.argument)) {
      if (!text.empty()) text += "、";
      text += QualifierText(view, sentence.units[member]);
    }
    qualifiers.emplace(qualifier.name, std::move(text));
  }
}

// 甲成立乙, 甲决定成立小组: the verb has an object after all, and it is that which came to be. A name of the subject's
// type right behind the cue shows it; of organisations, which found others, any word that is no mark or preposition.
bool TakesAnObject(const SentenceView& sentence, UnitRange cue, const ArgumentRule& subject) {
  if (cue.end >= sentence.units.size()) return false;
  const Unit& next = sentence.units[cue.end];
  if (next.IsMention()) return subject.Takes(next.type);
  const bool latin = !next.term.empty() && static_cast<unsigned char>(next.term.front()) < 0x80;
  if (!subject.Takes(EntityType::kOrg) || !next.IsWord() || latin) return false;
  return next.pos != text::PartOfSpeech::kPreposition && next.term != "于" && next.term != "至今";
}

}  // namespace

void MatchRelation(const ArticleView& view, size_t sentence_index, const CueHit& hit, const RuleBook& book,
                   FactSink& sink) {
  const SentenceView& sentence = view.sentences[sentence_index];
  const Rule& rule = *hit.rule;
  const std::optional<Modality> modality = rule.modality ? rule.modality : book.ModalityAt(sentence, hit.units);
  if (!modality) return;
  if (!rule.object && rule.subject->side == Side::kBefore && TakesAnObject(sentence, hit.units, *rule.subject)) return;
  const Found subjects = Resolve(view, sentence, *rule.subject, hit.units);
  if (subjects.arguments.empty()) return;

  Found objects;
  if (rule.object && rule.object->peers) {
    if (subjects.arguments.size() < 2) return;
  } else if (rule.object) {
    objects = Resolve(view, sentence, *rule.object, hit.units);
    if (objects.arguments.empty()) return;
  }
  std::vector<size_t> used;
  for (const Found* found : {&subjects, &std::as_const(objects)}) {
    for (const auto& [argument, unit] : found->arguments) {
      if (unit) used.push_back(*unit);
    }
  }
  Fact fact = FactOf(rule, sentence.span);
  fact.confidence *= subjects.trust * objects.trust;
  fact.modality = *modality;
  AddQualifiers(view, sentence, hit, used, fact.qualifiers);
  for (const std::string& name : rule.required) {
    if (!fact.qualifiers.contains(name)) return;
  }
  const uint32_t anchor = sentence.units[hit.units.begin].span.begin;

  if (rule.object && rule.object->peers) {
    fact.subject = subjects.arguments[0].first;
    for (size_t i = 1; i < subjects.arguments.size(); ++i) {
      fact.object = subjects.arguments[i].first;
      sink.Add(fact, anchor);
    }
    return;
  }
  for (const auto& [subject, subject_unit] : subjects.arguments) {
    fact.subject = subject;
    if (!rule.object) {
      fact.object = {};
      sink.Add(fact, anchor);
    }
    for (const auto& [object, object_unit] : objects.arguments) {
      fact.object = object;
      sink.Add(fact, anchor);
    }
  }
}

}  // namespace factline::extract
