#ifndef FACTLINE_QUERY_SEARCH_COLLAPSE_H_
#define FACTLINE_QUERY_SEARCH_COLLAPSE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "factline/storage/v1/index.pb.h"
#include "query/search/execute.h"
#include "query/search/near_duplicates.h"
#include "query/search/search_plan.h"

namespace factline::query {

// A later page knows this many of the results shown last: near-duplicates that rank farther apart are both shown.
constexpr size_t kMaxSignatures = 500;

// An article and those of the hits behind it that are near-duplicates of it.
struct CollapsedHit {
  Hit hit;
  storage::v1::DocRecord record;
  uint32_t near_duplicate_count = 0;
  std::vector<std::string> near_duplicate_ids;  // the first kMaxNearDuplicateIds
};
constexpr size_t kMaxNearDuplicateIds = 10;

struct CollapsedPage {
  std::vector<CollapsedHit> hits;
  uint64_t total_count = 0;  // of all that match, near-duplicates among them
  // Where the next page begins: after the last hit looked at. Not set: there is none.
  std::optional<Hit> after;
  std::vector<TextSignature> signatures;  // for the next page
};

// The first `page_size` hits of the plan after options.after that are near-duplicates neither of each other nor of what
// `signatures` (of earlier pages) says was shown: a hit is held against all results that rank before it. Looks at some
// thousand hits at most, and then gives what it has, with a place to go on. UNAVAILABLE as DocumentOf says.
absl::StatusOr<CollapsedPage> ExecuteCollapsed(SearchPlan* plan, ExecuteOptions options, size_t page_size,
                                               std::vector<TextSignature> signatures, Interrupt* interrupt);

// The stored document of a hit. UNAVAILABLE, reason VIEW_TOO_OLD, if it is live in the view, but not in the store: a
// merge purged it after the view was taken, since this process stood still for longer than purged documents are kept.
// A new view does not have it.
absl::StatusOr<storage::v1::DocRecord> DocumentOf(const store::IndexView& view, uint32_t doc);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SEARCH_COLLAPSE_H_
