#include <algorithm>

#include "indexer/extract/english_facts.h"
#include "indexer/extract/english_lexicon.h"
#include "indexer/extract/term_set.h"
#include "indexer/extract/unit_search.h"
#include "protos/vocab/cat.h"

namespace factline::extract {
namespace {

using enum EnglishClass;

constexpr float kEnglishTrust = 0.69f;  // of the rule's confidence, which is the surest Chinese way's
constexpr size_t kMaxClauseUnits = 60;
constexpr size_t kMaxPhraseUnits = 12;

bool IsWord(const Unit& unit, EnglishClass c) { return unit.IsWord() && IsEnglish(unit.term, c); }
bool IsDeterminer(const Unit& unit) {
  static constexpr TermSet kWords = {"the", "a", "an", "this", "that", "these", "those"};
  return unit.IsWord() && OneOf(unit.term, kWords);
}
bool IsPossessive(const Unit& unit) {
  static constexpr TermSet kWords = {"its", "their", "our", "his", "her"};
  return unit.IsWord() && OneOf(unit.term, kWords);
}
bool IsPreposition(const Unit& unit) {
  static constexpr TermSet kWords = {"of", "in", "at", "on", "for", "to", "by", "with", "from", "over", "into"};
  return unit.IsWord() && OneOf(unit.term, kWords);
}
bool CanBeMeasured(const Unit& unit) {
  if (!unit.IsMention()) return false;
  switch (unit.type) {
    case EntityType::kOrg:
    case EntityType::kPerson:
    case EntityType::kFac:
    case EntityType::kProduct:
    case EntityType::kEvent:
    case EntityType::kAward:
      return true;
    default:
      return false;
  }
}

// What a value is said of, and what of it is measured.
struct Reading {
  Argument subject;
  std::string indicator;
};

class Matcher {
 public:
  Matcher(const ArticleView& view, size_t index)
      : view_(view), index_(index), sentence_(view.sentences[index]), units_(sentence_.units) {}

  std::optional<Reading> Read(size_t value) const {
    if (IsDuration(value)) return std::nullopt;
    const size_t begin = ClauseBegin(value);
    const size_t first_verb = FirstVerb(begin, value);
    if (first_verb == value) return WithNoun(begin, value);
    const size_t last_verb = LastVerb(begin, value);
    if (units_[last_verb].term == "worth") return OfWorth(begin, last_verb);
    std::optional<Reading> reading = OfPhrase(begin, first_verb);
    if (!reading) return std::nullopt;
    if (reading->indicator.empty()) reading->indicator = IndicatorOf(last_verb, value);
    return reading;
  }

  // , up 22% from 2021; , an increase of 15%: goes on about what the value before was said of.
  bool GoesOn(size_t value) const {
    static constexpr TermSet kLeads = {"up", "down", "an", "a", "or", "compared", "versus", "about"};
    for (size_t n = 1; n <= 8 && n < value; ++n) {
      if (units_[value - n].IsValue()) return n <= 2;  // 18% to $210 million
      if (units_[value - n].term == ",") return OneOf(units_[value - n + 1].term, kLeads);
    }
    return false;
  }

  // A profit of [$12 million]: the noun before "of"; empty if there is none.
  std::string NounBeforeOf(size_t value) const {
    if (value < 2 || units_[value - 1].term != "of") return {};
    size_t begin = value - 1;
    while (begin > 0 && value - begin < 6 && units_[begin - 1].IsWord() && !IsDeterminer(units_[begin - 1]) &&
           !IsPossessive(units_[begin - 1]) && !IsPreposition(units_[begin - 1]) && !IsWord(units_[begin - 1], kVerb)) {
      --begin;
    }
    return begin < value - 1 ? Text(begin, value - 1) : std::string();
  }

 private:
  std::string Text(size_t begin, size_t end) const {
    if (begin >= end) return {};
    return std::string(view_.TextOf({units_[begin].span.begin, units_[end - 1].span.end_exclusive}));
  }

  // Over five years, within 20 days: when, not how much.
  bool IsDuration(size_t value) const {
    static constexpr TermSet kTimes = {"years", "year",  "months",  "month",  "weeks",
                                       "days",  "hours", "minutes", "seconds"};
    static constexpr TermSet kLeads = {"over", "for",  "in",   "within", "after", "every", "per",
                                       "past", "next", "last", "than",   "first", "the"};
    const text::Value& v = view_.analysis->values[units_[value].value];
    return OneOf(std::string_view(v.unit), kTimes) && value > 0 && OneOf(units_[value - 1].term, kLeads);
  }

