#include "indexer/extract/position_matcher.h"

#include <optional>
#include <vector>

#include "indexer/extract/term_set.h"

namespace factline::extract {
namespace {

using text::PartOfSpeech;

constexpr size_t kMaxTitles = 6;
constexpr size_t kMaxWordsBetween = 2;

bool IsPerson(const Unit& unit) { return unit.IsMention() && unit.type == EntityType::kPerson; }

struct Office {
  size_t title;
  std::optional<size_t> body;
};

// The body that the title at `title` belongs to: right before it, or with up to two plain words between.
std::optional<size_t> BodyBefore(const SentenceView& sentence, size_t title) {
  for (size_t n = 0, i = title; i > 0 && n <= kMaxWordsBetween; ++n) {
    --i;
    const Unit& unit = sentence.units[i];
    if (unit.IsInstitution()) return i;
    if (!unit.IsWord() || unit.pos == PartOfSpeech::kVerb || unit.pos == PartOfSpeech::kParticle ||
        unit.pos == PartOfSpeech::kPreposition || unit.pos == PartOfSpeech::kPronoun) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

// The titles that end at unit `end`, from left to right: X大学教授、Y中心副主任. A title without a body of its own has
// the one before it (X局党组成员、副局长).
std::vector<Office> OfficesEndingAt(const SentenceView& sentence, size_t end) {
  std::vector<Office> offices;
  size_t i = end;
  while (i > 0 && offices.size() < kMaxTitles && sentence.units[i - 1].IsTitle()) {
    const size_t title = i - 1;
    const std::optional<size_t> body = BodyBefore(sentence, title);
    offices.push_back({.title = title, .body = body});
    i = body.value_or(title);
    if (i == 0) break;
    const std::string_view joiner = sentence.units[i - 1].term;
    if (joiner != "、" && joiner != "兼" && joiner != "和" && joiner != "，" && joiner != "兼任") {
      if (!sentence.units[i - 1].IsTitle()) break;
      continue;
    }
    --i;
  }
  std::vector<Office> in_order(offices.rbegin(), offices.rend());
  std::optional<size_t> body;
  for (Office& office : in_order) {
    if (office.body) {
      body = office.body;
    } else {
      office.body = body;
    }
  }
  return in_order;
}

// Strips 中国工程院 off 中国工程院院士: the title is 院士, the body is named by the rest.
std::string_view PlainTitle(std::string_view title) {
  constexpr std::string_view kFellow = "院士";
  return title.ends_with(kFellow) ? kFellow : title;
}

class Emitter {
 public:
  Emitter(const ArticleView& view, const SentenceView& sentence, const Rule& rule, FactSink& sink)
      : view_(view), sentence_(sentence), rule_(rule), sink_(sink) {}

  void Emit(size_t person, const Office& office, Modality modality = Modality::kAsserted) {
    const Unit& title = sentence_.units[office.title];
    if (Lexicon::BuiltIn().Is(title.term, WordClass::kTitlePlain)) return;
    if (!office.body && BodyIsUnknown(office.title)) return;
    Fact fact = FactOf(rule_, sentence_.span);
    fact.modality = rule_.modality.value_or(modality);
    fact.subject = EntityArgument(*view_.table, sentence_.units[person].entity, sentence_.units[person].span);
    if (office.body) {
      const Unit& body = sentence_.units[*office.body];
      fact.object = EntityArgument(*view_.table, body.entity, body.span);
    }
    fact.qualifiers["title"] = std::string(PlainTitle(title.term));
    sink_.Add(std::move(fact), sentence_.units[person].span.begin);
  }

 private:
  // Words that touch the title on its left name a body that was not recognised: half an office is no fact.
  bool BodyIsUnknown(size_t title) const {
    if (title == 0) return false;
    const Unit& before = sentence_.units[title - 1];
    return before.IsWord() && (before.pos == PartOfSpeech::kNoun || before.pos == PartOfSpeech::kOrgName ||
                               before.pos == PartOfSpeech::kOtherName || before.pos == PartOfSpeech::kPlaceName);
  }

  const ArticleView& view_;
  const SentenceView& sentence_;
  const Rule& rule_;
  FactSink& sink_;
};

// The persons of the list that begins or ends at `person`; lists of names share the titles around them.
std::vector<size_t> PersonList(const SentenceView& sentence, size_t first) {
  std::vector<size_t> persons{first};
  size_t i = first;
  while (persons.size() < 16 && i + 2 < sentence.units.size() && IsJoiner(sentence.units[i + 1].term) &&
         IsPerson(sentence.units[i + 2])) {
    i += 2;
    persons.push_back(i);
  }
  return persons;
}

constexpr TermSet kTakes = {"任", "担任", "出任", "当选", "当选为", "现任", "曾任", "兼任", "是", "为", "接任", "升任"};
constexpr TermSet kLeaves = {"卸任", "辞去", "辞任", "离任", "请辞"};

// 接替甲担任, 从甲手中接任: not of the person at `person`, who held it before.
bool IsReplaced(const SentenceView& sentence, size_t person) {
  static constexpr TermSet kReplaces = {"接替", "接任", "继任", "取代", "代替", "替代", "顶替"};
  static constexpr TermSet kHands = {"手中", "手上", "手里", "手"};
  constexpr size_t kMaxUnits = 4;  // 接替已卸任的甲
  const auto& units = sentence.units;
  for (size_t n = 1; n <= kMaxUnits && n <= person; ++n) {
    const Unit& unit = units[person - n];
    if (IsPerson(unit) || unit.IsPunctuation()) break;
    if (OneOf(unit.term, kReplaces)) return true;
  }
  return person + 1 < units.size() && OneOf(units[person + 1].term, kHands);
}

// 任, 担任, 卸任 between a person and a title of the same clause; the last of them.
std::optional<size_t> OfficeVerb(const SentenceView& sentence, size_t person, size_t title) {
  constexpr size_t kMaxUnits = 8;
  const auto& units = sentence.units;
  std::optional<size_t> verb;
  for (size_t i = person + 1; i < title; ++i) {
    if (units[i].clause != units[person].clause) return std::nullopt;
    if (IsPerson(units[i]) && !IsReplaced(sentence, i)) return std::nullopt;
    const std::string_view term = units[i].term;
    if (i < person + kMaxUnits && (OneOf(term, kTakes) || OneOf(term, kLeaves))) verb = i;
  }
  return verb;
}

// 免去甲董事长职务, 罢免甲: behind the name is what the person is no longer.
bool IsDismissed(const SentenceView& sentence, size_t person) {
  static constexpr TermSet kDismisses = {"免去", "罢免", "解聘", "撤销", "撤去", "免"};
  return person > 0 && OneOf(sentence.units[person - 1].term, kDismisses);
}

}  // namespace

void MatchPositions(const ArticleView& view, size_t sentence_index, const Rule& rule, const RuleBook& book,
                    FactSink& sink) {
  const SentenceView& sentence = view.sentences[sentence_index];
  const auto& units = sentence.units;
  Emitter emitter(view, sentence, rule, sink);
  for (size_t i = 0; i < units.size(); ++i) {
    if (IsPerson(units[i])) {
      const std::vector<size_t> persons = PersonList(sentence, i);
      for (const Office& office : OfficesEndingAt(sentence, i)) {
        for (const size_t person : persons) emitter.Emit(person, office);
      }
      const size_t last = persons.back();
      // 某某院士; 甲、乙等多名院士
      size_t after = last + 1;
      if (after < units.size() && units[after].term == "等") {
        ++after;
        while (after < units.size() && after < last + 5 &&
               (units[after].IsValue() || units[after].term == "多名" || units[after].term == "多位" ||
                units[after].term == "名" || units[after].term == "多"))
          ++after;
      }
      // 某某院士团队 is a body named after a person.
      const bool names_body = after + 1 < units.size() && units[after + 1].IsWord() &&
                              units[after + 1].Is(WordClass::kOrgGeneric) && !units[after + 1].IsPunctuation();
      if (after < units.size() && units[after].IsTitle() && !names_body) {
        const bool own = after + 1 >= units.size() || !IsPerson(units[after + 1]);
        // 甲和乙教授: the title is the last one's, unless 等 gathers them.
        const Modality told = IsDismissed(sentence, i) ? Modality::kDenied : Modality::kAsserted;
        const bool gathered = after > last + 1 || (persons.size() > 1 && units[last - 1].term == "、");
        for (const size_t person : persons) {
          if (own && (gathered || person == last)) emitter.Emit(person, {.title = after, .body = std::nullopt}, told);
        }
      }
      i = last;
      continue;
    }
    if (!units[i].IsTitle()) continue;
    // 法定代表人为甲; 保荐代表人是甲、乙
    if (i + 2 < units.size() && (units[i + 1].term == "为" || units[i + 1].term == "是" || units[i + 1].term == "：") &&
        IsPerson(units[i + 2])) {
      std::optional<size_t> body = BodyBefore(sentence, i);
      for (const size_t person : PersonList(sentence, i + 2)) emitter.Emit(person, {.title = i, .body = body});
      continue;
    }
    for (size_t n = 1; n < 10 && n <= i; ++n) {
      const size_t person = i - n;
      if (!IsPerson(units[person]) || IsReplaced(sentence, person)) continue;
      const std::optional<size_t> verb = OfficeVerb(sentence, person, i);
      if (!verb) break;
      constexpr size_t kMaxLead = 2;  // 将由甲担任; what stands further in front is told of another
      const size_t from = person > kMaxLead ? person - kMaxLead : 0;
      std::optional<Modality> told = book.ModalityAt(sentence, {.begin = *verb, .end = *verb + 1}, from);
      if (told && OneOf(units[*verb].term, kLeaves)) {  // who is yet to leave, or refuses to, still holds it
        told = *told == Modality::kAsserted ? Modality::kDenied : Modality::kAsserted;
      }
      if (told) emitter.Emit(person, {.title = i, .body = BodyBefore(sentence, i)}, *told);
      break;
    }
  }
}

}  // namespace factline::extract
