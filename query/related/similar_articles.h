#ifndef FACTLINE_QUERY_RELATED_SIMILAR_ARTICLES_H_
#define FACTLINE_QUERY_RELATED_SIMILAR_ARTICLES_H_

#include "absl/status/statusor.h"
#include "factline/v1/query_service.pb.h"
#include "indexer/store/reader.h"
#include "indexer/text/analyzer.h"
#include "query/search/interrupt.h"

namespace factline::query {

// Answers a FindSimilarArticlesRequest from one view: an ordinary search for any of the words that tell most about the
// article (tf-idf), each weighed by how often the article has it. The article itself is never a result. Without
// include_near_duplicates, neither are near-duplicates of it or of a better result (near_duplicates.h).
// INVALID_ARGUMENT names the field at fault; NOT_FOUND if there is no such article. Thread-safe.
absl::StatusOr<v1::FindSimilarArticlesResponse> FindSimilarArticles(const store::IndexView& view,
                                                                    const v1::FindSimilarArticlesRequest& request,
                                                                    const text::Analyzer& analyzer,
                                                                    const InterruptCheck& check);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_RELATED_SIMILAR_ARTICLES_H_
