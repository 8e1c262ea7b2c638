#include "indexer/store/posting_list.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "indexer/store/bytes.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/status.h"

namespace factline::store {
namespace {

constexpr uint32_t kSafeGapWidth = 24;  // a block of gaps up to this adds up to less than 2^32

// How many bytes the first `count` varints take; more than there are if they do not fit. Eight bytes at a time: a
// number ends at each byte whose high bit is clear.
size_t BytesOfVarints(std::string_view bytes, uint64_t count) {
  constexpr uint64_t kHighBits = 0x8080808080808080;
  size_t size = 0;
  for (uint64_t word; bytes.size() - size >= sizeof(word); size += sizeof(word)) {
    std::memcpy(&word, bytes.data() + size, sizeof(word));
    const auto ends = static_cast<uint64_t>(std::popcount(~word & kHighBits));
    if (ends >= count) break;
    count -= ends;
  }
  while (count > 0 && size < bytes.size()) count -= (static_cast<uint8_t>(bytes[size++]) & 0x80) == 0;
  return count == 0 ? size : bytes.size() + 1;
}

absl::Status Corrupt(std::string_view what) { return absl::DataLossError(Cat("postings: ", what)); }

uint32_t BlocksOf(uint32_t count) { return count / kBlockPostings + (count % kBlockPostings != 0); }

}  // namespace

void PutImpacts(const Impacts& impacts, std::string* out) {
  for (const Impact& impact : impacts) {
    PutByte(impact.max_frequency, out);
    PutByte(impact.min_norm, out);
  }
}

absl::Status PostingEncoder::Add(uint32_t doc, uint32_t frequency, uint8_t norm, absl::Span<const uint32_t> positions) {
  AddPosting(doc, frequency, norm);
  uint32_t before = 0;
  for (const uint32_t position : positions) {
    PutVarint(position - before, &open_.positions);
    before = position;
  }
  return EmitFull();
}

absl::Status PostingEncoder::AddEncoded(uint32_t doc, uint32_t frequency, uint8_t norm, std::string_view positions) {
  AddPosting(doc, frequency, norm);
  open_.positions += positions;
  return EmitFull();
}

void PostingEncoder::AddPosting(uint32_t doc, uint32_t frequency, uint8_t norm) {
  ChunkInfo& info = open_.info;
  gaps_[info.count] = static_cast<uint32_t>(doc - last_doc_ - 1);
  frequencies_[info.count] = frequency;
  open_impacts_.Add(frequency, norm);
  info.last_doc = doc;
  ++info.count;
  last_doc_ = doc;
}

// Closes the block if it is full, and emits the chunks that are.
absl::Status PostingEncoder::EmitFull() {
  if (open_.info.count == kBlockPostings) {
    CloseBlock();
  } else if (open_.positions.size() > limits_.block_position_bytes) {
    CloseBlock();
    return EmitChunk();  // only a chunk's last block may be short
  }
  if (closed_bytes_ > limits_.whole_list_bytes) is_cut_ = true;
  while (is_cut_ && closed_.size() >= limits_.chunk_blocks) FL_RETURN_IF_ERROR(EmitChunk());
  return absl::OkStatus();
}

absl::Status PostingEncoder::Finish() {
  if (open_.info.count > 0) CloseBlock();
  while (!closed_.empty()) FL_RETURN_IF_ERROR(EmitChunk());
  last_doc_ = -1;
  is_cut_ = false;
  return absl::OkStatus();
}

void PostingEncoder::CloseBlock() {
  const uint32_t count = open_.info.count;
  std::string& out = open_.postings;
  if (count == kBlockPostings) {
    for (uint32_t& frequency : frequencies_) --frequency;
    open_.doc_width = static_cast<uint8_t>(WidthOf(gaps_, count));
    open_.frequency_width = static_cast<uint8_t>(WidthOf(frequencies_, count));
    PackBlock(gaps_, open_.doc_width, &out);
    PackBlock(frequencies_, open_.frequency_width, &out);
  } else {
    for (uint32_t i = 0; i < count; ++i) PutShortPosting(gaps_[i], frequencies_[i], &out);
  }
  open_.info.impacts = open_impacts_.Build();
  open_impacts_.Clear();
  closed_bytes_ += PostingListView::kEntryBytes + out.size();
  closed_.push_back(std::exchange(open_, Block()));
}

absl::Status PostingEncoder::EmitChunk() {
  const size_t block_count = is_cut_ ? std::min<size_t>(closed_.size(), limits_.chunk_blocks) : closed_.size();
  PostingChunk chunk;
  ImpactsBuilder impacts;
  std::string blocks, positions;
  for (size_t i = 0; i < block_count; ++i) {
    const Block& block = closed_[i];
    chunk.info.count += block.info.count;
    chunk.info.last_doc = block.info.last_doc;
    impacts.Add(block.info.impacts);
    blocks += block.postings;
    if (i > 0 && !closed_[0].positions.empty()) PutFixed32(static_cast<uint32_t>(positions.size()), &chunk.positions);
    positions += block.positions;
    closed_bytes_ -= PostingListView::kEntryBytes + block.postings.size();
  }
  chunk.info.impacts = impacts.Build();
  if (chunk.info.count >= kBlockPostings) {
    for (size_t i = 0; i < block_count; ++i) {
      const Block& block = closed_[i];
      PutFixed32(block.info.last_doc, &chunk.postings);
      PutByte(block.doc_width, &chunk.postings);
      PutByte(block.frequency_width, &chunk.postings);
      PutImpacts(block.info.impacts, &chunk.postings);
    }
  }
  chunk.postings += blocks;
  chunk.positions += positions;
  closed_.erase(closed_.begin(), closed_.begin() + static_cast<ptrdiff_t>(block_count));
  return sink_(std::move(chunk));
}

absl::StatusOr<PostingListView> PostingListView::Parse(std::string_view bytes, int64_t previous_doc,
                                                       const ChunkInfo& info) {
  PostingListView view;
  view.previous_doc_ = previous_doc;
  view.info_ = info;
  if (info.count == 0) return Corrupt("a chunk is empty");
  const uint32_t block_count = BlocksOf(info.count);
  if (!view.HasDirectory()) {
    view.blocks_ = bytes;
    view.block_ends_.push_back(static_cast<uint32_t>(bytes.size()));
    return view;
  }
  const size_t directory_bytes = kEntryBytes * block_count;
  if (bytes.size() < directory_bytes) return Corrupt("the directory is cut short");
  view.directory_ = bytes.substr(0, directory_bytes);
  view.blocks_ = bytes.substr(directory_bytes);
  view.block_ends_.reserve(block_count);
  uint64_t end = 0;
  int64_t last_doc = previous_doc;
  for (uint32_t block = 0; block < block_count; ++block) {
    const char* entry = view.Entry(block);
    const uint32_t doc_width = static_cast<uint8_t>(entry[kDocWidthAt]);
    const uint32_t frequency_width = static_cast<uint8_t>(entry[kFrequencyWidthAt]);
    const uint32_t count = view.PostingsIn(block);
    if (doc_width > 32 || frequency_width > 32) return Corrupt("a width is over 32 bits");
    if (view.LastDoc(block) < last_doc + count) return Corrupt("the directory's documents do not ascend");
    if (!IsValid(view.ImpactsOf(block))) return Corrupt("a block's impacts are none or do not fall");
    last_doc = view.LastDoc(block);
    end = count == kBlockPostings ? end + PackedBytes(doc_width) + PackedBytes(frequency_width) : view.blocks_.size();
    if (end > view.blocks_.size()) return Corrupt("blocks reach past the chunk's end");
    view.block_ends_.push_back(static_cast<uint32_t>(end));
  }
  if (end != view.blocks_.size()) return Corrupt("the chunk has bytes that no block covers");
  if (last_doc != info.last_doc) return Corrupt("directory and chunk disagree on the last document");
  return view;
}

absl::Status PostingListView::Decode(uint32_t block, uint32_t* docs, uint32_t* frequencies) const {
  FL_RETURN_IF_ERROR(DecodeDocs(block, docs, frequencies));
  if (HasFrequenciesApart(block)) DecodeFrequencies(block, frequencies);
  return absl::OkStatus();
}

absl::Status PostingListView::DecodeDocs(uint32_t block, uint32_t* docs, uint32_t* frequencies) const {
  const uint32_t begin = block == 0 ? 0 : block_ends_[block - 1];
  const int64_t previous = block == 0 ? previous_doc_ : LastDoc(block - 1);
  const uint32_t count = PostingsIn(block);
  if (count < kBlockPostings) {
    return DecodeShort(blocks_.substr(begin, block_ends_[block] - begin), count, previous, docs, frequencies);
  }
  const uint32_t width = static_cast<uint8_t>(Entry(block)[kDocWidthAt]);
  uint64_t doc = static_cast<uint64_t>(previous);  // -1 wraps, and the first gap's 1 brings it back
  if (width <= kSafeGapWidth) {
    UnpackGaps(blocks_.data() + begin, width, static_cast<uint32_t>(previous), docs);
    doc += docs[kBlockPostings - 1] - static_cast<uint32_t>(previous);
  } else {
    UnpackBlock(blocks_.data() + begin, width, docs);
    for (uint32_t i = 0; i < kBlockPostings; ++i) {
      doc += docs[i] + uint64_t{1};
      docs[i] = static_cast<uint32_t>(doc);
    }
  }
  // Gaps only add, so a sum that ends where it should never overflowed on its way.
  if (doc != LastDoc(block)) return Corrupt("a block's documents do not add up");
  return absl::OkStatus();
}

void PostingListView::DecodeFrequencies(uint32_t block, uint32_t* frequencies) const {
  const uint32_t begin = block == 0 ? 0 : block_ends_[block - 1];
  const char* const entry = Entry(block);
  UnpackBlock(blocks_.data() + begin + PackedBytes(static_cast<uint8_t>(entry[kDocWidthAt])),
              static_cast<uint8_t>(entry[kFrequencyWidthAt]), frequencies);
  for (uint32_t i = 0; i < kBlockPostings; ++i) ++frequencies[i];
}

absl::Status PostingListView::DecodeShort(std::string_view bytes, uint32_t count, int64_t previous, uint32_t* docs,
                                          uint32_t* frequencies) const {
  ByteReader reader(bytes);
  uint64_t doc = static_cast<uint64_t>(previous);
  for (uint32_t i = 0; i < count; ++i) {
    const uint64_t code = reader.Varint();
    const uint32_t frequency = (code & 1) != 0 ? 1 : reader.Varint32() + 2;
    if (!reader.ok()) return Corrupt("a short block is cut short");
    if ((code >> 1) > UINT32_MAX || frequency == 0) return Corrupt("a number in a short block is out of range");
    doc += (code >> 1) + 1;
    docs[i] = static_cast<uint32_t>(doc);
    frequencies[i] = frequency;
  }
  if (doc != info_.last_doc) return Corrupt("a short block's documents do not add up");
  if (!reader.done()) return Corrupt("a short block has bytes left over");
  return absl::OkStatus();
}

absl::StatusOr<PositionListView> PositionListView::Parse(std::string_view bytes, uint32_t count) {
  PositionListView view;
  view.block_count_ = BlocksOf(count);
  if (view.block_count_ == 0) return absl::DataLossError("positions: a chunk is empty");
  const size_t offset_bytes = 4 * static_cast<size_t>(view.block_count_ - 1);
  if (bytes.size() < offset_bytes) return absl::DataLossError("positions: the offsets are cut short");
  view.offsets_ = bytes.substr(0, offset_bytes);
  view.bodies_ = bytes.substr(offset_bytes);
  return view;
}

absl::StatusOr<std::string_view> PositionListView::BlockBytes(uint32_t block) const {
  if (block >= block_count_) return absl::DataLossError("positions: there is no such block");
  const size_t begin = block == 0 ? 0 : LoadFixed32(offsets_.data() + 4 * (block - 1));
  const size_t end = block + 1 == block_count_ ? bodies_.size() : LoadFixed32(offsets_.data() + 4 * block);
  if (begin > end || end > bodies_.size()) return absl::DataLossError("positions: an offset is out of range");
  return bodies_.substr(begin, end - begin);
}

absl::Status PositionListView::MoveTo(uint32_t block, uint32_t index, absl::Span<const uint32_t> frequencies) {
  if (block != at_block_ || index < at_index_) {
    FL_ASSIGN_OR_RETURN(at_rest_, BlockBytes(block));
    at_block_ = block;
    at_index_ = 0;
  }
  uint64_t numbers = 0;
  for (; at_index_ < index; ++at_index_) numbers += frequencies[at_index_];
  return Skip(numbers) ? absl::OkStatus() : Lose();
}

absl::StatusOr<std::string_view> PositionListView::ReadEncoded(uint32_t block, uint32_t index,
                                                               absl::Span<const uint32_t> frequencies) {
  FL_RETURN_IF_ERROR(MoveTo(block, index, frequencies));
  const std::string_view rest = at_rest_;
  if (!Skip(frequencies[at_index_++])) return Lose();
  return rest.substr(0, rest.size() - at_rest_.size());
}

bool PositionListView::Skip(uint64_t numbers) {
  const size_t size = BytesOfVarints(at_rest_, numbers);
  if (size > at_rest_.size()) return false;
  at_rest_.remove_prefix(size);
  return true;
}

absl::Status PositionListView::Read(uint32_t block, uint32_t index, absl::Span<const uint32_t> frequencies,
                                    std::vector<uint32_t>* positions) {
  positions->clear();
  FL_RETURN_IF_ERROR(MoveTo(block, index, frequencies));
  const uint32_t count = frequencies[at_index_++];
  if (count > at_rest_.size()) return Lose();  // a number takes a byte at least
  positions->resize(count);
  uint64_t position = 0;
  for (uint32_t& out : *positions) {
    if (!at_rest_.empty() && static_cast<uint8_t>(at_rest_.front()) < 0x80) {  // as most are
      position += static_cast<uint8_t>(at_rest_.front());
      at_rest_.remove_prefix(1);
    } else {
      ByteReader reader(at_rest_);
      position += reader.Varint32();
      at_rest_ = reader.rest();
      if (!reader.ok()) position = UINT64_MAX;
    }
    if (position > UINT32_MAX) {
      positions->clear();
      return Lose();
    }
    out = static_cast<uint32_t>(position);
  }
  return absl::OkStatus();
}

absl::Status PositionListView::Lose() {
  at_block_ = UINT32_MAX;
  return absl::DataLossError("positions: a block is cut short or out of range");
}

}  // namespace factline::store
