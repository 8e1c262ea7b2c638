#ifndef FACTLINE_QUERY_FACTS_LIST_FACTS_H_
#define FACTLINE_QUERY_FACTS_LIST_FACTS_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "factline/v1/query_service.pb.h"
#include "indexer/store/fact_reader.h"
#include "query/search/interrupt.h"

namespace factline::query {

// What Fact.evidences shows.
constexpr size_t kMaxEvidencesShown = 20;
// Filters on sources look at no more evidences of a fact than this, newest first.
constexpr size_t kMaxEvidencesExamined = 1000;

struct ListLimits {
  // A page that has looked at this many facts or entities returns what it found, with a token to go on: a filter that
  // little passes costs many short requests, not a long one. Documents read for texts of evidences count as facts do,
  // and so do every 16 evidences looked at.
  size_t max_examined = 5000;
};

// Answers a ListFactsRequest. Evidences that the filter asks for are shown first, then the newest. Errors of the
// request are INVALID_ARGUMENT and name the field. Thread-safe.
absl::StatusOr<v1::ListFactsResponse> ListFacts(const store::FactReader& facts, const v1::ListFactsRequest& request,
                                                const InterruptCheck& check, const ListLimits& limits = {});

}  // namespace factline::query

#endif  // FACTLINE_QUERY_FACTS_LIST_FACTS_H_
