#ifndef FACTLINE_INDEXER_STORE_TERM_RECORD_H_
#define FACTLINE_INDEXER_STORE_TERM_RECORD_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"
#include "indexer/store/posting_list.h"

// What a dictionary says of a term (FORMAT.md, "Term records").
//
//   record  := flags:u8 document_frequency:varint (collection_frequency - document_frequency):varint
//              impact* [ ordinal:varint ] list
//   flags   := 1 if postings are apart | 2 if positions are inline | 4 if positions are apart | number of impacts << 3
//   impact  := max_frequency:u8 min_norm:u8
//   ordinal := there if anything is apart: its number in keys of `post` and `pos`
//   list    := postings inline: last_doc:varint postings:bytes [ positions:bytes ]
//            | postings apart:  chunk_count:varint { last_doc - the one before:varint count:varint
//                                                    impacts (posting_list.h) }
//   bytes   := size:varint byte*
namespace factline::store {

using ChunkList = absl::InlinedVector<ChunkInfo, 1>;  // most terms have one

struct TermRecord {
  uint32_t document_frequency = 0;
  uint64_t collection_frequency = 0;
  Impacts impacts = {};
  uint32_t ordinal = 0;  // if postings_apart or positions_apart
  bool postings_apart = false;
  bool positions_inline = false;
  bool positions_apart = false;
  ChunkList chunks;            // one, if postings are inline
  std::string_view postings;   // inline ones
  std::string_view positions;  // inline ones

  void AppendTo(std::string* out) const;

  // Views into `bytes`. DATA_LOSS unless counts add up, impacts are valid, documents ascend and
  // stay below `doc_count`.
  static absl::StatusOr<TermRecord> Parse(std::string_view bytes, uint32_t doc_count);
};

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_TERM_RECORD_H_
