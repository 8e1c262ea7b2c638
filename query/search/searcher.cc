#include "query/search/searcher.h"

#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "protos/vocab/status.h"
#include "query/parse/page_token.h"
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

// A document live in the view, but not in the store: a merge purged it after the view was taken, since this process
// stood still for longer than purged documents are kept. A new view does not have it.
absl::Status ViewIsTooOld(uint32_t doc) {
  constexpr absl::Duration kRetryDelay = absl::Milliseconds(200);
  const absl::Status status =
      absl::UnavailableError(Cat("document ", doc, " was purged while the request was answered; ask again"));
  return WithRetryDelay(WithReason(status, "VIEW_TOO_OLD"), kRetryDelay);
}

}  // namespace

absl::StatusOr<v1::SearchResponse> Search(const store::IndexView& view, const v1::SearchRequest& request,
                                          const text::Analyzer& analyzer, const InterruptCheck& check) {
  FL_ASSIGN_OR_RETURN(const SearchInput input, ReadSearchRequest(request, analyzer, view.facts()));
  FL_ASSIGN_OR_RETURN(const std::unique_ptr<SearchPlan> plan, PlanSearch(view, input, check));
  ExecuteOptions options;
  options.order = input.order;
  options.limit = input.page_size + 1;  // one more tells whether there is a next page
  if (input.after.has_value()) options.after = input.after->last;
  Interrupt interrupt(check);
  FL_ASSIGN_OR_RETURN(Outcome outcome, Execute(plan.get(), options, &interrupt));

  v1::SearchResponse response;
  response.set_total_count(outcome.total_count);
  if (outcome.hits.size() > input.page_size) {
    outcome.hits.pop_back();
    response.set_next_page_token(
        EncodePageToken(input.fingerprint, EncodeSearchCursor({outcome.hits.back(), plan->numbers()})));
  }
  std::optional<Explainer> explainer;
  if (input.explain) explainer.emplace(view, *input.words, plan->numbers(), input.k1);
  const Passages passages(WordsOf(input), plan->numbers(), analyzer);
  for (const Hit& hit : outcome.hits) {
    FL_RETURN_IF_ERROR(interrupt.Now());
    FL_ASSIGN_OR_RETURN(const std::optional<storage::v1::DocRecord> record, view.Document(hit.doc));
    if (!record.has_value()) return ViewIsTooOld(hit.doc);
    v1::SearchResult& result = *response.add_results();
    result = MakeSearchResult(*record, hit, passages, input.max_passages);
    if (explainer.has_value()) {
      FL_ASSIGN_OR_RETURN(*result.mutable_explanation(), explainer->Explain(hit.doc));
    }
  }
  return response;
}

}  // namespace factline::query
