#ifndef FACTLINE_INDEXER_EXTRACT_RELATION_MATCHER_H_
#define FACTLINE_INDEXER_EXTRACT_RELATION_MATCHER_H_

#include "indexer/extract/fact_sink.h"
#include "indexer/extract/rule_book.h"

namespace factline::extract {

// Facts of rules of the form `relation`: a cue with arguments beside it, as the rule says.
void MatchRelation(const ArticleView& view, size_t sentence, const CueHit& hit, const RuleBook& book, FactSink& sink);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_RELATION_MATCHER_H_
