#ifndef FACTLINE_INDEXER_EXTRACT_POSITION_MATCHER_H_
#define FACTLINE_INDEXER_EXTRACT_POSITION_MATCHER_H_

#include "indexer/extract/fact_sink.h"
#include "indexer/extract/rule_book.h"

namespace factline::extract {

// Facts of rules of the form `position`: titles beside persons, each with the organisation before it
// (X大学教授、Y中心副主任Z: two facts), and offices taken up (Z任X公司总经理).
void MatchPositions(const ArticleView& view, size_t sentence, const Rule& rule, FactSink& sink);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_POSITION_MATCHER_H_
