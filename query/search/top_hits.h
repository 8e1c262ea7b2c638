#ifndef FACTLINE_QUERY_SEARCH_TOP_HITS_H_
#define FACTLINE_QUERY_SEARCH_TOP_HITS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace factline::query {

struct Hit {
  uint32_t doc = 0;
  double score = 0;               // by relevance
  int64_t published_seconds = 0;  // by time
};

enum class HitOrder : uint8_t {
  kRelevance,  // greatest score first; of equal ones the older document
  kNewest,     // latest time first; of equal ones the newer document
  kOldest,     // the reverse of kNewest
};

// A total order: document numbers are unique and never change, so that pages never overlap.
inline bool RanksBefore(HitOrder order, const Hit& a, const Hit& b) {
  switch (order) {
    case HitOrder::kRelevance:
      return a.score != b.score ? a.score > b.score : a.doc < b.doc;
    case HitOrder::kNewest:
      return a.published_seconds != b.published_seconds ? a.published_seconds > b.published_seconds : a.doc > b.doc;
    case HitOrder::kOldest:
      return a.published_seconds != b.published_seconds ? a.published_seconds < b.published_seconds : a.doc < b.doc;
  }
  return false;
}

// Keeps the first `limit` (at least 1) hits that come after `after`. Adding is O(log limit).
class TopHits {
 public:
  TopHits(HitOrder order, size_t limit, std::optional<Hit> after) : order_(order), limit_(limit), after_(after) {}

  // True if the hit is among the first so far.
  bool Add(const Hit& hit) {
    if (after_.has_value() && !RanksBefore(order_, *after_, hit)) return false;
    const auto before = [this](const Hit& a, const Hit& b) { return RanksBefore(order_, a, b); };
    if (is_full()) {
      if (!before(hit, heap_.front())) return false;
      std::pop_heap(heap_.begin(), heap_.end(), before);
      heap_.back() = hit;
    } else {
      heap_.push_back(hit);
    }
    std::push_heap(heap_.begin(), heap_.end(), before);
    return true;
  }

  bool is_full() const { return heap_.size() == limit_; }
  // What a hit has to rank before; only when full.
  const Hit& last() const { return heap_.front(); }

  std::vector<Hit> TakeSorted() {
    std::sort(heap_.begin(), heap_.end(), [this](const Hit& a, const Hit& b) { return RanksBefore(order_, a, b); });
    return std::move(heap_);
  }

 private:
  const HitOrder order_;
  const size_t limit_;
  const std::optional<Hit> after_;
  std::vector<Hit> heap_;  // the last one in front
};

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SEARCH_TOP_HITS_H_
