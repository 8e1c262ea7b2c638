#ifndef FACTLINE_QUERY_SEARCH_SEARCH_INPUT_H_
#define FACTLINE_QUERY_SEARCH_SEARCH_INPUT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "factline/v1/query_service.pb.h"
#include "indexer/store/fact_reader.h"
#include "indexer/text/analyzer.h"
#include "query/parse/expression.h"
#include "query/search/bm25.h"
#include "query/search/near_duplicates.h"
#include "query/search/recency.h"
#include "query/search/search_plan.h"
#include "query/search/top_hits.h"

namespace factline::query {

// Where a page of a search ended, with the numbers that its scores came from: later pages rank as the first one did,
// whatever has been added since, so that no article that stays is shown twice or left out.
struct SearchCursor {
  Hit last;
  ScoringNumbers numbers;
  int64_t now_seconds = 0;                // of Recency
  std::vector<TextSignature> signatures;  // of results shown, where near-duplicates collapse; at most kMaxSignatures
};
std::string EncodeSearchCursor(const SearchCursor& cursor);
std::optional<SearchCursor> DecodeSearchCursor(std::string_view bytes);

// A SearchRequest, checked and understood.
struct SearchInput {
  std::optional<Expression> words;
  DocumentFilter filter;
  HitOrder order = HitOrder::kRelevance;
  double k1 = Bm25::kUsualK1;
  size_t page_size = 10;
  size_t max_passages = 2;
  bool explain = false;
  std::optional<Recency> recency;  // its time is the token's or the request's; 0 where neither gives one
  bool collapse = false;
  uint64_t fingerprint = 0;
  std::optional<SearchCursor> after;
};

// Entities by name are looked up in `facts`; a name that nothing has finds no article. Errors are INVALID_ARGUMENT and
// name the field.
absl::StatusOr<SearchInput> ReadSearchRequest(const v1::SearchRequest& request, const text::Analyzer& analyzer,
                                              const store::FactReader& facts);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SEARCH_SEARCH_INPUT_H_
