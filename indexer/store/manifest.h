#ifndef FACTLINE_INDEXER_STORE_MANIFEST_H_
#define FACTLINE_INDEXER_STORE_MANIFEST_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "indexer/store/reader.h"
#include "protos/vocab/ids.h"
#include "roaring/roaring.hh"

// What the index consists of, as of one generation (FORMAT.md, "Manifest").
//
//   manifest := format:varint analyzer:bytes extractor:bytes generation:varint consumed_offset:varint
//               next_doc:varint next_segment:varint segment_count:varint segment*
//   segment  := id:varint kind:u8 (0 merged, 1 fresh) base_doc:varint doc_count:varint hole_count:varint
//               deleted_count:varint deletions_generation:varint min_published:signed max_published:signed
//               title_tokens:varint body_tokens:varint dictionary_slices:varint size_bytes:varint
//   bytes    := size:varint byte*
//
// The deletions of a segment:  holes:bytes deleted:bytes  (portable Roaring bitmaps of document numbers)
namespace factline::store {

// Documents of one chunk of a norm column.
constexpr uint32_t kNormChunkDocs = 1 << 16;

struct SegmentEntry {
  SegmentId id;
  bool fresh = false;
  uint32_t base_doc = 0;
  uint32_t doc_count = 0;             // numbers covered, holes included
  uint32_t hole_count = 0;            // numbers whose document a merge has purged
  uint32_t deleted_count = 0;         // deleted, not purged: its postings are still there
  uint64_t deletions_generation = 0;  // of the manifest that changed holes or deletions last; 0: there are none
  int64_t min_published_seconds = 0;
  int64_t max_published_seconds = 0;
  uint64_t title_tokens = 0;  // sums of DecodeNorm over documents that are no holes
  uint64_t body_tokens = 0;
  uint32_t dictionary_slices = 0;  // of a merged segment
  uint64_t size_bytes = 0;         // of its values

  uint32_t live_count() const { return doc_count - hole_count - deleted_count; }
  uint64_t doc_end_exclusive() const { return uint64_t{base_doc} + doc_count; }
};

struct Manifest {
  IndexVersions versions;
  uint64_t generation = 0;
  Offset consumed;
  uint32_t next_doc = 0;
  uint64_t next_segment = 1;
  std::vector<SegmentEntry> segments;  // in the order of base_doc, without overlap

  std::string Encode() const;
  // DATA_LOSS if the bytes are cut short, segments overlap or counts contradict; FAILED_PRECONDITION for another
  // format.
  static absl::StatusOr<Manifest> Decode(std::string_view bytes);

  // Index in `segments` of the one that covers `doc`, or segments.size().
  size_t SegmentOf(uint32_t doc) const;
};

struct SegmentDeletions {
  Roaring holes;
  Roaring deleted;  // disjoint from holes

  std::string Encode() const;
  static absl::StatusOr<SegmentDeletions> Decode(std::string_view bytes, const SegmentEntry& entry);
};

// Roaring bitmaps as `bytes` above; also the whole value of a purge list.
void PutRoaring(const Roaring& bitmap, std::string* out);
absl::StatusOr<Roaring> ParseRoaring(std::string_view bytes);

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_MANIFEST_H_
