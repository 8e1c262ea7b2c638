#ifndef FACTLINE_INDEXER_STORE_MERGED_TERMS_H_
#define FACTLINE_INDEXER_STORE_MERGED_TERMS_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "indexer/store/segment_data.h"

namespace factline::store {

// The terms of several segments as one sorted stream.
class MergedTerms {
 public:
  // The segments' data must outlive the stream.
  explicit MergedTerms(std::vector<std::unique_ptr<SegmentTerms>> segments);

  // The segments that have the next term, by their places, ascending; empty after the last term or if status() is bad.
  absl::Span<const size_t> Next();

  // Of a segment that has the present term.
  const SegmentTerms& at(size_t segment) const { return *segments_[segment]; }
  const absl::Status& status() const { return status_; }

 private:
  // The present term of a segment. Two numbers decide nearly all comparisons: a term of up to 15 bytes is in them.
  struct Entry {
    uint64_t head = 0;
    uint64_t tail = 0;
    std::string_view term;  // until its iterator moves
    size_t segment = 0;

    bool IsOfSameTerm(const Entry& other) const {
      return head == other.head && tail == other.tail && term == other.term;
    }
    bool IsBehind(const Entry& other) const;
  };

  void Advance(size_t segment);

  std::vector<std::unique_ptr<SegmentTerms>> segments_;
  std::vector<Entry> heap_;  // the least on top; equal terms by segment
  std::vector<size_t> present_;
  absl::Status status_;
};

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_MERGED_TERMS_H_
