#ifndef FACTLINE_INDEXER_EXTRACT_ENGLISH_FACTS_H_
#define FACTLINE_INDEXER_EXTRACT_ENGLISH_FACTS_H_

#include <optional>

#include "indexer/extract/article_view.h"
#include "indexer/extract/fact_sink.h"
#include "indexer/extract/rule_book.h"

namespace factline::extract {

// The forms `speech`, `position` and `measure` for English sentences, whose grammar is not that of Chinese. The form
// `relation` is read alike for both. All are linear in the sentence: looks aside are bounded.

// Most of the sentence's words are Latin.
bool IsEnglishSentence(const SentenceView& sentence);

// "…," said A, chief executive of B; A told reporters …; …, she said.
void MatchEnglishSpeech(const ArticleView& view, size_t sentence_index, const CueHit& hit, FactSink& sink);

// A, chief executive of B; Transport Minister A; B named A as its president; A was director of B;
// denied: A is no longer director of B, B fired A as director.
void MatchEnglishPositions(const ArticleView& view, size_t sentence_index, const Rule& rule, const RuleBook& book,
                           FactSink& sink);

// Revenue rose 12% to $3 billion; the plant will have a capacity of 25 GWh; the company employs 140 people.
void MatchEnglishMeasures(const ArticleView& view, size_t sentence_index, const Rule& rule, const RuleBook& book,
                          FactSink& sink);

// ---- parts of it ----

// The organisation that "its" stands for at a unit: the last one named before it, up to a few sentences back.
std::optional<uint32_t> OrgInTalk(const ArticleView& view, size_t sentence_index, size_t unit);

// A quotation mark of either style.
bool IsQuote(const Unit& unit);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_ENGLISH_FACTS_H_
