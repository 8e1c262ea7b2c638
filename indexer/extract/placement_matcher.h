#ifndef FACTLINE_INDEXER_EXTRACT_PLACEMENT_MATCHER_H_
#define FACTLINE_INDEXER_EXTRACT_PLACEMENT_MATCHER_H_

#include "indexer/extract/article_view.h"
#include "indexer/extract/fact_sink.h"
#include "indexer/extract/rule_pack.h"

namespace factline::extract {

// What stands where, told by place alone: 安澜镇远航船厂, 清风湖畔的临江气象站, "在东山区清风湖畔，临江气象站…".
void MatchPlacements(const ArticleView& view, size_t sentence_index, const Rule& rule, FactSink& sink);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_PLACEMENT_MATCHER_H_
