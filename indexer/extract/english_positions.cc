#include <algorithm>

#include "indexer/extract/english_facts.h"
#include "indexer/extract/english_lexicon.h"
#include "indexer/extract/term_set.h"
#include "indexer/extract/unit_search.h"

namespace factline::extract {
namespace {

bool IsPerson(const Unit& unit) { return unit.IsMention() && unit.type == EntityType::kPerson && !unit.is_reference; }

// Who holds the office, and of what body; `dated` where the text tells of taking or leaving it.
struct Holding {
  size_t person = 0;
  std::optional<uint32_t> body;
  Span body_span;
  bool dated = false;
  Modality modality = Modality::kAsserted;
};

class Matcher {
 public:
  Matcher(const ArticleView& view, size_t index, const RuleBook& book)
      : view_(view), index_(index), book_(book), units_(view.sentences[index].units) {}

  std::optional<Holding> Of(size_t title) const {
    Holding holding;
    const size_t end = BodyBehind(title, holding);
    if (!holding.body) BodyBefore(title, holding);
    if (PersonBehind(title, end, holding)) {
      if (IsDismissed(title)) holding.modality = Modality::kDenied;
      return holding;
    }
    if (PersonBefore(title, holding)) {
      const bool denied = book_.ModalityAt(Sentence(), {.begin = title, .end = title + 1}) == Modality::kDenied;
      if (denied || Leaves(title)) holding.modality = Modality::kDenied;
      return holding;
    }
    if (!PersonOfVerb(title, holding)) return std::nullopt;
    const std::optional<Modality> modality = ModalityOfVerb(title, holding.person);
    if (!modality) return std::nullopt;
    holding.modality = *modality;
    return holding;
  }

 private:
  const SentenceView& Sentence() const { return view_.sentences[index_]; }

  // Resigned on Monday as [chairman], fired A as [chairman]; not: was replaced by A as.
  bool Leaves(size_t title) const {
    static constexpr TermSet kLeaves = {"fired",   "sacked",   "ousted",    "removed",  "dismissed", "suspended",
                                        "deposed", "replaced", "succeeded", "resigned", "resigns",   "resign",
                                        "retired", "retires",  "retire",    "quit",     "quits",     "departed",
                                        "departs", "down",     "left"};
    static constexpr TermSet kOthers = {"to", "and", "but", ","};
    constexpr size_t kMaxArticles = 2, kMaxUnits = 6;
    size_t as = title;
    for (size_t n = 0; n <= kMaxArticles && as > 0 && units_[as].term != "as"; ++n) --as;
    if (units_[as].term != "as") return false;
    for (size_t n = 1; n <= kMaxUnits && n <= as; ++n) {
      const Unit& unit = units_[as - n];
      if (OneOf(unit.term, kOthers) || (unit.term == "by" && IsPerson(units_[as - n + 1]))) return false;
      if (unit.IsWord() && OneOf(unit.term, kLeaves)) return true;
    }
    return false;
  }

  // Fired its [chairman] A.
  bool IsDismissed(size_t title) const {
    static constexpr TermSet kDismisses = {"fired", "sacked", "ousted", "dismissed", "fires", "sacks", "ousts"};
    constexpr size_t kMaxUnits = 2;
    for (size_t n = 1; n <= kMaxUnits && n <= title && units_[title - n].IsWord(); ++n) {
      if (OneOf(units_[title - n].term, kDismisses)) return true;
    }
    return false;
  }

  // How the verb between person and title, and what leads to the person (will name A as), put it.
  std::optional<Modality> ModalityOfVerb(size_t title, size_t person) const {
    constexpr size_t kMaxLead = 3;
    std::optional<Modality> told = book_.ModalityAt(Sentence(), {.begin = title, .end = title + 1}, person + 1);
    if (told == Modality::kAsserted) {
      const size_t from = person > kMaxLead ? person - kMaxLead : 0;
      told = book_.ModalityAt(Sentence(), {.begin = person, .end = person + 1}, from);
    }
    if (!told) return std::nullopt;
    // Who is yet to leave, or refuses to, still holds it.
    if (!IsSuccessor(title, person) && Leaves(title)) {
      return *told == Modality::kAsserted ? Modality::kDenied : Modality::kAsserted;
    }
    if (told == Modality::kAsserted && IsToBe(title, person)) return Modality::kPlanned;
    return told;
  }

