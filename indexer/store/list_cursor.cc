#include "indexer/store/list_cursor.h"

#include <algorithm>
#include <utility>

#include "protos/vocab/status.h"

namespace factline::store {

uint32_t ListCursor::NextBlock() {
  if (ended_) return kNoMoreDocs;
  if (started_ && block_ + 1 < chunk_.list.block_count()) return EnterBlock(block_ + 1) ? MoveTo(0) : kNoMoreDocs;
  const uint32_t next_chunk = started_ ? chunk_.number + 1 : 0;
  return EnterChunk(next_chunk) && EnterBlock(0) ? MoveTo(0) : kNoMoreDocs;
}

uint32_t ListCursor::SeekBlock(uint32_t target) {
  if (ended_) return kNoMoreDocs;
  const uint32_t local = target > home_.base_doc ? target - home_.base_doc : 0;
  uint32_t block = block_;
  if (!started_ || record_.chunks[chunk_.number].last_doc < local) {
    if (!EnterChunk(ChunkFor(local, started_ ? chunk_.number + 1 : 0))) return kNoMoreDocs;
    block = 0;
  }
  while (chunk_.list.LastDoc(block) < local) ++block;  // the chunk's last block ends at or after it
  if (!EnterBlock(block)) return kNoMoreDocs;
  return MoveTo(FirstNotBelow(docs_, size_, local));
}

const uint32_t* ListCursor::LoadFrequencies() const {
  if (size_ > 0) chunk_.list.DecodeFrequencies(block_, block_frequencies_);
  return block_frequencies_;
}

absl::Status ListCursor::Positions(std::vector<uint32_t>* positions) {
  positions->clear();
  FL_RETURN_IF_ERROR(LoadPositions());
  return positions_.Read(block_, at_, Frequencies(), positions);
}

absl::StatusOr<std::string_view> ListCursor::EncodedPositions() {
  FL_RETURN_IF_ERROR(LoadPositions());
  return positions_.ReadEncoded(block_, at_, Frequencies());
}

absl::Status ListCursor::LoadPositions() {
  if (!started_ || ended_) return absl::FailedPreconditionError("the cursor is on no posting");
  if (positions_chunk_ == chunk_.number) return absl::OkStatus();
  std::string_view bytes = record_.positions;
  if (record_.positions_apart) {
    FL_ASSIGN_OR_RETURN(positions_holder_, home_.store->Get({.kind = ValueAddress::Kind::kPositions,
                                                             .segment = home_.segment,
                                                             .ordinal = record_.ordinal,
                                                             .number = chunk_.number}));
    bytes = *positions_holder_;
  } else if (!record_.positions_inline) {
    return absl::FailedPreconditionError("the term's field has no positions");
  }
  FL_ASSIGN_OR_RETURN(positions_, PositionListView::Parse(bytes, record_.chunks[chunk_.number].count));
  positions_chunk_ = chunk_.number;
  return absl::OkStatus();
}

PostingCursor::BlockBound ListCursor::ShallowSeek(uint32_t target) {
  const uint32_t local = target > home_.base_doc ? target - home_.base_doc : 0;
  const uint32_t from = shallow_.number == UINT32_MAX ? 0 : shallow_.number;
  const uint32_t number = ended_ && !status_.ok() ? record_.chunks.size() : ChunkFor(local, from);
  if (number == record_.chunks.size()) return {};
  if (number != shallow_.number) {
    if (number == chunk_.number) {
      shallow_ = chunk_;
    } else if (absl::Status loaded = Load(number, &shallow_); !loaded.ok()) {
      End(std::move(loaded));
      return {};
    }
    shallow_block_ = 0;
  }
  while (shallow_.list.LastDoc(shallow_block_) < local) ++shallow_block_;
  return {home_.base_doc + shallow_.list.LastDoc(shallow_block_), shallow_.list.ImpactsOf(shallow_block_)};
}

uint32_t ListCursor::ChunkFor(uint32_t local, uint32_t from) const {
  const auto found =
      std::lower_bound(record_.chunks.begin() + std::min<size_t>(from, record_.chunks.size()), record_.chunks.end(),
                       local, [](const ChunkInfo& chunk, uint32_t doc) { return chunk.last_doc < doc; });
  return static_cast<uint32_t>(found - record_.chunks.begin());
}

absl::Status ListCursor::Load(uint32_t number, Chunk* chunk) const {
  Chunk loaded;
  loaded.number = number;
  std::string_view bytes = record_.postings;
  if (record_.postings_apart) {
    FL_ASSIGN_OR_RETURN(loaded.holder, home_.store->Get({.kind = ValueAddress::Kind::kPostings,
                                                         .segment = home_.segment,
                                                         .ordinal = record_.ordinal,
                                                         .number = number}));
    bytes = *loaded.holder;
  }
  FL_ASSIGN_OR_RETURN(loaded.list, PostingListView::Parse(bytes, LastDocBefore(number), record_.chunks[number]));
  *chunk = std::move(loaded);
  return absl::OkStatus();
}

bool ListCursor::EnterChunk(uint32_t number) {
  if (number >= record_.chunks.size()) {
    End();
    return false;
  }
  started_ = true;
  if (number == chunk_.number) return true;
  if (number == shallow_.number) {
    chunk_ = shallow_;
    return true;
  }
  if (absl::Status loaded = Load(number, &chunk_); !loaded.ok()) {
    End(std::move(loaded));
    return false;
  }
  return true;
}

bool ListCursor::EnterBlock(uint32_t block) {
  if (absl::Status decoded = chunk_.list.DecodeDocs(block, block_docs_, block_frequencies_); !decoded.ok()) {
    End(std::move(decoded));
    return false;
  }
  frequencies_ = chunk_.list.HasFrequenciesApart(block) ? nullptr : block_frequencies_;
  block_ = block;
  size_ = chunk_.list.PostingsIn(block);
  return true;
}

uint32_t ListCursor::End(absl::Status status) {
  ended_ = true;
  size_ = 0;
  doc_ = kNoMoreDocs;
  if (status_.ok()) status_ = std::move(status);
  return kNoMoreDocs;
}

}  // namespace factline::store
