#ifndef FACTLINE_INDEXER_STORE_TERM_WRITER_H_
#define FACTLINE_INDEXER_STORE_TERM_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "indexer/store/dictionary.h"
#include "indexer/store/posting_list.h"
#include "indexer/store/segment_sink.h"
#include "indexer/store/term_record.h"

namespace factline::store {

// A record with more than this inline would crowd its neighbours out of their block.
inline constexpr size_t kInlineBytes = 2 << 10;

// Writes the terms of a segment one after the other, in the order of their keys: lists inline or apart, records into
// blocks of the dictionary.
class TermWriter {
 public:
  // `sink` must outlive the writer.
  TermWriter(SegmentId id, SegmentSink* sink);

  // A posting of the term that FinishTerm will name.
  absl::Status Add(uint32_t local, uint32_t frequency, uint8_t norm, std::string_view encoded_positions);
  // Ends the list of `key` = TermKey. A term without postings leaves no trace.
  absl::Status FinishTerm(std::string_view key);

  // A whole term, whose list is inline in its record.
  absl::Status AddRecord(std::string_view key, const TermRecord& record);

  // After the last term. Returns the number of dictionary slices.
  absl::StatusOr<uint32_t> Finish();

 private:
  absl::Status Put(ValueAddress::Kind kind, uint32_t number, std::string_view value);
  absl::Status PutApart(ValueAddress::Kind kind, uint32_t chunk, std::string_view value);
  absl::Status TakeChunk(PostingChunk chunk);
  absl::Status MoveFirstChunkApart();
  absl::Status PutChunk(const PostingChunk& chunk, uint32_t number);
  absl::Status PlaceFirstChunk();
  absl::Status CloseBlock();

  const SegmentId id_;
  SegmentSink* const sink_;
  PostingEncoder encoder_;
  TermRecord record_;                  // of the present term
  std::optional<PostingChunk> first_;  // its first chunk
  uint32_t next_ordinal_ = 0;
  std::string record_bytes_;
  DictionaryBlockBuilder block_;
  DictionaryIndex index_;
};

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_TERM_WRITER_H_
