#ifndef FACTLINE_INDEXER_STORE_POSTING_CURSOR_H_
#define FACTLINE_INDEXER_STORE_POSTING_CURSOR_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "indexer/store/impacts.h"

namespace factline::store {

// The document number of an exhausted cursor; greater than any document.
constexpr uint32_t kNoMoreDocs = UINT32_MAX;

// A cursor shows at most so many postings at a time.
constexpr uint32_t kMaxBlockPostings = 128;

// The place of the first of `count` ascending numbers that is at least `target`; one of them is. Without branches that
// depend on the numbers: where documents lie is not to be guessed.
inline uint32_t FirstNotBelow(const uint32_t* numbers, uint32_t count, uint32_t target) {
  const uint32_t* from = numbers;
  while (count > 1) {
    const uint32_t half = count / 2;
    from += from[half - 1] < target ? half : 0;
    count -= half;
  }
  return static_cast<uint32_t>(from - numbers);
}

// Walks one term's postings in one segment, by growing document number, forward only. Starts before the first posting.
// Exhaustion is legal and repeatable: doc() is kNoMoreDocs and stays it. Deleted documents are among the postings: the
// caller asks SegmentView::IsLive. A corrupt value ends the cursor and sets status(). Not thread-safe.
class PostingCursor {
 public:
  virtual ~PostingCursor() = default;

  uint32_t doc() const { return doc_; }                               // global document number
  uint32_t frequency() const { return BlockFrequencies()[place()]; }  // of the current posting

  // The next posting's doc().
  uint32_t Next() { return at_ + 1 < size_ ? MoveTo(at_ + 1) : NextBlock(); }

  // The first posting at or after `target`; no move if already there.
  uint32_t SeekGE(uint32_t target) {
    if (size_ == 0 || base_ + docs_[size_ - 1] < target) return SeekBlock(target);
    if (doc_ >= target) return doc_;
    const uint32_t local = target - base_;
    if (docs_[at_ + 1] >= local) return MoveTo(at_ + 1);
    return MoveTo(at_ + 1 + FirstNotBelow(docs_ + at_ + 1, size_ - at_ - 1, local));
  }

  // The block that the current posting lies in, for who looks at many postings; until the cursor leaves it.
  // block_docs()[i] + block_base() is the document and BlockFrequencies()[i] the frequency of its posting i, in
  // [0, block_size()), at most kMaxBlockPostings; place() is the current one. Size 0, before the first posting and at
  // the end: there is none.
  uint32_t block_base() const { return base_; }
  const uint32_t* block_docs() const { return docs_; }
  uint32_t block_size() const { return size_; }
  uint32_t place() const { return at_; }
  const uint32_t* BlockFrequencies() const {
    if (frequencies_ == nullptr) frequencies_ = LoadFrequencies();
    return frequencies_;
  }
  // Goes on to a posting of the block, not before place(). Returns doc().
  uint32_t MoveTo(uint32_t place) {
    at_ = place;
    return doc_ = base_ + docs_[place];
  }

  // Ascending positions of the current posting; only for fields with positions.
  virtual absl::Status Positions(std::vector<uint32_t>* positions) = 0;

  virtual uint32_t document_frequency() const = 0;  // postings in this segment
  virtual Impacts impacts() const = 0;              // of all postings

  // The block that holds the first posting at or after `target` (which may lie ahead): its last document (inclusive,
  // kNoMoreDocs past the end) and its impacts. Does not move the cursor or decode postings. `target` never shrinks.
  struct BlockBound {
    uint32_t last_doc_inclusive = kNoMoreDocs;
    Impacts impacts = {};
  };
  virtual BlockBound ShallowSeek(uint32_t target) = 0;

  virtual absl::Status status() const = 0;

 protected:
  // Next() and SeekGE() where the block ends; they set all of the below.
  virtual uint32_t NextBlock() = 0;
  virtual uint32_t SeekBlock(uint32_t target) = 0;
  // Of the block, when they are first asked for.
  virtual const uint32_t* LoadFrequencies() const = 0;

  uint32_t doc_ = 0;
  uint32_t base_ = 0;
  const uint32_t* docs_ = nullptr;
  uint32_t at_ = 0;
  uint32_t size_ = 0;
  mutable const uint32_t* frequencies_ = nullptr;  // null: not asked for yet
};

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_POSTING_CURSOR_H_
