#include "query/facts/list_facts.h"

#include <algorithm>
#include <string>
#include <utility>

#include "protos/vocab/hash.h"
#include "protos/vocab/status.h"
#include "query/facts/fact_plan.h"
#include "query/facts/fact_predicate.h"
#include "query/facts/names.h"
#include "query/parse/filter_parser.h"
#include "query/parse/page_token.h"

namespace factline::query {
namespace {

constexpr size_t kDefaultPageSize = 50;
constexpr size_t kMaxPageSize = 1000;
constexpr size_t kIdsPerScan = 256;
constexpr uint32_t kFactsPerCheck = 32;

// One page: walks the scans from where the last page ended.
class Page {
 public:
  Page(const store::FactReader& facts, const FactFilter& filter, size_t page_size, size_t max_examined,
       const InterruptCheck& check)
      : facts_(facts),
        plan_(PlanFacts(filter)),
        entities_(facts),
        predicate_(filter, &entities_),
        page_size_(page_size),
        may_examine_(max_examined),
        interrupt_(check, kFactsPerCheck) {}

  // A token's payload: which scan, then its position.
  absl::Status Resume(std::string_view payload) {
    if (payload.empty() || static_cast<unsigned char>(payload[0]) >= plan_.scans.size()) {
      return FieldError("page_token", "does not fit the filter");
    }
    scan_ = static_cast<unsigned char>(payload[0]);
    position_ = std::string(payload.substr(1));
    return absl::OkStatus();
  }

  // The payload to go on with, empty at the end.
  absl::StatusOr<std::string> Fill(v1::ListFactsResponse* response) {
    for (; scan_ < plan_.scans.size(); ++scan_, position_.clear()) {
      FL_ASSIGN_OR_RETURN(const bool ended, FillFromScan(response));
      if (!ended) return std::string(1, static_cast<char>(scan_)) + position_;
    }
    return std::string();
  }

 private:
  bool IsOver(const v1::ListFactsResponse& response) const {
    return static_cast<size_t>(response.facts_size()) == page_size_ || may_examine_ == 0;
  }

  // True if the scan has ended, false if the page has.
  absl::StatusOr<bool> FillFromScan(v1::ListFactsResponse* response) {
    for (;;) {
      if (IsOver(*response)) return false;
      FL_RETURN_IF_ERROR(interrupt_.Now());
      const size_t wanted = std::min({kIdsPerScan, may_examine_, page_size_});
      FL_ASSIGN_OR_RETURN(const store::FactReader::Page ids, facts_.Scan(plan_.scans[scan_], position_, wanted));
      for (size_t i = 0; i < ids.ids.size(); ++i) {
        FL_RETURN_IF_ERROR(Examine(ids.ids[i], response));
        position_ = ids.positions[i];
        const bool is_last = ids.exhausted && i + 1 == ids.ids.size();
        if (IsOver(*response) && !is_last) return false;
      }
      if (ids.exhausted || ids.ids.empty()) return true;
    }
  }

  absl::Status Examine(const FactId& id, v1::ListFactsResponse* response) {
    FL_RETURN_IF_ERROR(interrupt_.Step());
    --may_examine_;
    const size_t evidences = predicate_.needs_evidences() ? kMaxEvidencesExamined : kMaxEvidencesShown;
    FL_ASSIGN_OR_RETURN(std::optional<v1::Fact> fact, facts_.Get(id, evidences));
    if (!fact.has_value()) return absl::OkStatus();
    FL_ASSIGN_OR_RETURN(const bool passes, predicate_.Passes(*fact));
    if (!passes) return absl::OkStatus();
    FL_ASSIGN_OR_RETURN(const bool repeats, WasInEarlierScan(*fact));
    if (repeats) return absl::OkStatus();
    if (static_cast<size_t>(fact->evidences_size()) > kMaxEvidencesShown) {
      fact->mutable_evidences()->DeleteSubrange(kMaxEvidencesShown,
                                                fact->evidences_size() - static_cast<int>(kMaxEvidencesShown));
    }
    *response->add_facts() = *std::move(fact);
    return absl::OkStatus();
  }

  // The second scan, by object, meets facts again whose subject has the name too.
  absl::StatusOr<bool> WasInEarlierScan(const v1::Fact& fact) {
    if (scan_ == 0) return false;
    return MatchesArgument(*plan_.either, fact.subject(), &entities_);
  }

  const store::FactReader& facts_;
  const FactPlan plan_;
  EntityCache entities_;
  const FactPredicate predicate_;
  const size_t page_size_;
  size_t may_examine_;
  Interrupt interrupt_;
  size_t scan_ = 0;
  std::string position_;
};

}  // namespace

absl::StatusOr<v1::ListFactsResponse> ListFacts(const store::FactReader& facts, const v1::ListFactsRequest& request,
                                                const InterruptCheck& check, const ListLimits& limits) {
  FL_ASSIGN_OR_RETURN(const FactFilter filter, ParseFactFilter(request.filter()));
  FL_ASSIGN_OR_RETURN(const size_t page_size, ReadPageSize(request.page_size(), kDefaultPageSize, kMaxPageSize));
  const uint64_t fingerprint = RequestFingerprint("ListFacts", request.filter());
  Page page(facts, filter, page_size, limits.max_examined, check);
  if (!request.page_token().empty()) {
    FL_ASSIGN_OR_RETURN(const std::string payload, DecodePageToken(request.page_token(), fingerprint));
    FL_RETURN_IF_ERROR(page.Resume(payload));
  }
  v1::ListFactsResponse response;
  FL_ASSIGN_OR_RETURN(const std::string next, page.Fill(&response));
  if (!next.empty()) response.set_next_page_token(EncodePageToken(fingerprint, next));
  return response;
}

}  // namespace factline::query
