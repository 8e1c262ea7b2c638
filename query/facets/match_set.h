#ifndef FACTLINE_QUERY_FACETS_MATCH_SET_H_
#define FACTLINE_QUERY_FACETS_MATCH_SET_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "indexer/store/reader.h"
#include "protos/vocab/status.h"
#include "query/search/interrupt.h"
#include "query/search/search_plan.h"

namespace factline::query {

// Documents of one segment, which must outlive the set: a bit each.
class MatchSet {
 public:
  explicit MatchSet(const store::SegmentView& segment) : segment_(&segment), words_((segment.doc_count() + 63) / 64) {}

  void Add(uint32_t doc) { words_[Local(doc) / 64] |= uint64_t{1} << (Local(doc) % 64); }
  bool Contains(uint32_t doc) const { return (words_[Local(doc) / 64] >> (Local(doc) % 64) & 1) != 0; }
  uint64_t Size() const {
    uint64_t size = 0;
    for (const uint64_t word : words_) size += static_cast<uint64_t>(std::popcount(word));
    return size;
  }
  const store::SegmentView& segment() const { return *segment_; }

  // Calls visit(doc) for each document, by growing number, unless the work is to stop.
  template <typename Visit>
  absl::Status ForEach(Interrupt* interrupt, Visit visit) const {
    for (size_t i = 0; i < words_.size(); ++i) {
      FL_RETURN_IF_ERROR(interrupt->Step());
      for (uint64_t rest = words_[i]; rest != 0; rest &= rest - 1) {
        visit(segment_->base_doc() + static_cast<uint32_t>(i * 64 + static_cast<size_t>(std::countr_zero(rest))));
      }
    }
    return absl::OkStatus();
  }

 private:
  uint32_t Local(uint32_t doc) const { return doc - segment_->base_doc(); }

  const store::SegmentView* segment_;
  std::vector<uint64_t> words_;
};

// The live documents that match, for each segment that has some, in the order of segments. Scores nothing.
absl::StatusOr<std::vector<MatchSet>> FindMatches(SearchPlan* plan, Interrupt* interrupt);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_FACETS_MATCH_SET_H_
