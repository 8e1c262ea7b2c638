#ifndef FACTLINE_QUERY_FACTS_LIST_ENTITIES_H_
#define FACTLINE_QUERY_FACTS_LIST_ENTITIES_H_

#include "absl/status/statusor.h"
#include "factline/v1/query_service.pb.h"
#include "indexer/store/reader.h"
#include "query/facts/list_facts.h"
#include "query/search/interrupt.h"

namespace factline::query {

// Answers a ListEntitiesRequest: entities by name, then type, then id. With an article, those of its live version.
// Errors of the request are INVALID_ARGUMENT and name the field. Thread-safe.
absl::StatusOr<v1::ListEntitiesResponse> ListEntities(const store::IndexView& view,
                                                      const v1::ListEntitiesRequest& request,
                                                      const InterruptCheck& check, const ListLimits& limits = {});

}  // namespace factline::query

#endif  // FACTLINE_QUERY_FACTS_LIST_ENTITIES_H_
