#ifndef FACTLINE_QUERY_FACTS_LOOKUP_H_
#define FACTLINE_QUERY_FACTS_LOOKUP_H_

#include "absl/status/statusor.h"
#include "factline/v1/query_service.pb.h"
#include "indexer/store/reader.h"

namespace factline::query {

// One thing by its id. INVALID_ARGUMENT on "id" if it cannot be one; NOT_FOUND if there is none.
absl::StatusOr<v1::GetArticleResponse> GetArticle(const store::IndexView& view, const v1::GetArticleRequest& request);
absl::StatusOr<v1::GetEntityResponse> GetEntity(const store::IndexView& view, const v1::GetEntityRequest& request);
absl::StatusOr<v1::GetFactResponse> GetFact(const store::IndexView& view, const v1::GetFactRequest& request);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_FACTS_LOOKUP_H_
