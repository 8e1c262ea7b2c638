#include "indexer/extract/position_matcher.h"

#include <optional>
#include <vector>

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

  void Emit(size_t person, const Office& office) {
    const Unit& title = sentence_.units[office.title];
    if (Lexicon::BuiltIn().Is(title.term, WordClass::kTitlePlain)) return;
    if (!office.body && BodyIsUnknown(office.title)) return;
    Fact fact = FactOf(rule_, sentence_.span);
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

// 任, 担任, 当选为 between a person and a title of the same clause.
bool TakesOffice(const SentenceView& sentence, size_t person, size_t title) {
  for (size_t i = person + 1; i < title; ++i) {
    const Unit& unit = sentence.units[i];
    if (unit.clause != sentence.units[person].clause || IsPerson(unit)) return false;
  }
  for (size_t i = person + 1; i < title && i < person + 8; ++i) {
    const std::string_view term = sentence.units[i].term;
    for (const std::string_view verb :
         {"任", "担任", "出任", "当选", "当选为", "现任", "曾任", "兼任", "是", "为", "接任", "升任"}) {
      if (term == verb) return true;
    }
  }
  return false;
}

}  // namespace

void MatchPositions(const ArticleView& view, size_t sentence_index, const Rule& rule, FactSink& sink) {
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
        const bool gathered = after > last + 1 || (persons.size() > 1 && units[last - 1].term == "、");
        for (const size_t person : persons) {
          if (own && (gathered || person == last)) emitter.Emit(person, {.title = after, .body = std::nullopt});
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
      if (!IsPerson(units[person])) continue;
      if (TakesOffice(sentence, person, i)) emitter.Emit(person, {.title = i, .body = BodyBefore(sentence, i)});
      break;
    }
  }
}

}  // namespace factline::extract
