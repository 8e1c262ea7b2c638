#include "indexer/store/merged_terms.h"

#include <algorithm>
#include <utility>

#include "indexer/store/keys.h"

namespace factline::store {
namespace {

constexpr auto kIsBehind = [](const auto& a, const auto& b) { return a.IsBehind(b); };

}  // namespace

bool MergedTerms::Entry::IsBehind(const Entry& other) const {
  if (head != other.head) return head > other.head;
  if (tail != other.tail) return tail > other.tail;
  const int order = term.size() <= kTermHeadBytes ? 0 : term.compare(other.term);
  if (order != 0) return order > 0;
  // Zeros fill up a short term: of two that look alike the shorter one is the lesser.
  if (term.size() != other.term.size()) return term.size() > other.term.size();
  return segment > other.segment;
}

MergedTerms::MergedTerms(std::vector<std::unique_ptr<SegmentTerms>> segments) : segments_(std::move(segments)) {
  heap_.reserve(segments_.size());
  for (size_t i = 0; i < segments_.size(); ++i) Advance(i);
}

absl::Span<const size_t> MergedTerms::Next() {
  for (const size_t segment : present_) Advance(segment);
  present_.clear();
  if (!status_.ok() || heap_.empty()) return present_;
  const Entry least = heap_.front();
  while (!heap_.empty() && heap_.front().IsOfSameTerm(least)) {
    std::pop_heap(heap_.begin(), heap_.end(), kIsBehind);
    present_.push_back(heap_.back().segment);
    heap_.pop_back();
  }
  return present_;
}

void MergedTerms::Advance(size_t segment) {
  SegmentTerms& terms = *segments_[segment];
  if (terms.Next()) {
    heap_.push_back({TermHead(terms.field(), terms.term()), TermTail(terms.term()), terms.term(), segment});
    std::push_heap(heap_.begin(), heap_.end(), kIsBehind);
  } else {
    status_.Update(terms.status());
  }
}

}  // namespace factline::store
