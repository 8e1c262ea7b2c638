#ifndef FACTLINE_INDEXER_EXTRACT_POSITION_MATCHER_H_
#define FACTLINE_INDEXER_EXTRACT_POSITION_MATCHER_H_

#include "indexer/extract/fact_sink.h"
#include "indexer/extract/rule_book.h"

namespace factline::extract {

// Facts of rules of the form `position`: titles beside persons, each with the organisation before it
// (X大学教授、Y中心副主任Z: two facts), and offices taken up (Z任X公司总经理) or left:
// what the text says somebody holds no more is denied, what somebody once held (原, 曾任) is asserted.
void MatchPositions(const ArticleView& view, size_t sentence, const Rule& rule, const RuleBook& book, FactSink& sink);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_POSITION_MATCHER_H_