  // A was appointed to become [president].
  bool IsToBe(size_t title, size_t person) const {
    static constexpr TermSet kBe = {"be", "become"};
    for (size_t i = person + 2; i < title; ++i) {
      if (OneOf(units_[i].term, kBe)) return units_[i - 1].term == "to";
    }
    return false;
  }

  // Replaced B as, took over from B as: B, whose office another takes, stands at `person`.
  bool IsReplaced(size_t person) const {
    static constexpr TermSet kReplaces = {"succeed",  "succeeds", "succeeded", "succeeding", "replace",
                                          "replaces", "replaced", "replacing", "from"};
    return person > 0 && units_[person - 1].IsWord() && OneOf(units_[person - 1].term, kReplaces);
  }

  // Another whom the person replaces stands between.
  bool IsSuccessor(size_t title, size_t person) const {
    for (size_t i = person + 1; i < title; ++i) {
      if (IsPerson(units_[i]) && IsReplaced(i)) return true;
    }
    return false;
  }

  void SetBody(size_t unit, Holding& holding) const {
    holding.body = units_[unit].entity;
    holding.body_span = units_[unit].span;
  }

  // Chief executive of Northvale Motors; president of state utility Norland Power. Where the phrase ends.
  size_t BodyBehind(size_t title, Holding& holding) const {
    static constexpr TermSet kOf = {"of", "at", "for", "with"};
    constexpr size_t kMaxWords = 6;
    if (title + 1 >= units_.size() || !units_[title + 1].IsWord() || !OneOf(units_[title + 1].term, kOf)) {
      return title + 1;
    }
    for (size_t i = title + 2; i < units_.size() && i < title + 2 + kMaxWords; ++i) {
      if (units_[i].IsInstitution()) {
        SetBody(i, holding);
        return i + 1;
      }
      if (!units_[i].IsWord()) break;
    }
    return title + 1;
  }

  // Northvale's chairman, Northvale Chief Executive A, its chairman.
  void BodyBefore(size_t title, Holding& holding) const {
    static constexpr TermSet kIts = {"its", "their", "his", "her"};
    size_t at = title;
    if (at > 0 && units_[at - 1].IsWord() && (units_[at - 1].term == "'s" || units_[at - 1].term == "’s")) --at;
    if (at == 0) return;
    if (units_[at - 1].IsInstitution()) {
      SetBody(at - 1, holding);
    } else if (units_[at - 1].IsWord() && OneOf(units_[at - 1].term, kIts)) {
      holding.body = OrgInTalk(view_, index_, at - 1);
    }
  }

  // Minister A; the mayor of Leeds, A.
  bool PersonBehind(size_t title, size_t end, Holding& holding) const {
    if (end < units_.size() && IsPerson(units_[end])) {
      holding.person = end;
      return true;
    }
    if (end + 1 >= units_.size() || units_[end].term != "," || !IsPerson(units_[end + 1])) return false;
    // A list goes on otherwise: a president, A and B.
    const bool led = holding.body || (title > 0 && units_[title - 1].term == "the");
    holding.person = end + 1;
    return led;
  }

  // A, chief executive of B; A, 52, a former president.
  bool PersonBefore(size_t title, Holding& holding) const {
    constexpr size_t kMaxWords = 5;
    size_t at = title;
    while (at > 0 && title - at < kMaxWords && units_[at - 1].term != "," &&
           (units_[at - 1].IsWord() || units_[at - 1].IsTitle() || units_[at - 1].IsInstitution())) {
      --at;
    }
    if (at < 2 || units_[at - 1].term != ",") return false;
    size_t before = at - 2;
    if (!IsPerson(units_[before]) && before >= 2 && units_[before - 1].term == ",") before -= 2;  // an age
    if (!IsPerson(units_[before])) return false;
    // A verb between the comma and the title begins another clause.
    for (size_t i = at; i < title; ++i) {
      if (units_[i].IsWord() && IsEnglish(units_[i].term, EnglishClass::kVerb)) return false;
    }
    holding.person = before;
    return true;
  }

