#ifndef FACTLINE_INDEXER_STORE_POSTING_LIST_H_
#define FACTLINE_INDEXER_STORE_POSTING_LIST_H_

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "indexer/store/bit_packing.h"
#include "indexer/store/bytes.h"
#include "indexer/store/posting_cursor.h"

// The bytes of a chunk: a run of one term's postings (FORMAT.md, "Postings"). Documents here are local to the segment.
//
//   postings  := directory block*           how many postings there are, the chunk's info says
//   directory := entry*                     one a block if the chunk has a full block, else none
//   entry     := last_doc:u32 doc_width:u8 frequency_width:u8 impacts
//   impacts   := { max_frequency:u8 min_norm:u8 } * 3           impacts.h
//   block     := 128 document gaps packed at doc_width, then 128 frequencies - 1 packed at frequency_width
//              | short block, always the chunk's last: per posting gap << 1 | (frequency == 1):varint
//                [ frequency - 2:varint ]
//   gap       := document - the one before it - 1; the one before the chunk's first is the chunk before's last, or -1
//
//   positions := offset:u32 of each block but the first, from the end of the offsets; then per posting the first
//                position:varint and the differences between neighbours:varint
namespace factline::store {

static_assert(kBlockPostings <= kMaxBlockPostings);

// What is known of a chunk without reading it.
struct ChunkInfo {
  uint32_t last_doc = 0;  // inclusive, local
  uint32_t count = 0;     // postings, at least 1
  Impacts impacts = {};
};

struct PostingChunk {
  ChunkInfo info;
  std::string postings;
  std::string positions;  // empty for fields without
};

struct PostingLimits {
  size_t whole_list_bytes = SIZE_MAX;       // postings up to this are one chunk; longer lists are cut
  uint32_t chunk_blocks = 64;               // of a cut list
  size_t block_position_bytes = 256 << 10;  // a block ends early, and with it its chunk, beyond this
};

constexpr size_t kImpactsBytes = 2 * kImpactCount;
void PutImpacts(const Impacts& impacts, std::string* out);
inline Impacts LoadImpacts(const char* bytes) {  // kImpactsBytes of them
  Impacts impacts;
  for (Impact& impact : impacts) {
    impact.max_frequency = static_cast<uint8_t>(*bytes++);
    impact.min_norm = static_cast<uint8_t>(*bytes++);
  }
  return impacts;
}

// One posting of a short block.
inline void PutShortPosting(uint32_t gap, uint32_t frequency, std::string* out) {
  PutVarint(static_cast<uint64_t>(gap) << 1 | (frequency == 1), out);
  if (frequency != 1) PutVarint(frequency - 2, out);
}

// Turns postings into chunks. Add in the order of documents; Finish after the last one; then the encoder is as new.
class PostingEncoder {
 public:
  // Gets each chunk in order. An error ends the encoding and comes back from Add or Finish.
  using Sink = std::function<absl::Status(PostingChunk)>;

  PostingEncoder(const PostingLimits& limits, Sink sink) : limits_(limits), sink_(std::move(sink)) {}

  // `positions` are ascending and `frequency` many, or none for a field without.
  absl::Status Add(uint32_t doc, uint32_t frequency, uint8_t norm, absl::Span<const uint32_t> positions);
  // The same with the positions as another encoder wrote them (PositionListView::ReadEncoded).
  absl::Status AddEncoded(uint32_t doc, uint32_t frequency, uint8_t norm, std::string_view positions);
  absl::Status Finish();

 private:
  struct Block {
    ChunkInfo info;  // without impacts while it is open
    uint8_t doc_width = 0;
    uint8_t frequency_width = 0;
    std::string postings;
    std::string positions;
  };

  void AddPosting(uint32_t doc, uint32_t frequency, uint8_t norm);
  absl::Status EmitFull();
  void CloseBlock();
  absl::Status EmitChunk();

