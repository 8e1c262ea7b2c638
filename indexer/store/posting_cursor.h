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

  virtual uint32_t doc() const = 0;        // global document number
  virtual uint32_t frequency() const = 0;  // of the current posting

  virtual uint32_t Next() = 0;                   // the next posting's doc()
  virtual uint32_t SeekGE(uint32_t target) = 0;  // the first posting at or after `target`; no move if already there

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
};

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_POSTING_CURSOR_H_
