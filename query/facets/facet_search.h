#ifndef FACTLINE_QUERY_FACETS_FACET_SEARCH_H_
#define FACTLINE_QUERY_FACETS_FACET_SEARCH_H_

#include "absl/status/statusor.h"
#include "factline/v1/query_service.pb.h"
#include "indexer/store/reader.h"
#include "indexer/text/analyzer.h"
#include "query/facets/facet_columns.h"
#include "query/search/interrupt.h"

namespace factline::query {

// Answers a FacetSearchRequest from one view. `columns` keeps what later requests can use again. INVALID_ARGUMENT names
// the field at fault; what the check returns ends the work. Thread-safe.
absl::StatusOr<v1::FacetSearchResponse> FacetSearch(const store::IndexView& view, const v1::FacetSearchRequest& request,
                                                    const text::Analyzer& analyzer, FacetColumns* columns,
                                                    const InterruptCheck& check);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_FACETS_FACET_SEARCH_H_