  // Behind what the value's clause does not reach over: a quotation mark, a semicolon, who says so.
  size_t ClauseBegin(size_t value) const {
    static constexpr TermSet kJoins = {"and", "but", "while", "when", "which", "as"};
    for (size_t i = value; i > 0 && value - i < kMaxClauseUnits; --i) {
      const Unit& unit = units_[i - 1];
      if (unit.term == ";" || unit.term == ":" || unit.term == "—" || unit.term == "–" || unit.term == "-" ||
          IsQuote(unit)) {
        if (unit.term == "-" && unit.span.end_exclusive == units_[i].span.begin) continue;
        return i;
      }
      if (IsWord(unit, kSpeech)) return BehindSpeech(i, value);
      if (unit.term == "," && OneOf(units_[i].term, kJoins) && FirstVerb(i + 1, value) < value) {
        // , and employs: the subject stands before it.
        const bool which = units_[i].term == "which";
        if (!which && FirstVerb(i + 1, value) > i + 1) return i + 1;
      }
    }
    return value > kMaxClauseUnits ? value - kMaxClauseUnits : 0;
  }

  // Told reporters [the battery kept], said on Monday [it would].
  size_t BehindSpeech(size_t at, size_t value) const {
    for (size_t i = at; i < value && i < at + 8; ++i) {
      if (units_[i].term == "that") return i + 1;
      const bool begins = IsDeterminer(units_[i]) || IsPossessive(units_[i]) || units_[i].term == "it" ||
                          (units_[i].IsMention() && units_[i].type != EntityType::kGpe);
      if (begins && i > at) return i;
      if (begins && units_[at - 1].term != "told") return i;
    }
    return at;
  }

  size_t FirstVerb(size_t begin, size_t end) const {
    for (size_t i = begin; i < end; ++i) {
      if (IsWord(units_[i], kVerb)) return i;
    }
    return end;
  }
  size_t LastVerb(size_t begin, size_t end) const {
    for (size_t i = end; i > begin; --i) {
      if (IsWord(units_[i - 1], kVerb)) return i - 1;
    }
    return begin;
  }

  std::optional<Reading> OfEntity(uint32_t entity, Span span, std::string indicator) const {
    return Reading{.subject = EntityArgument(*view_.table, entity, span), .indicator = std::move(indicator)};
  }
  // A lender with assets of [$9.7 billion]: of the name before it.
  std::optional<Reading> WithNoun(size_t begin, size_t value) const {
    std::string noun = NounBeforeOf(value);
    if (noun.empty()) return std::nullopt;
    for (size_t i = begin; i < value; ++i) {
      if (CanBeMeasured(units_[i])) return OfEntity(units_[i].entity, units_[i].span, std::move(noun));
    }
    return std::nullopt;
  }

  // A noun phrase ends where a clause about it begins: corals bred at …; knitwear, which ….
  std::optional<Reading> OfText(size_t begin, size_t end) const {
    for (size_t i = begin + 1; i < end; ++i) {
      if (units_[i].IsPunctuation() && units_[i].term != "-" && units_[i].term != "'") end = i;
    }
    if (begin >= end || end - begin > kMaxPhraseUnits) return std::nullopt;
    return Reading{.subject = TextArgument(view_, {units_[begin].span.begin, units_[end - 1].span.end_exclusive})};
  }

  // The subject's phrase: units [begin, end) before the verb.
  std::optional<Reading> OfPhrase(size_t begin, size_t end) const {
    static constexpr TermSet kPronouns = {"it", "they", "we", "which", "that", "who"};
    begin = SkipAdverbial(begin, end);
    while (begin < end && (IsDeterminer(units_[begin]) || units_[begin].IsPunctuation())) ++begin;
    if (begin == end) return std::nullopt;
    const Unit& head = units_[begin];
    if (CanBeMeasured(head)) return OfEntity(head.entity, head.span, OwnedNoun(begin + 1, end));
    if (IsPossessive(head) || OneOf(head.term, kPronouns)) {
      const auto org = OrgInTalk(view_, index_, begin);
      if (!org) return std::nullopt;
      return OfEntity(*org, {}, IsPossessive(head) ? Text(begin + 1, end) : std::string());
    }
    for (size_t i = begin + 1; i < end; ++i) {  // shares of A, profit at A
      if (units_[i].IsMention() && units_[i].type == EntityType::kOrg && IsPreposition(units_[i - 1])) {
        return OfEntity(units_[i].entity, units_[i].span, Text(begin, i - 1));
      }
    }
    bool place = false;
    bool finance = false;
    for (size_t i = begin; i < end; ++i) {
      place |= units_[i].IsMention();
      finance |= IsWord(units_[i], kFinance);
    }
    if (finance && !place) {
      if (const auto org = OrgInTalk(view_, index_, begin)) return OfEntity(*org, {}, Text(begin, end));
    }
    return OfText(begin, end);
  }

  // Northvale's [revenue] rose.
  std::string OwnedNoun(size_t begin, size_t end) const {
    if (begin >= end || (units_[begin].term != "'s" && units_[begin].term != "’s")) return {};
    return Text(begin + 1, end);
  }

