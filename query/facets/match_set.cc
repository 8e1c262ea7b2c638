#include "query/facets/match_set.h"

#include <memory>
#include <utility>

namespace factline::query {

absl::StatusOr<std::vector<MatchSet>> FindMatches(SearchPlan* plan, Interrupt* interrupt) {
  std::vector<MatchSet> matches;
  const DocumentFilter& filter = plan->filter();
  for (size_t i = 0; i < plan->view().segments().size(); ++i) {
    const store::SegmentView& segment = *plan->view().segments()[i];
    if (segment.live_count() == 0 || !filter.MayHold(segment)) continue;
    FL_RETURN_IF_ERROR(interrupt->Now());
    FL_ASSIGN_OR_RETURN(const std::unique_ptr<Matcher> matcher, plan->MatcherFor(i));
    if (matcher == nullptr) continue;
    MatchSet of_segment(segment);
    bool has_some = false;
    for (uint32_t doc = SeekInTime(filter, segment, matcher.get()); doc != kNoMoreDocs;
         matcher->Next(), doc = SeekInTime(filter, segment, matcher.get())) {
      FL_RETURN_IF_ERROR(interrupt->Step());
      if (!segment.IsLive(doc) || !matcher->Confirm()) continue;
      of_segment.Add(doc);
      has_some = true;
    }
    FL_RETURN_IF_ERROR(plan->interrupted());
    FL_RETURN_IF_ERROR(matcher->status());
    if (has_some) matches.push_back(std::move(of_segment));
  }
  return matches;
}

}  // namespace factline::query
