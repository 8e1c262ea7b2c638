#include "query/search/searcher.h"

#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "protos/vocab/status.h"
#include "query/parse/page_token.h"
#include "query/search/collapse.h"
#include "query/search/execute.h"
#include "query/search/explain.h"
#include "query/search/passages.h"
#include "query/search/search_input.h"
#include "query/search/search_result.h"

namespace factline::query {
namespace {

const Expression* WordsOf(const SearchInput& input) { return input.words.has_value() ? &*input.words : nullptr; }

absl::StatusOr<std::unique_ptr<SearchPlan>> PlanSearch(const store::IndexView& view, const SearchInput& input,
                                                       const InterruptCheck& check) {
  const ScoringNumbers* const pinned = input.after.has_value() ? &input.after->numbers : nullptr;
  absl::StatusOr<std::unique_ptr<SearchPlan>> plan =
      SearchPlan::Make(view, WordsOf(input), input.filter, pinned, check, input.k1);
  if (absl::IsInvalidArgument(plan.status()) && !factline::FieldOf(plan.status()).has_value())
    return FieldError("page_token", "does not fit the query");
  return plan;
}

// As ExecuteCollapsed, but nothing collapses.
absl::StatusOr<CollapsedPage> ExecutePlain(SearchPlan* plan, ExecuteOptions options, size_t page_size,
                                           Interrupt* interrupt) {
  options.limit = page_size + 1;  // one more tells whether there is a next page
  FL_ASSIGN_OR_RETURN(Outcome outcome, Execute(plan, options, interrupt));
  CollapsedPage page;
  page.total_count = outcome.total_count;
  if (outcome.hits.size() > page_size) {
    outcome.hits.pop_back();
    page.after = outcome.hits.back();
  }
  for (const Hit& hit : outcome.hits) {
    FL_RETURN_IF_ERROR(interrupt->Now());
    FL_ASSIGN_OR_RETURN(storage::v1::DocRecord record, DocumentOf(plan->view(), hit.doc));
    page.hits.push_back({hit, std::move(record), 0, {}});
  }
  return page;
}

}  // namespace

absl::StatusOr<v1::SearchResponse> Search(const store::IndexView& view, const v1::SearchRequest& request,
                                          const text::Analyzer& analyzer, absl::Time now, const InterruptCheck& check) {
  FL_ASSIGN_OR_RETURN(SearchInput input, ReadSearchRequest(request, analyzer, view.facts()));
  if (input.recency.has_value() && !input.after.has_value() && !request.has_recency_time()) {
    input.recency->now_seconds = absl::ToUnixSeconds(now);
  }
  FL_ASSIGN_OR_RETURN(const std::unique_ptr<SearchPlan> plan, PlanSearch(view, input, check));
  ExecuteOptions options;
  options.order = input.order;
  options.recency = input.recency;
  if (input.after.has_value()) options.after = input.after->last;
  Interrupt interrupt(check);
  std::vector<TextSignature> signatures;
  if (input.after.has_value()) signatures = std::move(input.after->signatures);
  absl::StatusOr<CollapsedPage> page =
      input.collapse ? ExecuteCollapsed(plan.get(), options, input.page_size, std::move(signatures), &interrupt)
                     : ExecutePlain(plan.get(), options, input.page_size, &interrupt);
  FL_RETURN_IF_ERROR(page.status());

  v1::SearchResponse response;
  response.set_total_count(page->total_count);
  if (page->after.has_value()) {
    const int64_t now_seconds = input.recency.has_value() ? input.recency->now_seconds : 0;
    const SearchCursor cursor{*page->after, plan->numbers(), now_seconds, std::move(page->signatures)};
    response.set_next_page_token(EncodePageToken(input.fingerprint, EncodeSearchCursor(cursor)));
  }
  std::optional<Explainer> explainer;
  if (input.explain) explainer.emplace(view, *input.words, plan->numbers(), input.k1, input.recency);
  const Passages passages(WordsOf(input), plan->numbers(), analyzer);
  for (const CollapsedHit& hit : page->hits) {
    FL_RETURN_IF_ERROR(interrupt.Now());
    v1::SearchResult& result = *response.add_results();
    result = MakeSearchResult(hit.record, hit.hit, passages, input.max_passages);
    result.set_near_duplicate_count(hit.near_duplicate_count);
    for (const std::string& id : hit.near_duplicate_ids) result.add_near_duplicate_ids(id);
    if (explainer.has_value()) {
      FL_ASSIGN_OR_RETURN(*result.mutable_explanation(), explainer->Explain(hit.hit.doc));
    }
  }
  return response;
}

}  // namespace factline::query
