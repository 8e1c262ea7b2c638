#ifndef FACTLINE_QUERY_SEARCH_COUNT_MATCHES_H_
#define FACTLINE_QUERY_SEARCH_COUNT_MATCHES_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "query/search/interrupt.h"
#include "query/search/search_plan.h"

namespace factline::query {

// Live documents that match a plan that is one word, one OR or one difference, without scores.
absl::StatusOr<uint64_t> CountMatches(SearchPlan* plan, Interrupt* interrupt);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SEARCH_COUNT_MATCHES_H_