  // A was president of B; B named A as its deputy minister.
  bool PersonOfVerb(size_t title, Holding& holding) const {
    static constexpr TermSet kIs = {"was", "is", "became", "become", "becomes", "remains", "be", "as"};
    static constexpr TermSet kNames = {"named", "names",  "appointed", "appoints",  "elected", "elects",
                                       "hired", "picked", "chose",     "nominated", "promoted"};
    // The same, and its end, of whom it is done to.
    static constexpr TermSet kDoes = {"name",  "appoint", "elect",  "hire",    "nominate",
                                      "fired", "sacked",  "ousted", "removed", "dismissed"};
    constexpr size_t kMaxUnits = 14;
    bool is = false;
    for (size_t n = 1; n <= kMaxUnits && n <= title; ++n) {
      const size_t i = title - n;
      if (units_[i].term == "." || IsQuote(units_[i])) return false;
      if (units_[i].IsWord()) is |= OneOf(units_[i].term, kIs) || OneOf(units_[i].term, kNames);
      if (!IsPerson(units_[i])) continue;
      const bool named =
          i > 0 && units_[i - 1].IsWord() && (OneOf(units_[i - 1].term, kNames) || OneOf(units_[i - 1].term, kDoes));
      if (IsReplaced(i)) continue;  // picked A to succeed B as director: not B
      if (!is && !named) return false;
      holding.person = i;
      holding.dated = true;
      if (named && (!holding.body || !holding.body_span.size_bytes())) NamingBody(i - 1, holding);
      return true;
    }
    return false;
  }

  void NamingBody(size_t verb, Holding& holding) const {
    constexpr size_t kMaxUnits = 8;
    for (size_t n = 1; n <= kMaxUnits && n <= verb; ++n) {
      if (!units_[verb - n].IsInstitution()) continue;
      SetBody(verb - n, holding);
      // Ministry of Energy of Norland: a body comes before its place.
      if (units_[verb - n].type == EntityType::kOrg) return;
    }
  }

  const ArticleView& view_;
  const size_t index_;
  const RuleBook& book_;
  const std::vector<Unit>& units_;
};

}  // namespace

std::optional<uint32_t> OrgInTalk(const ArticleView& view, size_t sentence_index, size_t unit) {
  constexpr size_t kMaxSentences = 4;
  constexpr size_t kMaxUnits = 200;
  for (size_t n = 0; n < kMaxSentences && n <= sentence_index; ++n) {
    const SentenceView& sentence = view.sentences[sentence_index - n];
    size_t end = n == 0 ? unit : sentence.units.size();
    if (n == 0) {
      for (size_t i = end; i > 0 && end - i < kMaxUnits; --i) {
        const Unit& u = sentence.units[i - 1];
        if (u.IsMention() && u.type == EntityType::kOrg) return u.entity;
      }
      continue;
    }
    // Of a sentence before, the first one named is what it is about.
    for (size_t i = 0; i < end && i < kMaxUnits; ++i) {
      const Unit& u = sentence.units[i];
      if (u.IsMention() && u.type == EntityType::kOrg) return u.entity;
    }
  }
  return std::nullopt;
}

void MatchEnglishPositions(const ArticleView& view, size_t sentence_index, const Rule& rule, const RuleBook& book,
                           FactSink& sink) {
  const SentenceView& sentence = view.sentences[sentence_index];
  const Matcher matcher(view, sentence_index, book);
  for (size_t i = 0; i < sentence.units.size(); ++i) {
    if (!sentence.units[i].IsTitle()) continue;
    const std::optional<Holding> holding = matcher.Of(i);
    if (!holding) continue;
    const Unit& person = sentence.units[holding->person];
    Fact fact = FactOf(rule, sentence.span);
    fact.modality = rule.modality.value_or(holding->modality);
    fact.subject = EntityArgument(*view.table, person.entity, person.span);
    if (holding->body) fact.object = EntityArgument(*view.table, *holding->body, holding->body_span);
    fact.qualifiers["title"] = std::string(sentence.units[i].term);
    if (holding->dated) {
      if (const auto date = FindDate(sentence, i)) {
        fact.qualifiers["date"] = QualifierText(view, sentence.units[*date]);
      }
    }
    sink.Add(std::move(fact), person.span.begin);
  }
}

}  // namespace factline::extract
