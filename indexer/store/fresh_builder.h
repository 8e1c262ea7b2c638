#ifndef FACTLINE_INDEXER_STORE_FRESH_BUILDER_H_
#define FACTLINE_INDEXER_STORE_FRESH_BUILDER_H_

#include <string>

#include "absl/types/span.h"
#include "indexer/store/manifest.h"
#include "indexer/store/writer.h"

namespace factline::store {

// A mini-segment as one value (FORMAT.md, "Fresh segments"):
//
//   fresh := title_norm:u8* body_norm:u8* published:(u32 or u64)*    one of each a document; times from the earliest on
//            index:bytes block:bytes*                                dictionary with all postings and positions inline
//   bytes := size:varint byte*
struct FreshSegment {
  std::string value;
  SegmentEntry entry;  // id is left to the caller
};

// Documents get the numbers from `base_doc` on, in order. At least one.
FreshSegment BuildFresh(absl::Span<const Document* const> documents, uint32_t base_doc);

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_FRESH_BUILDER_H_
