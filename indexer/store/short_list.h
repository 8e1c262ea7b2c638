#ifndef FACTLINE_INDEXER_STORE_SHORT_LIST_H_
#define FACTLINE_INDEXER_STORE_SHORT_LIST_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "indexer/store/term_record.h"

namespace factline::store {

// One term's list of fewer than kBlockPostings postings, built up as it will lie in a term record: most terms of a
// segment have no more, and PostingEncoder's blocks and chunks would cost them more than their bytes do.
class ShortList {
 public:
  uint32_t size() const { return chunk_.count; }

  // One posting behind all others; `positions` as PostingEncoder::Add takes them.
  void Add(uint32_t doc, uint32_t frequency, uint8_t norm, absl::Span<const uint32_t> positions);

  // All postings of `record`, whose list is inline and one short block, behind the present ones. Bytes move as they
  // are, but for the first document's gap. `doc_shift` is added to the documents. DATA_LOSS, and the list is of no use,
  // if documents, frequencies and the number of positions (none unless the field has them) do not add up to what the
  // record says of them: damage of one list never reaches its neighbours.
  absl::Status Append(const TermRecord& record, uint32_t doc_shift, bool has_positions);

  // A record with the list inline. Its views hold until the list changes.
  TermRecord Record(bool has_positions) const;

  void Clear();

 private:
  ChunkInfo chunk_;  // without impacts
  ImpactsBuilder impacts_;
  uint64_t collection_frequency_ = 0;
  int64_t last_doc_ = -1;
  std::string postings_;
  std::string positions_;
};

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_SHORT_LIST_H_
