#include "indexer/store/term_writer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "protos/vocab/status.h"

namespace factline::store {
namespace {

using Kind = ValueAddress::Kind;

constexpr size_t kWholeListBytes = 64 << 10;

}  // namespace

TermWriter::TermWriter(SegmentId id, SegmentSink* sink)
    : id_(id), sink_(sink), encoder_({.whole_list_bytes = kWholeListBytes}, [this](PostingChunk chunk) {
        return TakeChunk(std::move(chunk));
      }) {}

absl::Status TermWriter::Add(uint32_t local, uint32_t frequency, uint8_t norm, std::string_view encoded_positions) {
  record_.collection_frequency += frequency;
  return encoder_.AddEncoded(local, frequency, norm, encoded_positions);
}

absl::Status TermWriter::FinishTerm(std::string_view key) {
  FL_RETURN_IF_ERROR(encoder_.Finish());
  if (!first_.has_value()) return absl::OkStatus();
  FL_RETURN_IF_ERROR(PlaceFirstChunk());
  ImpactsBuilder impacts;
  for (const ChunkInfo& chunk : record_.chunks) {
    record_.document_frequency += chunk.count;
    impacts.Add(chunk.impacts);
  }
  record_.impacts = impacts.Build();
  if (record_.postings_apart || record_.positions_apart) record_.ordinal = next_ordinal_++;
  absl::Status added = AddRecord(key, record_);
  record_ = TermRecord();
  first_.reset();
  return added;
}

absl::Status TermWriter::AddRecord(std::string_view key, const TermRecord& record) {
  record_bytes_.clear();
  record.AppendTo(&record_bytes_);
  block_.Add(key, record_bytes_);
  return block_.size_bytes() >= kDictionaryBlockBytes ? CloseBlock() : absl::OkStatus();
}

absl::StatusOr<uint32_t> TermWriter::Finish() {
  if (!block_.empty()) FL_RETURN_IF_ERROR(CloseBlock());
  const std::vector<std::string> slices = index_.Encode();
  for (uint32_t i = 0; i < slices.size(); ++i) FL_RETURN_IF_ERROR(Put(Kind::kDictionarySlice, i, slices[i]));
  return static_cast<uint32_t>(slices.size());
}

absl::Status TermWriter::Put(Kind kind, uint32_t number, std::string_view value) {
  return sink_->Put({.kind = kind, .segment = id_, .ordinal = 0, .number = number}, value);
}

absl::Status TermWriter::PutApart(Kind kind, uint32_t chunk, std::string_view value) {
  return sink_->Put({.kind = kind, .segment = id_, .ordinal = next_ordinal_, .number = chunk}, value);
}

// The first chunk waits: only a list of one chunk may go inline.
absl::Status TermWriter::TakeChunk(PostingChunk chunk) {
  record_.chunks.push_back(chunk.info);
  if (record_.chunks.size() == 1) {
    first_ = std::move(chunk);
    return absl::OkStatus();
  }
  if (!record_.postings_apart) FL_RETURN_IF_ERROR(MoveFirstChunkApart());
  return PutChunk(chunk, static_cast<uint32_t>(record_.chunks.size() - 1));
}

absl::Status TermWriter::MoveFirstChunkApart() {
  record_.postings_apart = true;
  record_.positions_apart = !first_->positions.empty();
  return PutChunk(*first_, 0);
}

absl::Status TermWriter::PutChunk(const PostingChunk& chunk, uint32_t number) {
  FL_RETURN_IF_ERROR(PutApart(Kind::kPostings, number, chunk.postings));
  return record_.positions_apart ? PutApart(Kind::kPositions, number, chunk.positions) : absl::OkStatus();
}

absl::Status TermWriter::PlaceFirstChunk() {
  if (record_.postings_apart) return absl::OkStatus();
  if (first_->postings.size() > kInlineBytes) return MoveFirstChunkApart();
  record_.postings = first_->postings;
  if (first_->positions.empty()) return absl::OkStatus();
  if (first_->postings.size() + first_->positions.size() <= kInlineBytes) {
    record_.positions_inline = true;
    record_.positions = first_->positions;
    return absl::OkStatus();
  }
  record_.positions_apart = true;
  return PutApart(Kind::kPositions, 0, first_->positions);
}

absl::Status TermWriter::CloseBlock() {
  const uint32_t number = static_cast<uint32_t>(index_.block_count());
  index_.Append(block_.first_key());
  return Put(Kind::kDictionaryBlock, number, block_.Finish());
}

}  // namespace factline::store
