#ifndef FACTLINE_QUERY_SEARCH_SEARCHER_H_
#define FACTLINE_QUERY_SEARCH_SEARCHER_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "factline/v1/query_service.pb.h"
#include "indexer/store/reader.h"
#include "indexer/text/analyzer.h"
#include "query/search/interrupt.h"

namespace factline::query {

// Answers a SearchRequest from one view; recency counts from `now` where the request does not say from when.
// INVALID_ARGUMENT names the field at fault; what the check returns ends the work. Thread-safe: it has no state.
absl::StatusOr<v1::SearchResponse> Search(const store::IndexView& view, const v1::SearchRequest& request,
                                          const text::Analyzer& analyzer, absl::Time now, const InterruptCheck& check);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SEARCH_SEARCHER_H_