  const PostingLimits limits_;
  const Sink sink_;
  uint32_t gaps_[kBlockPostings];
  uint32_t frequencies_[kBlockPostings];
  ImpactsBuilder open_impacts_;
  Block open_;                 // its postings lie in gaps_ and frequencies_ until it is closed
  std::vector<Block> closed_;  // of the chunk to come
  size_t closed_bytes_ = 0;
  int64_t last_doc_ = -1;
  bool is_cut_ = false;  // the list has outgrown whole_list_bytes
};

// A chunk's postings, checked as far as the directory goes. The bytes must outlive the view.
class PostingListView {
 public:
  PostingListView() = default;

  // `previous_doc` is the last document of the chunk before, or -1. DATA_LOSS says what is wrong.
  static absl::StatusOr<PostingListView> Parse(std::string_view bytes, int64_t previous_doc, const ChunkInfo& info);

  uint32_t block_count() const { return static_cast<uint32_t>(block_ends_.size()); }
  uint32_t PostingsIn(uint32_t block) const { return std::min(kBlockPostings, info_.count - block * kBlockPostings); }
  uint32_t LastDoc(uint32_t block) const {  // inclusive
    return HasDirectory() ? LoadFixed32(Entry(block)) : info_.last_doc;
  }
  Impacts ImpactsOf(uint32_t block) const {
    return HasDirectory() ? LoadImpacts(Entry(block) + kImpactsAt) : info_.impacts;
  }

  // Decodes PostingsIn(block) documents and frequencies into arrays of kBlockPostings.
  absl::Status Decode(uint32_t block, uint32_t* docs, uint32_t* frequencies) const;

  // The same in two steps, for who may not need the second: whether a block keeps frequencies apart from documents (a
  // full one does), then DecodeDocs leaves them out and DecodeFrequencies fetches them.
  bool HasFrequenciesApart(uint32_t block) const { return PostingsIn(block) == kBlockPostings; }
  absl::Status DecodeDocs(uint32_t block, uint32_t* docs, uint32_t* frequencies) const;
  void DecodeFrequencies(uint32_t block, uint32_t* frequencies) const;

 private:
  // Where the parts of a directory's entry lie.
  static constexpr size_t kDocWidthAt = 4;
  static constexpr size_t kFrequencyWidthAt = 5;
  static constexpr size_t kImpactsAt = 6;
  static constexpr size_t kEntryBytes = kImpactsAt + kImpactsBytes;

  friend class PostingEncoder;  // kEntryBytes
  bool HasDirectory() const { return info_.count >= kBlockPostings; }
  const char* Entry(uint32_t block) const { return directory_.data() + kEntryBytes * block; }
  absl::Status DecodeShort(std::string_view bytes, uint32_t count, int64_t previous, uint32_t* docs,
                           uint32_t* frequencies) const;

  std::string_view directory_;
  std::string_view blocks_;
  absl::InlinedVector<uint32_t, 1> block_ends_;  // exclusive, in blocks_; most lists have one
  int64_t previous_doc_ = -1;
  ChunkInfo info_;
};

// A chunk's positions. The bytes must outlive the view.
class PositionListView {
 public:
  PositionListView() = default;
  static absl::StatusOr<PositionListView> Parse(std::string_view bytes, uint32_t count);

  // Positions of posting `index` of `block`. `frequencies` are the block's. Reading onward through a block is linear.
  absl::Status Read(uint32_t block, uint32_t index, absl::Span<const uint32_t> frequencies,
                    std::vector<uint32_t>* positions);
  // The same as bytes, so many numbers as the posting has; that they are good ones is left to who decodes them.
  absl::StatusOr<std::string_view> ReadEncoded(uint32_t block, uint32_t index, absl::Span<const uint32_t> frequencies);

 private:
  absl::StatusOr<std::string_view> BlockBytes(uint32_t block) const;
  absl::Status MoveTo(uint32_t block, uint32_t index, absl::Span<const uint32_t> frequencies);
  bool Skip(uint64_t numbers);  // false if there are not so many
  absl::Status Lose();          // where it stands: the block is corrupt

  std::string_view offsets_;
  std::string_view bodies_;
  uint32_t block_count_ = 0;
  // Where the next posting of the block that was read last begins.
  uint32_t at_block_ = UINT32_MAX;
  uint32_t at_index_ = 0;
  std::string_view at_rest_;
};

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_POSTING_LIST_H_
