#ifndef FACTLINE_INDEXER_EXTRACT_SPEECH_MATCHER_H_
#define FACTLINE_INDEXER_EXTRACT_SPEECH_MATCHER_H_

#include "indexer/extract/fact_sink.h"
#include "indexer/extract/rule_book.h"

namespace factline::extract {

// Facts of rules of the form `speech`: the speaker beside the verb, and what is said: the quotation before the speaker,
// the text after the verb, or both as two facts.
void MatchSpeech(const ArticleView& view, size_t sentence, const CueHit& hit, const RuleBook& book, FactSink& sink);

// A sentence that opens with a quotation of whole sentences is said by the person named right after it, verb or no verb
// (“……。”谈起往事，某某很平静): rules of the form `quotation`. For sentences in which no cue of speech was found.
void MatchBareQuotation(const ArticleView& view, size_t sentence, const Rule& rule, FactSink& sink);

// A line that begins with a person's name and a colon (周立民：……) is that person's turn in an interview: rules of the
// form `quotation`.
void MatchNamedTurn(const ArticleView& view, size_t sentence, const Rule& rule, FactSink& sink);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_SPEECH_MATCHER_H_
