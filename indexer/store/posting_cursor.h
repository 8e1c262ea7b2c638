#ifndef FACTLINE_INDEXER_STORE_POSTING_CURSOR_H_
#define FACTLINE_INDEXER_STORE_POSTING_CURSOR_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"

namespace factline::store {

// The document number of an exhausted cursor; greater than any document.
constexpr uint32_t kNoMoreDocs = UINT32_MAX;

// The most that a posting of some range can weigh: no posting there has both a greater frequency and a smaller length
// byte than this pair says. Ranking turns it into an upper bound of a score.
struct Impact {
  uint32_t max_frequency = 0;
  uint8_t min_norm = 0;
};

// Walks one term's postings in one segment, by growing document number, forward only. Starts before the first posting.
// Exhaustion is legal and repeatable: doc() is kNoMoreDocs and stays it. Deleted documents are among the postings: the
// caller asks SegmentView::IsLive. A corrupt value ends the cursor and sets status(). Not thread-safe.
class PostingCursor {
 public:
  virtual ~PostingCursor() = default;

  uint32_t doc() const { return doc_; }    // global document number
  virtual uint32_t frequency() const = 0;  // of the current posting

  // The next posting's doc().
  uint32_t Next() { return at_ + 1 < size_ ? MoveTo(at_ + 1) : NextBlock(); }

  // The first posting at or after `target`; no move if already there.
  uint32_t SeekGE(uint32_t target) {
    if (size_ == 0 || base_ + docs_[size_ - 1] < target) return SeekBlock(target);
    if (doc_ >= target) return doc_;
    const uint32_t local = target - base_;
    if (docs_[at_ + 1] >= local) return MoveTo(at_ + 1);
    // Without branches that depend on the documents: where they lie is not to be guessed.
    const uint32_t* from = docs_ + at_ + 1;
    for (uint32_t count = size_ - at_ - 1; count > 1;) {
      const uint32_t half = count / 2;
      from += from[half - 1] < local ? half : 0;
      count -= half;
    }
    return MoveTo(static_cast<uint32_t>(from - docs_));
  }

  // Ascending positions of the current posting; only for fields with positions.
  virtual absl::Status Positions(std::vector<uint32_t>* positions) = 0;

  virtual uint32_t document_frequency() const = 0;  // postings in this segment
  virtual Impact max_impact() const = 0;            // over all postings

  // The block that holds the first posting at or after `target` (which may lie ahead): its last document (inclusive,
  // kNoMoreDocs past the end) and its impact. Does not move the cursor or decode postings. `target` never shrinks.
  struct BlockBound {
    uint32_t last_doc_inclusive = kNoMoreDocs;
    Impact impact;
  };
  virtual BlockBound ShallowSeek(uint32_t target) = 0;

  virtual absl::Status status() const = 0;

 protected:
  // The postings that are at hand, so that steps within them take no call: docs_[at_] of docs_[0, size_), counted from
  // base_, is the current one. Size 0: none are, before the first posting, at the end, and where an index has no
  // blocks.
  uint32_t MoveTo(uint32_t at) {
    at_ = at;
    return doc_ = base_ + docs_[at];
  }
  // Next() and SeekGE() where the postings at hand end; they set doc_.
  virtual uint32_t NextBlock() = 0;
  virtual uint32_t SeekBlock(uint32_t target) = 0;

  uint32_t doc_ = 0;
  uint32_t base_ = 0;
  const uint32_t* docs_ = nullptr;
  uint32_t at_ = 0;
  uint32_t size_ = 0;
};

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_POSTING_CURSOR_H_
