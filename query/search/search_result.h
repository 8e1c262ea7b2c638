#ifndef FACTLINE_QUERY_SEARCH_SEARCH_RESULT_H_
#define FACTLINE_QUERY_SEARCH_SEARCH_RESULT_H_

#include <cstddef>

#include "factline/storage/v1/index.pb.h"
#include "factline/v1/query_service.pb.h"
#include "query/search/passages.h"
#include "query/search/top_hits.h"

namespace factline::query {

// A hit as it is shown: the article's head, and what of it matches.
v1::SearchResult MakeSearchResult(const storage::v1::DocRecord& record, const Hit& hit, const Passages& passages,
                                  size_t max_passages);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SEARCH_SEARCH_RESULT_H_
