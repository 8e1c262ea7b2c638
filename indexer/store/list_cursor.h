#ifndef FACTLINE_INDEXER_STORE_LIST_CURSOR_H_
#define FACTLINE_INDEXER_STORE_LIST_CURSOR_H_

#include <memory>
#include <vector>

#include "indexer/store/posting_cursor.h"
#include "indexer/store/posting_list.h"
#include "indexer/store/term_record.h"
#include "indexer/store/value_store.h"

namespace factline::store {

// A PostingCursor over the chunks of one term record. Decodes a block at a time and reads a chunk, through the store,
// when it first needs it.
class ListCursor final : public PostingCursor {
 public:
  struct Home {
    SegmentId segment;
    uint32_t base_doc = 0;
    const ValueStore* store = nullptr;  // must outlive the cursor
  };

  // `holder` keeps alive what the record views.
  ListCursor(const Home& home, TermRecord record, SharedValue holder)
      : home_(home), record_(std::move(record)), holder_(std::move(holder)) {
    base_ = home_.base_doc;
    docs_ = block_docs_;
  }
  // A copy would look into the original's block.
  ListCursor(const ListCursor&) = delete;
  ListCursor& operator=(const ListCursor&) = delete;

  absl::Status Positions(std::vector<uint32_t>* positions) override;
  // The same as PostingEncoder::AddEncoded takes them, until the cursor moves.
  absl::StatusOr<std::string_view> EncodedPositions();
  uint32_t document_frequency() const override { return record_.document_frequency; }
  Impacts impacts() const override { return record_.impacts; }
  BlockBound ShallowSeek(uint32_t target) override;
  absl::Status status() const override { return status_; }

 private:
  struct Chunk {
    uint32_t number = UINT32_MAX;  // none is loaded
    SharedValue holder;
    PostingListView list;
  };

  int64_t LastDocBefore(uint32_t chunk) const { return chunk == 0 ? -1 : int64_t{record_.chunks[chunk - 1].last_doc}; }
  // The first chunk from `from` on that ends at or after the local document; chunks.size() if none does.
  uint32_t ChunkFor(uint32_t local, uint32_t from) const;
  absl::Status Load(uint32_t number, Chunk* chunk) const;
  absl::Status LoadPositions();  // of the current posting's chunk
  absl::Span<const uint32_t> Frequencies() const { return absl::MakeConstSpan(BlockFrequencies(), size_); }
  bool EnterChunk(uint32_t number);  // false if that ended the cursor
  bool EnterBlock(uint32_t block);
  uint32_t NextBlock() override;
  uint32_t SeekBlock(uint32_t target) override;
  const uint32_t* LoadFrequencies() const override;
  uint32_t End(absl::Status status = absl::OkStatus());

  const Home home_;
  const TermRecord record_;
  const SharedValue holder_;

  // The block that is decoded.
  Chunk chunk_;
  uint32_t block_ = 0;
  uint32_t block_docs_[kBlockPostings];  // local
  mutable uint32_t block_frequencies_[kBlockPostings];
  bool started_ = false;
  bool ended_ = false;

  // Where ShallowSeek stands: ahead of the above or on it.
  Chunk shallow_;
  uint32_t shallow_block_ = 0;

  // Positions of positions_chunk_, read when first asked for.
  uint32_t positions_chunk_ = UINT32_MAX;
  SharedValue positions_holder_;
  PositionListView positions_;

  absl::Status status_;
};

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_LIST_CURSOR_H_
