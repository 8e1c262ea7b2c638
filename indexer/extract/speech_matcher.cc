#include "indexer/extract/speech_matcher.h"

#include <optional>

#include "protos/vocab/utf8.h"

namespace factline::extract {
namespace {

using text::PartOfSpeech;

constexpr uint32_t kMaxSpeechBytes = 3000;
constexpr size_t kMinSpeechChars = 4;
constexpr size_t kMaxSentencesBack = 8;

std::string_view TrimLeft(std::string_view text) {
  for (bool more = true; more;) {
    more = false;
    for (const std::string_view mark : {"，", "：", ":", ",", " ", "“", "、", "\n", "道", "了"}) {
      if (text.starts_with(mark)) {
        text.remove_prefix(mark.size());
        more = true;
      }
    }
  }
  return text;
}

std::string_view TrimRight(std::string_view text) {
  for (bool more = true; more;) {
    more = false;
    for (const std::string_view mark : {"，", "。", "”", " ", "\n", ","}) {
      if (text.ends_with(mark)) {
        text.remove_suffix(mark.size());
        more = true;
      }
    }
  }
  return text;
}

// At most kMaxSpeechBytes of what is said, no character cut.
std::string_view Beginning(std::string_view said) {
  if (said.size() <= kMaxSpeechBytes) return said;
  size_t end = kMaxSpeechBytes;
  while (end > 0 && IsUtf8Continuation(said[end])) --end;
  return said.substr(0, end);
}

// The place of `part`, which lies in the article's text.
Span SpanIn(const ArticleView& view, std::string_view part) {
  const auto begin = static_cast<uint32_t>(part.data() - view.list->text.data());
  return {begin, begin + static_cast<uint32_t>(part.size())};
}

// From what opens the quotation that ends right before the speaker's clause to its end. The quotation may have begun
// sentences earlier.
std::optional<Span> QuotationBefore(const ArticleView& view, size_t sentence_index, size_t speaker) {
  const SentenceView& sentence = view.sentences[sentence_index];
  // Back to the start of the speaker's clause: titles and organisations may stand between.
  size_t i = speaker;
  const uint32_t clause = sentence.units[speaker].clause;
  while (i > 0 && sentence.units[i - 1].clause == clause && sentence.units[i - 1].term != "”") --i;
  uint32_t end;
  if (i > 0) {
    size_t mark = i - 1;
    if (sentence.units[mark].term == "，" && mark > 0) --mark;
    if (sentence.units[mark].term != "”") return std::nullopt;
    end = sentence.units[mark].span.begin;
  } else {
    if (sentence_index == 0) return std::nullopt;
    const SentenceView& before = view.sentences[sentence_index - 1];
    if (before.units.empty() || before.units.back().term != "”") return std::nullopt;
    if (sentence.span.begin - before.span.end_exclusive > 3) return std::nullopt;
    end = before.units.back().span.begin;
  }
  const uint32_t floor =
      sentence_index >= kMaxSentencesBack ? view.sentences[sentence_index - kMaxSentencesBack].span.begin : 0;
  const uint32_t from = std::max(floor, end > kMaxSpeechBytes ? end - kMaxSpeechBytes : 0);
  const std::string_view window = view.list->text.substr(from, end - from);
  // The opening mark of this quotation: pairs inside it are passed over.
  size_t at = window.size();
  int depth = 0;
  while (at > 0) {
    const size_t c = PreviousCodePoint(window, at);
    const std::string_view mark = window.substr(c, at - c);
    if (mark == "”") ++depth;
    if (mark == "“" && depth-- == 0) return Span{from + static_cast<uint32_t>(at), end};
    at = c;
  }
  return std::nullopt;
}

// Whether a sentence, at most kMaxSentencesBack before `sentence`, begins with the quotation mark before `at`.
bool OpensSentence(const ArticleView& view, size_t sentence, uint32_t at) {
  for (size_t n = 0; n <= kMaxSentencesBack && n <= sentence; ++n) {
    const SentenceView& s = view.sentences[sentence - n];
    if (!s.units.empty() && s.units.front().span.end_exclusive == at) return true;
  }
  return false;
}

// The evidence of a quotation: from its opening mark to the end of the speaker's sentence.
Span WithMark(Span quotation, Span sentence) {
  constexpr uint32_t kMarkBytes = 3;
  return {std::min(quotation.begin - kMarkBytes, sentence.begin), sentence.end_exclusive};
}

// 该负责人表示, 上述人士说: who spoke before goes on.
bool IsTheOfficial(const SentenceView& sentence, size_t verb) {
  for (size_t i = verb, n = 0; i > 0 && n < 3; ++n) {
    const Unit& unit = sentence.units[--i];
    if (unit.term == "该" || unit.term == "这位" || unit.term == "上述") return n > 0;
    if (unit.IsPunctuation() || unit.pos == PartOfSpeech::kVerb) return false;
  }
  return false;
}

// The speaker: nearest before the verb in its clause, at most a few words off.
std::optional<size_t> SpeakerOf(const SentenceView& sentence, const CueHit& hit) {
  const std::optional<size_t> unit = FindArgument(sentence, *hit.rule->subject, hit.units);
  if (!unit) return std::nullopt;
  for (size_t i = *unit + 1; i < hit.units.begin; ++i) {
    const Unit& between = sentence.units[i];
    if (between.term == "的" || between.term == "被" || between.term == "和") return std::nullopt;
  }
  return unit;
}

}  // namespace

void MatchSpeech(const ArticleView& view, size_t sentence_index, const CueHit& hit, const RuleBook& book,
                 FactSink& sink) {
  const SentenceView& sentence = view.sentences[sentence_index];
  if (!hit.rule->subject || hit.units.begin == 0) return;
  if (sentence.units[hit.units.begin].quoted) return;  // who speaks inside a quotation is not this article's source
  const std::optional<size_t> speaker = SpeakerOf(sentence, hit);
  const std::optional<Span> quotation = QuotationBefore(view, sentence_index, speaker.value_or(hit.units.begin));
  uint32_t subject = speaker ? sentence.units[*speaker].entity : kNoEntity;
  Span subject_span = speaker ? sentence.units[*speaker].span : Span{};
  if (subject == kNoEntity && hit.rule->subject->carry && sentence.speaker != kNoEntity) {
    // 他说, or a clause that begins with the verb, goes on with whom the text spoke of.
    const Unit& before = sentence.units[hit.units.begin - 1];
    if (before.pos == PartOfSpeech::kPronoun || IsTheOfficial(sentence, hit.units.begin)) subject = sentence.speaker;
  }
  if (subject == kNoEntity) return;

  Fact fact = FactOf(*hit.rule, sentence.span);
  const bool denied = book.ModalityOfValue(sentence, hit.units.begin) == Modality::kDenied;
  fact.modality = hit.rule->modality.value_or(denied ? Modality::kDenied : Modality::kAsserted);
  fact.subject = EntityArgument(*view.table, subject, subject_span);
  const uint32_t anchor = sentence.units[hit.units.begin].span.begin;

  const auto speakers = speaker ? ListMembers(sentence, *speaker, *hit.rule->subject) : std::vector<size_t>{};
  const auto emit = [&](std::string_view said, Span evidence) {
    if (CountCodePoints(said) < kMinSpeechChars) return;
    fact.object = TextArgument(view, SpanIn(view, said));
    fact.evidence = evidence;
    sink.AddSpeech(fact, anchor);
    for (const size_t other : speakers) {
      if (other == *speaker) continue;
      Fact more = fact;
      more.subject = EntityArgument(*view.table, sentence.units[other].entity, sentence.units[other].span);
      sink.AddSpeech(std::move(more), anchor);
    }
  };
  if (quotation) {
    emit(TrimRight(quotation->In(view.list->text)), WithMark(*quotation, sentence.span));
  }
  const uint32_t verb_end = sentence.units[hit.units.end - 1].span.end_exclusive;
  const std::string_view after = Beginning(view.TextOf({verb_end, sentence.span.end_exclusive}));
  // Directly after the verb only marks and particles may lead in; 介绍了X is no speech.
  if (after.starts_with("了") || after.starts_with("的") || after.starts_with("会") || after.starts_with("过")) return;
  emit(TrimRight(TrimLeft(after)), sentence.span);
}

// 周立民：办好学校…… at the begin of a line: who speaks, and what, as interviews are printed.
void MatchNamedTurn(const ArticleView& view, size_t sentence_index, const Rule& rule, FactSink& sink) {
  constexpr size_t kMaxUnitsToSpeaker = 5;
  constexpr size_t kMinSaidChars = 10;
  const SentenceView& sentence = view.sentences[sentence_index];
  const auto& units = sentence.units;
  if (sentence.span.begin > 0 && view.list->text[sentence.span.begin - 1] != '\n') return;
  for (size_t i = 0; i + 1 < units.size() && i < kMaxUnitsToSpeaker; ++i) {
    if (units[i].IsPunctuation()) return;
    if (!units[i].IsMention() || units[i].type != EntityType::kPerson) continue;
    if (units[i + 1].term != "：" && units[i + 1].term != ":") return;
    const std::string_view said =
        Beginning(view.TextOf({units[i + 1].span.end_exclusive, sentence.span.end_exclusive}));
    if (CountCodePoints(said) < kMinSaidChars) return;
    Fact fact = FactOf(rule, sentence.span);
    fact.subject = EntityArgument(*view.table, units[i].entity, units[i].span);
    fact.object = TextArgument(view, SpanIn(view, TrimRight(TrimLeft(said))));
    sink.AddSpeech(std::move(fact), units[i].span.begin);
    return;
  }
}

void MatchBareQuotation(const ArticleView& view, size_t sentence_index, const Rule& rule, FactSink& sink) {
  constexpr size_t kMaxUnitsToSpeaker = 40;
  constexpr size_t kMinQuotationChars = 10;
  const SentenceView& sentence = view.sentences[sentence_index];
  const auto& units = sentence.units;
  if (units.empty() || units.front().term == "“") return;
  const std::optional<Span> quotation = QuotationBefore(view, sentence_index, 0);
  if (!quotation || !OpensSentence(view, sentence_index, quotation->begin)) return;
  if (CountCodePoints(quotation->In(view.list->text)) < kMinQuotationChars) return;
  for (size_t i = 0; i < units.size() && i < kMaxUnitsToSpeaker; ++i) {
    if (!units[i].IsMention() || units[i].type != EntityType::kPerson) continue;
    Fact fact = FactOf(rule, WithMark(*quotation, sentence.span));
    fact.subject = EntityArgument(*view.table, units[i].entity, units[i].span);
    fact.object = TextArgument(view, SpanIn(view, TrimRight(quotation->In(view.list->text))));
    sink.AddSpeech(std::move(fact), units[i].span.begin);
    return;
  }
}

}  // namespace factline::extract
