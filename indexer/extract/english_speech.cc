#include <algorithm>

#include "indexer/extract/english_facts.h"
#include "indexer/extract/english_lexicon.h"
#include "indexer/extract/term_set.h"

namespace factline::extract {
namespace {

constexpr size_t kMinSpeechWords = 3;
constexpr size_t kMaxNounPhrase = 10;
constexpr size_t kMaxApposition = 16;
constexpr size_t kMaxSpeechUnits = 400;

bool CanSpeak(const Unit& unit) {
  return unit.IsMention() && (unit.type == EntityType::kPerson || unit.type == EntityType::kOrg);
}

bool IsComma(const Unit& unit) { return unit.term == ","; }

// Are units [begin, end) more than a word or two?
bool IsSpeech(const SentenceView& sentence, size_t begin, size_t end) {
  size_t count = 0;
  for (size_t i = begin; i < end && count < kMinSpeechWords; ++i) count += !sentence.units[i].IsPunctuation();
  return count == kMinSpeechWords;
}

struct Speaker {
  size_t unit = 0;
  size_t phrase_begin = 0;  // of the words that name the speaker, title and office included
  bool inverted = false;    // said A
};

// Back over the titles, bodies and articles that stand before a name without a comma.
size_t PhraseBegin(const SentenceView& sentence, size_t unit) {
  static constexpr TermSet kInside = {"the", "a", "an", "of", "its",   "for", "at",
                                      "'s",  "s", "'",  "’s", "state", "and", "former"};
  size_t begin = unit;
  while (begin > 0 && unit - begin < kMaxNounPhrase) {
    const Unit& before = sentence.units[begin - 1];
    const bool inside = (before.IsMention() && !before.is_reference) ||
                        (before.IsWord() && OneOf(before.term, kInside)) ||
                        (before.IsWord() && IsEnglish(before.term, EnglishClass::kDemonym)) ||
                        (before.IsWord() && IsEnglish(before.term, EnglishClass::kPersonKind));
    if (!inside) break;
    --begin;
  }
  return begin;
}

std::optional<Speaker> SpeakerBehind(const SentenceView& sentence, size_t verb_end) {
  for (size_t i = verb_end; i < sentence.units.size() && i < verb_end + kMaxNounPhrase; ++i) {
    const Unit& unit = sentence.units[i];
    if (unit.IsPunctuation() || unit.IsValue()) return std::nullopt;
    if (!CanSpeak(unit)) continue;
    // Said Northvale Motors chief executive Margaret Holloway: the person, if one follows.
    for (size_t k = i + 1; k < sentence.units.size() && k < i + 5 && !sentence.units[k].IsPunctuation(); ++k) {
      if (sentence.units[k].IsMention() && sentence.units[k].type == EntityType::kPerson) {
        return Speaker{.unit = k, .phrase_begin = verb_end, .inverted = true};
      }
      // A, its chairman, said Northvale would build: what is said begins here.
      if (sentence.units[k].IsWord() && IsEnglish(sentence.units[k].term, EnglishClass::kVerb)) return std::nullopt;
    }
    return Speaker{.unit = i, .phrase_begin = verb_end, .inverted = true};
  }
  return std::nullopt;
}

std::optional<Speaker> SpeakerBefore(const SentenceView& sentence, size_t verb) {
  const auto& units = sentence.units;
  if (verb == 0) return std::nullopt;
  if (IsComma(units[verb - 1])) {
    // The mayor of Leeds, A, said; A, chief executive of B, said.
    if (verb >= 2 && CanSpeak(units[verb - 2]) && units[verb - 2].type == EntityType::kPerson) {
      size_t begin = verb - 2;
      if (begin > 0 && IsComma(units[begin - 1])) begin = PhraseBegin(sentence, begin - 1);
      return Speaker{.unit = verb - 2, .phrase_begin = begin};
    }
    for (size_t n = 2; n < kMaxApposition && n < verb; ++n) {
      const size_t i = verb - 1 - n;
      if (IsQuote(units[i])) return std::nullopt;
      if (CanSpeak(units[i]) && IsComma(units[i + 1])) {
        return Speaker{.unit = i, .phrase_begin = PhraseBegin(sentence, i)};
      }
    }
    return std::nullopt;
  }
  for (size_t n = 1; n <= 3 && n <= verb; ++n) {
    const Unit& unit = units[verb - n];
    if (CanSpeak(unit)) return Speaker{.unit = verb - n, .phrase_begin = PhraseBegin(sentence, verb - n)};
    if (!unit.IsWord()) break;
  }
  return std::nullopt;
}

// Whom one tells: reporters, a news conference, the Shipping Association.
size_t SkipListener(const SentenceView& sentence, size_t at) {
  static constexpr TermSet kArticles = {"a", "an", "the", "his", "her", "their"};
  static constexpr TermSet kBegins = {"that", "the", "it", "he", "she", "they", "its", "this", "we", "there"};
  const auto& units = sentence.units;
  if (at < units.size() && units[at].IsWord() && OneOf(units[at].term, kArticles)) ++at;
  if (at >= units.size() || units[at].IsPunctuation()) return at;
  if (units[at].IsMention() && !units[at].is_reference) return at + 1;
  size_t i = at;
  while (i < units.size() && i < at + 4 && units[i].IsWord() && !OneOf(units[i].term, kBegins)) ++i;
  const bool placed = i > at && (units[i - 1].term == "in" || units[i - 1].term == "at" || units[i - 1].term == "on");
  const bool clause = i < units.size() && i > at && !placed && (OneOf(units[i].term, kBegins) || units[i].IsMention());
  return clause ? i : at + 1;
}

// Where and when one says it: on Monday, in a statement, at a news conference in Helsinki.
size_t SkipAdverbials(const SentenceView& sentence, size_t at) {
  static constexpr TermSet kMedia = {"statement", "interview", "conference", "report",   "filing",
                                     "briefing",  "email",     "e-mail",     "speech",   "post",
                                     "letter",    "telephone", "meeting",    "hearing",  "release",
                                     "reporters", "lawmakers", "investors",  "analysts", "event"};
  static constexpr TermSet kPrepositions = {"on",    "in",   "at",    "during",  "by",  "to",
                                            "after", "late", "early", "earlier", "via", "from"};
  const auto& units = sentence.units;
  for (int n = 0; n < 4 && at < units.size(); ++n) {
    if (units[at].IsValue() && units[at].type == EntityType::kDate) {
      ++at;
      continue;
    }
    if (!units[at].IsWord() || !OneOf(units[at].term, kPrepositions)) break;
    size_t end = 0;
    for (size_t i = at + 1; i < units.size() && i < at + 6 && !units[i].IsPunctuation(); ++i) {
      const bool date = units[i].IsValue() && units[i].type == EntityType::kDate;
      const bool place = i == at + 1 && units[i].IsMention() && units[i].type == EntityType::kGpe;
      if (date || place || (units[i].IsWord() && OneOf(units[i].term, kMedia))) {
        end = i + 1;
        break;
      }
    }
    if (end == 0) break;
    at = end;
  }
  return at;
}

bool IsEdge(const Unit& unit) {
  return unit.IsPunctuation() && (IsQuote(unit) || unit.term == "," || unit.term == "." || unit.term == ":" ||
                                  unit.term == "-" || unit.term == "—" || unit.term == "–");
}

void Emit(const ArticleView& view, const SentenceView& sentence, const CueHit& hit, size_t speaker, size_t begin,
          size_t end, FactSink& sink) {
  const auto& units = sentence.units;
  while (begin < end && IsEdge(units[begin])) ++begin;
  while (end > begin && IsEdge(units[end - 1])) --end;
  if (!IsSpeech(sentence, begin, end)) return;
  Fact fact = FactOf(*hit.rule, sentence.span);
  fact.subject = EntityArgument(*view.table, units[speaker].entity, units[speaker].span);
  fact.object = TextArgument(view, {units[begin].span.begin, units[end - 1].span.end_exclusive});
  sink.AddSpeech(std::move(fact), units[hit.units.begin].span.begin);
}

}  // namespace

bool IsQuote(const Unit& unit) {
  return unit.term == "\"" || unit.term == "“" || unit.term == "”" || unit.term == "''" || unit.term == "``";
}

void MatchEnglishSpeech(const ArticleView& view, size_t sentence_index, const CueHit& hit, FactSink& sink) {
  const SentenceView& sentence = view.sentences[sentence_index];
  const auto& units = sentence.units;
  const size_t verb = hit.units.begin;
  const bool closes = verb > 0 && (IsComma(units[verb - 1]) || IsQuote(units[verb - 1]));
  std::optional<Speaker> speaker;
  const bool tells = units[verb].term == "told" || units[verb].term == "tells";
  if (closes && verb > 1 && !tells) speaker = SpeakerBehind(sentence, hit.units.end);
  if (!speaker) speaker = SpeakerBefore(sentence, verb);
  if (!speaker) return;
  if (speaker->inverted) {
    Emit(view, sentence, hit, speaker->unit, verb > kMaxSpeechUnits ? verb - kMaxSpeechUnits : 0, verb, sink);
    return;
  }
  const size_t begin = speaker->phrase_begin;
  const bool cut = begin > 0 && (IsComma(units[begin - 1]) || IsQuote(units[begin - 1]));
  const bool quoted = cut && (IsQuote(units[begin - 1]) || (begin > 1 && IsQuote(units[begin - 2])));
  size_t after = hit.units.end;
  if (tells) after = SkipListener(sentence, after);
  after = SkipAdverbials(sentence, after);
  if (after < units.size() && units[after].term == "that") ++after;
  const bool says_after = IsSpeech(sentence, after, units.size());
  if (cut && (quoted || !says_after)) {
    Emit(view, sentence, hit, speaker->unit, begin > kMaxSpeechUnits ? begin - kMaxSpeechUnits : 0, begin, sink);
  } else if (says_after) {
    Emit(view, sentence, hit, speaker->unit, after, std::min(units.size(), after + kMaxSpeechUnits), sink);
  }
}

}  // namespace factline::extract
