#ifndef FACTLINE_QUERY_SEARCH_MATCHER_H_
#define FACTLINE_QUERY_SEARCH_MATCHER_H_

#include <cstdint>
#include <limits>
#include <memory>

#include "absl/status/status.h"
#include "indexer/store/posting_cursor.h"
#include "query/search/interrupt.h"

namespace factline::query {

using store::kNoMoreDocs;

// No document of [target asked for, last_doc_inclusive] scores more than `max_score`.
struct ScoreBound {
  uint32_t last_doc_inclusive = kNoMoreDocs;
  double max_score = 0;
};

// Sums of the same scores in another order differ in their last bits; a bound that is used to skip documents is first
// made greater by more than that.
inline bool MayBeat(double bound, double threshold) { return bound * (1 + 1e-12) > threshold; }

// Counts the matches that a walk leaves out, as far as the caller counts them.
class MatchCounter {
 public:
  virtual ~MatchCounter() = default;
  virtual void Add(uint32_t doc) = 0;
};

// Walks the documents of one segment that an expression may match, by growing number, forward only. Stands on its first
// candidate from the beginning; exhaustion is legal and repeatable. A candidate passes the cheap tests: Confirm() does
// the rest (positions of phrases). Deleted documents are among them. Not thread-safe; must not outlive the IndexView.
class Matcher {
 public:
  virtual ~Matcher() = default;

  virtual uint32_t doc() const = 0;              // the candidate, or kNoMoreDocs
  virtual uint32_t Next() = 0;                   // the next candidate
  virtual uint32_t SeekGE(uint32_t target) = 0;  // the first candidate at or after `target`; no move if already there

  virtual bool Confirm() = 0;  // whether the candidate matches
  virtual double Score() = 0;  // of a confirmed candidate; at least 0

  virtual double max_score() const = 0;  // over the segment
  // `target` never shrinks, nor lies before doc().
  virtual ScoreBound BoundFrom(uint32_t target) = 0;

  // From now on documents that score at most `threshold` may be left out. It only grows.
  virtual void SetThreshold(double threshold) = 0;

  // From now on a threshold leaves out no match that `counter` is not told of, but for those that SeekGE passes over;
  // `counter` must outlive the walk. False, and no change, if the matcher cannot promise that.
  virtual bool CountLosers(MatchCounter* /*counter*/) { return false; }

  virtual uint64_t cost() const = 0;  // about how many candidates there are

  // Why a walk ended early, if it did.
  virtual absl::Status status() const = 0;
};

// What words, phrases and conjunctions share: they skip whole blocks whose bound cannot beat the threshold. They may do
// so for long before they find a candidate, so they ask `interrupt`, which must outlive them, and are exhausted once
// the work is to stop; who walks them looks at Interrupt::ended().
class BlockSkippingMatcher : public Matcher {
 public:
  explicit BlockSkippingMatcher(Interrupt* interrupt) : interrupt_(*interrupt) {}

  void SetThreshold(double threshold) override {
    threshold_ = threshold;
    good_until_ = 0;
    good_ = false;
  }

 protected:
  double threshold() const { return threshold_; }

  // Moves by `seek(target)` (which returns the first candidate at or after its argument) to the first candidate at or
  // after `target` in a block that may beat the threshold.
  template <typename Seek>
  uint32_t SettleFrom(uint32_t target, Seek seek) {
    for (;;) {
      if (interrupt_.Ends()) return kNoMoreDocs;
      if (threshold_ > 0 && target != kNoMoreDocs && !(good_ && target <= good_until_)) {
        const ScoreBound bound = BoundFrom(target);
        if (!MayBeat(bound.max_score, threshold_)) {
          target = bound.last_doc_inclusive == kNoMoreDocs ? kNoMoreDocs : bound.last_doc_inclusive + 1;
          continue;
        }
        good_ = true;
        good_until_ = bound.last_doc_inclusive;
      }
      const uint32_t found = seek(target);
      if (found == kNoMoreDocs || threshold_ <= 0 || found <= good_until_) return found;
      target = found;
    }
  }

  Interrupt& interrupt_;

 private:
  double threshold_ = 0;
  uint32_t good_until_ = 0;
  bool good_ = false;
};

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SEARCH_MATCHER_H_
