#ifndef FACTLINE_QUERY_SEARCH_EXECUTE_H_
#define FACTLINE_QUERY_SEARCH_EXECUTE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "query/search/interrupt.h"
#include "query/search/recency.h"
#include "query/search/search_plan.h"
#include "query/search/top_hits.h"

namespace factline::query {

struct ExecuteOptions {
  HitOrder order = HitOrder::kRelevance;
  size_t limit = 10;               // at least 1
  std::optional<Hit> after;        // only hits that rank after it
  bool count = true;               // whether Outcome::total_count is wanted
  std::optional<Recency> recency;  // by relevance: what scores are multiplied by
  bool prune = true;               // false: score every match; for tests and benchmarks
};

struct Outcome {
  std::vector<Hit> hits;     // in order
  uint64_t total_count = 0;  // live documents that match, exactly, whatever `after` says; 0 if not asked for
};

// The first hits of the plan, the same whether pruned or not. Two ways:
//
// - one pass that walks, counts and, where a block's bound may still beat the last hit, scores every match;
// - for a word, an OR or a difference with many postings by relevance: a pruned pass for the hits, which leaves out
//   whatever cannot be among them, and a pass that only counts: by document frequencies where nothing is deleted, else
//   in a bitmap.
absl::StatusOr<Outcome> Execute(SearchPlan* plan, const ExecuteOptions& options, Interrupt* interrupt);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SEARCH_EXECUTE_H_
