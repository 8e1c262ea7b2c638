#include "query/facts/list_facts.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

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
constexpr uint32_t kStepsPerCheck = 32;
constexpr size_t kEvidencesPerCharge = 16;
// A few more than are shown, since articles may have changed since.
constexpr size_t kMaxGathered = kMaxEvidencesShown + kMaxEvidencesShown / 2;

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
        check_(check),
        interrupt_(check, kStepsPerCheck) {}

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
    store::FactScan scan = plan_.scans[scan_];
    scan.interrupt = check_;
    for (;;) {
      if (IsOver(*response)) return false;
      FL_RETURN_IF_ERROR(interrupt_.Now());
      const size_t wanted = std::min({kIdsPerScan, may_examine_, page_size_});
      FL_ASSIGN_OR_RETURN(const store::FactReader::Page ids, facts_.Scan(scan, position_, wanted));
      for (size_t i = 0; i < ids.ids.size(); ++i) {
        FL_RETURN_IF_ERROR(Examine(ids.ids[i], response));
        position_ = ids.positions[i];
        const bool is_last = ids.exhausted && i + 1 == ids.ids.size();
        if (IsOver(*response) && !is_last) return false;
      }
      if (ids.exhausted || ids.ids.empty()) return true;
    }
  }

  // A page always gets done with the fact it looks at: the budget ends it afterwards.
  void Charge() { may_examine_ -= std::min<size_t>(may_examine_, 1); }

  absl::Status Examine(const FactId& id, v1::ListFactsResponse* response) {
    FL_RETURN_IF_ERROR(interrupt_.Step());
    Charge();
    FL_ASSIGN_OR_RETURN(std::optional<v1::Fact> fact, facts_.GetMeaning(id));
    if (!fact.has_value()) return absl::OkStatus();
    FL_ASSIGN_OR_RETURN(const bool passes, predicate_.Passes(*fact));
    if (!passes) return absl::OkStatus();
    FL_ASSIGN_OR_RETURN(const bool repeats, WasInEarlierScan(*fact));
    if (repeats) return absl::OkStatus();
    Evidences evidences;
    FL_RETURN_IF_ERROR(Gather(id, &evidences));
    FL_RETURN_IF_ERROR(Show(&evidences.asked_for, &*fact));
    if (predicate_.asks_for_evidence() && fact->evidences().empty()) return absl::OkStatus();
    FL_RETURN_IF_ERROR(Show(&evidences.others, &*fact));
    *response->add_facts() = *std::move(fact);
    return absl::OkStatus();
  }

  // Of one fact, without texts, newest first: those that the filter asks for by source or article, and the rest.
  struct Evidences {
    std::vector<v1::Evidence> asked_for, others;
  };

  absl::Status Gather(const FactId& id, Evidences* evidences) {
    if (predicate_.article_id().has_value()) {
      // Thousands of newer articles may state the fact: the evidence of this one is read by its key.
      FL_RETURN_IF_ERROR(interrupt_.Now());
      Charge();
      FL_ASSIGN_OR_RETURN(std::optional<v1::Evidence> found, facts_.FindEvidence(id, *predicate_.article_id()));
      if (!found.has_value() || !predicate_.PassesEvidence(*found)) return absl::OkStatus();
      evidences->asked_for.push_back(*std::move(found));
    }
    const bool searches = predicate_.asks_for_evidence() && evidences->asked_for.empty();
    size_t examined = 0;
    return facts_.VisitEvidences(id, [&](v1::Evidence evidence) -> absl::StatusOr<bool> {
      FL_RETURN_IF_ERROR(interrupt_.Step());
      if (++examined % kEvidencesPerCharge == 0) Charge();
      const bool is_known = predicate_.article_id() == evidence.article_id();
      const bool is_asked_for = searches && predicate_.PassesEvidence(evidence);
      std::vector<v1::Evidence>& kept = is_asked_for ? evidences->asked_for : evidences->others;
      if (!is_known && kept.size() < kMaxGathered) kept.push_back(std::move(evidence));
      if (!searches) return evidences->others.size() < kMaxGathered;
      return evidences->asked_for.size() < kMaxGathered && examined < kMaxEvidencesExamined;
    });
  }

  // Adds evidences with their texts while there is room; leaves out those whose article has changed since.
  absl::Status Show(std::vector<v1::Evidence>* evidences, v1::Fact* fact) {
    for (v1::Evidence& evidence : *evidences) {
      if (static_cast<size_t>(fact->evidences_size()) == kMaxEvidencesShown) break;
      FL_RETURN_IF_ERROR(interrupt_.Now());
      Charge();
      FL_ASSIGN_OR_RETURN(const bool is_live, facts_.FillText(&evidence));
      if (is_live) fact->add_evidences()->Swap(&evidence);
    }
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
  const InterruptCheck check_;
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
