#ifndef FACTLINE_INDEXER_EXTRACT_MEASURE_MATCHER_H_
#define FACTLINE_INDEXER_EXTRACT_MEASURE_MATCHER_H_

#include "indexer/extract/fact_sink.h"
#include "indexer/extract/rule_book.h"

namespace factline::extract {

// Facts of rules of the form `measure`: each amount, percentage and quantity with what it measures (`indicator`) and of
// whom (the subject).
void MatchMeasures(const ArticleView& view, size_t sentence, const Rule& rule, const RuleBook& book, FactSink& sink);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_MEASURE_MATCHER_H_