  // In 2022, sales …: behind the comma.
  size_t SkipAdverbial(size_t begin, size_t end) const {
    static constexpr TermSet kLeads = {"in",    "on",      "for",    "by",      "during",    "after",
                                       "since", "under",   "with",   "founded", "based",     "established",
                                       "as",    "created", "formed", "set",     "according", "despite"};
    if (begin >= end || !units_[begin].IsWord() || !OneOf(units_[begin].term, kLeads)) return begin;
    for (size_t i = begin; i < end; ++i) {
      if (units_[i].term == ",") return i + 1;
    }
    return begin;
  }

  // A deal worth 480 billion yen; the prize, worth 500,000 euros; the award, which is worth £60,000.
  std::optional<Reading> OfWorth(size_t begin, size_t worth) const {
    size_t end = worth;
    while (end > begin && (units_[end - 1].term == "," || units_[end - 1].term == "is" ||
                           units_[end - 1].term == "was" || units_[end - 1].term == "which")) {
      --end;
    }
    size_t from = end;
    while (from > begin && end - from < 5 && units_[from - 1].IsWord() && !IsDeterminer(units_[from - 1]) &&
           !IsPreposition(units_[from - 1]) && !IsWord(units_[from - 1], kVerb)) {
      --from;
    }
    std::optional<Reading> reading;
    if (from == end && end > begin && CanBeMeasured(units_[end - 1])) {
      reading = OfEntity(units_[end - 1].entity, units_[end - 1].span, {});
    } else {
      reading = OfText(from, end);
    }
    if (reading) reading->indicator = "worth";
    return reading;
  }

  // What of the subject is measured: the noun before "of", the words between verb and number, else the verb.
  std::string IndicatorOf(size_t verb, size_t value) const {
    if (std::string noun = NounBeforeOf(value); !noun.empty()) return noun;
    static constexpr TermSet kHedges = {"about", "up",   "nearly", "between", "around", "almost", "roughly",
                                        "more",  "less", "than",   "least",   "some",   "another"};
    size_t begin = verb + 1;
    size_t end = value;
    while (end > begin && (IsPreposition(units_[end - 1]) || OneOf(units_[end - 1].term, kHedges))) {
      --end;
    }
    while (begin < end && (IsDeterminer(units_[begin]) || IsPreposition(units_[begin]))) ++begin;
    bool plain = begin < end;
    for (size_t i = begin; i < end; ++i) plain &= units_[i].IsWord();
    if (plain && end - begin <= 4) return Text(begin, end);
    return std::string(units_[verb].term);
  }

  const ArticleView& view_;
  const size_t index_;
  const SentenceView& sentence_;
  const std::vector<Unit>& units_;
};

}  // namespace

void MatchEnglishMeasures(const ArticleView& view, size_t sentence_index, const Rule& rule, const RuleBook& book,
                          FactSink& sink) {
  const SentenceView& sentence = view.sentences[sentence_index];
  const Matcher matcher(view, sentence_index);
  std::optional<Reading> before;
  for (size_t i = 0; i < sentence.units.size(); ++i) {
    const Unit& unit = sentence.units[i];
    if (!unit.IsValue() || unit.type == EntityType::kDate || unit.depth > 0) continue;
    std::optional<Reading> reading;
    if (before && matcher.GoesOn(i)) {
      reading = before;
      if (std::string noun = matcher.NounBeforeOf(i); !noun.empty() && noun != "increase" && noun != "rise") {
        reading->indicator = std::move(noun);
      }
    } else {
      reading = matcher.Read(i);
    }
    if (!reading) continue;
    before = reading;
    const text::Value& value = view.analysis->values[unit.value];
    Fact fact = FactOf(rule, sentence.span);
    fact.confidence *= kEnglishTrust;
    fact.modality = rule.modality.value_or(book.ModalityOfValue(sentence, i));
    fact.subject = reading->subject;
    fact.value = value;
    fact.qualifiers["indicator"] = reading->indicator;
    fact.qualifiers["comparator"] = ComparatorSign(value.comparator);
    fact.qualifiers["change"] = ChangeName(value.change);
    if (value.number_to) fact.qualifiers["value_to"] = Cat(*value.number_to);
    if (const auto date = FindDate(sentence, i)) {
      fact.qualifiers["date"] = QualifierText(view, sentence.units[*date]);
    }
    sink.Add(std::move(fact), unit.span.begin);
  }
}

bool IsEnglishSentence(const SentenceView& sentence) {
  size_t latin = 0;
  size_t other = 0;
  const std::string_view text = sentence.cue_text;
  for (size_t at = 0; at < text.size() && 4 * other < latin + (text.size() - at); ++at) {
    const auto c = static_cast<unsigned char>(text[at]);
    latin += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    other += (c & 0xC0) == 0xC0;
    if ((c & 0xF0) == 0xE0) at += 2;  // a character of three bytes
  }
  return latin > 4 * other;
}

}  // namespace factline::extract
