#include "query/search/execute.h"

#include <utility>

#include "protos/vocab/status.h"
#include "query/search/count_matches.h"

namespace factline::query {
namespace {

// Shorter lists are walked once and whole; for longer ones a second, counting walk costs less than scoring all.
constexpr uint64_t kPostingsWorthPruning = 256;

// Matches that no longer can be hits.
class CountedLosers final : public MatchCounter {
 public:
  CountedLosers(const DocumentFilter& filter, const store::SegmentView& segment)
      : filter_(filter),
        segment_(segment),
        check_live_(segment.live_count() != segment.doc_count()),
        check_time_(filter.restricts_time()) {}

  void Add(uint32_t doc) override {
    if (check_live_ && !segment_.IsLive(doc)) return;
    if (check_time_ && !filter_.Holds(segment_.PublishedSeconds(doc))) return;
    ++count_;
  }
  uint64_t count() const { return count_; }

 private:
  const DocumentFilter& filter_;
  const store::SegmentView& segment_;
  const bool check_live_;
  const bool check_time_;
  uint64_t count_ = 0;
};

// One pass over the segments into one heap.
class Pass {
 public:
  Pass(SearchPlan* plan, const ExecuteOptions& options, bool leave_out_losers, Interrupt* interrupt)
      : plan_(*plan),
        options_(options),
        leave_out_losers_(leave_out_losers),
        interrupt_(*interrupt),
        top_(options.order, options.limit, options.after) {}

  absl::Status Run() {
    for (size_t i = 0; i < plan_.view().segments().size(); ++i) {
      if (!plan_.filter().MayHold(*plan_.view().segments()[i])) continue;
      FL_RETURN_IF_ERROR(interrupt_.Now());
      FL_ASSIGN_OR_RETURN(std::unique_ptr<Matcher> matcher, plan_.MatcherFor(i));
      if (matcher == nullptr) continue;
      FL_RETURN_IF_ERROR(Walk(*plan_.view().segments()[i], matcher.get()));
    }
    return absl::OkStatus();
  }

  std::vector<Hit> TakeHits() { return top_.TakeSorted(); }
  uint64_t match_count() const { return match_count_; }

 private:
  bool by_relevance() const { return options_.order == HitOrder::kRelevance; }

  double Weighed(double score, int64_t published_seconds) const {
    return options_.recency.has_value() ? score * options_.recency->FactorOf(published_seconds) : score;
  }

  // What the words of a document of the segment must score for it to rank before the last hit.
  double Threshold() const {
    const double last = top_.last().score;
    return options_.recency.has_value() ? last / greatest_factor_ * (1 - 1e-12) : last;
  }

  absl::Status Walk(const store::SegmentView& segment, Matcher* matcher) {
    if (options_.recency.has_value()) greatest_factor_ = options_.recency->FactorOf(segment.max_published_seconds());
    block_is_set_ = false;
    const bool check_live = segment.live_count() != segment.doc_count();
    CountedLosers losers(plan_.filter(), segment);
    sets_threshold_ = leave_out_losers_ || (options_.prune && by_relevance() && matcher->CountLosers(&losers));
    if (sets_threshold_ && top_.is_full()) matcher->SetThreshold(Threshold());
    for (uint32_t doc = SeekInTime(plan_.filter(), segment, matcher); doc != kNoMoreDocs;
         matcher->Next(), doc = SeekInTime(plan_.filter(), segment, matcher)) {
      FL_RETURN_IF_ERROR(interrupt_.Step());
      if (check_live && !segment.IsLive(doc)) continue;
      if (!matcher->Confirm()) continue;
      ++match_count_;
      Offer(segment, doc, matcher);
    }
    match_count_ += losers.count();
    FL_RETURN_IF_ERROR(plan_.interrupted());
    return matcher->status();
  }

  void Offer(const store::SegmentView& segment, uint32_t doc, Matcher* matcher) {
    Hit hit;
    hit.doc = doc;
    if (by_relevance()) {
      if (options_.prune && !sets_threshold_ && top_.is_full() && InWeakBlock(doc, matcher)) return;
      hit.score = Weighed(matcher->Score(), segment.PublishedSeconds(doc));
    } else {
      hit.published_seconds = segment.PublishedSeconds(doc);
    }
    if (top_.Add(hit) && sets_threshold_ && top_.is_full()) matcher->SetThreshold(Threshold());
  }

  // Whether nothing around `doc` can beat the last hit, so that its score need not be known.
  bool InWeakBlock(uint32_t doc, Matcher* matcher) {
    if (!block_is_set_ || doc > block_until_) {
      const ScoreBound bound = matcher->BoundFrom(doc);
      block_is_set_ = true;
      block_until_ = bound.last_doc_inclusive;
      block_bound_ = bound.max_score;
    }
    return !MayBeat(block_bound_, Threshold());
  }

  SearchPlan& plan_;
  const ExecuteOptions& options_;
  const bool leave_out_losers_;
  Interrupt& interrupt_;
  TopHits top_;
  uint64_t match_count_ = 0;
  bool sets_threshold_ = false;  // the matcher leaves out losers, and tells of them if they are to be counted
  double greatest_factor_ = 1;   // of recency, in the segment
  bool block_is_set_ = false;
  uint32_t block_until_ = 0;
  double block_bound_ = 0;
};

// Whether the hits are best found by leaving out what cannot be among them, which keeps the pass from counting.
bool ShallLeaveOutLosers(const SearchPlan& plan, const ExecuteOptions& options) {
  if (!options.prune || options.order != HitOrder::kRelevance || !plan.has_scores()) return false;
  if (!options.count) return true;
  if (!plan.is_one_word() && !plan.is_one_or() && !plan.is_one_difference()) return false;
  uint64_t postings = 0;
  for (const uint64_t frequency : plan.numbers().document_frequencies) postings += frequency;
  return postings > kPostingsWorthPruning;
}

}  // namespace

absl::StatusOr<Outcome> Execute(SearchPlan* plan, const ExecuteOptions& options, Interrupt* interrupt) {
  FL_RETURN_IF_ERROR(interrupt->Now());
  const bool leave_out_losers = ShallLeaveOutLosers(*plan, options);
  Pass pass(plan, options, leave_out_losers, interrupt);
  FL_RETURN_IF_ERROR(pass.Run());
  Outcome outcome;
  outcome.hits = pass.TakeHits();
  if (!options.count) return outcome;
  outcome.total_count = pass.match_count();
  if (leave_out_losers) {
    FL_ASSIGN_OR_RETURN(outcome.total_count, CountMatches(plan, interrupt));
  }
  return outcome;
}

}  // namespace factline::query
