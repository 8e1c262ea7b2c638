#include "query/search/collapse.h"

#include <algorithm>
#include <utility>

#include "absl/time/time.h"
#include "protos/vocab/status.h"

namespace factline::query {
namespace {

constexpr size_t kMaxLookedAt = 1000;

// Fills one page, hit by hit.
class Page {
 public:
  Page(size_t page_size, std::vector<TextSignature> shown) : page_size_(page_size), shown_(std::move(shown)) {}

  // False if the hit is the first of the next page.
  bool Take(const Hit& hit, storage::v1::DocRecord record) {
    const std::optional<TextSignature> signature = SignatureOf(record.article().body());
    if (signature.has_value() && IsShown(*signature)) return true;
    if (CollapsedHit* const original = signature.has_value() ? OriginalOf(*signature) : nullptr) {
      ++original->near_duplicate_count;
      if (original->near_duplicate_ids.size() < kMaxNearDuplicateIds) {
        original->near_duplicate_ids.push_back(record.article().id());
      }
      return true;
    }
    if (page_.hits.size() == page_size_) return false;
    page_.hits.push_back({hit, std::move(record), 0, {}});
    signatures_.push_back(signature);
    return true;
  }

  CollapsedPage Finish() && {
    for (const std::optional<TextSignature>& signature : signatures_) {
      if (signature.has_value()) shown_.push_back(*signature);
    }
    if (shown_.size() > kMaxSignatures) shown_.erase(shown_.begin(), shown_.end() - kMaxSignatures);
    page_.signatures = std::move(shown_);
    return std::move(page_);
  }

 private:
  bool IsShown(const TextSignature& signature) const {
    return std::any_of(shown_.begin(), shown_.end(),
                       [&](const TextSignature& shown) { return AreNearDuplicates(shown, signature); });
  }

  CollapsedHit* OriginalOf(const TextSignature& signature) {
    for (size_t i = 0; i < signatures_.size(); ++i) {
      if (signatures_[i].has_value() && AreNearDuplicates(*signatures_[i], signature)) return &page_.hits[i];
    }
    return nullptr;
  }

  const size_t page_size_;
  std::vector<TextSignature> shown_;                      // by earlier pages
  std::vector<std::optional<TextSignature>> signatures_;  // of page_.hits
  CollapsedPage page_;
};

}  // namespace

absl::StatusOr<CollapsedPage> ExecuteCollapsed(SearchPlan* plan, ExecuteOptions options, size_t page_size,
                                               std::vector<TextSignature> signatures, Interrupt* interrupt) {
  Page page(page_size, std::move(signatures));
  uint64_t total_count = 0;
  bool is_full = false, is_end = false;
  options.limit = page_size + 1;
  for (size_t looked_at = 0; looked_at < kMaxLookedAt && !is_full && !is_end;) {
    FL_ASSIGN_OR_RETURN(const Outcome outcome, Execute(plan, options, interrupt));
    if (options.count) total_count = outcome.total_count;
    options.count = false;
    is_end = outcome.hits.size() < options.limit;
    options.limit = std::min(2 * options.limit, kMaxLookedAt);
    for (const Hit& hit : outcome.hits) {
      FL_RETURN_IF_ERROR(interrupt->Now());
      FL_ASSIGN_OR_RETURN(storage::v1::DocRecord record, DocumentOf(plan->view(), hit.doc));
      is_full = !page.Take(hit, std::move(record));
      if (is_full) break;
      options.after = hit;
      ++looked_at;
    }
  }
  CollapsedPage filled = std::move(page).Finish();
  filled.total_count = total_count;
  if (is_full || !is_end) filled.after = options.after;
  return filled;
}

absl::StatusOr<storage::v1::DocRecord> DocumentOf(const store::IndexView& view, uint32_t doc) {
  FL_ASSIGN_OR_RETURN(std::optional<storage::v1::DocRecord> record, view.Document(doc));
  if (record.has_value()) return *std::move(record);
  constexpr absl::Duration kRetryDelay = absl::Milliseconds(200);
  const absl::Status status =
      absl::UnavailableError(Cat("document ", doc, " was purged while the request was answered; ask again"));
  return WithRetryDelay(WithReason(status, "VIEW_TOO_OLD"), kRetryDelay);
}

}  // namespace factline::query
