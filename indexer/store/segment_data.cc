#include "indexer/store/segment_data.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "indexer/store/bytes.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/status.h"

namespace factline::store {
namespace {

absl::Status Corrupt(SegmentId segment, std::string_view what) {
  return absl::DataLossError(Cat("segment ", segment.value(), ": ", what));
}

uint64_t NextKey() {
  static std::atomic<uint64_t> last = 0;
  return ++last;
}

}  // namespace

SegmentData::SegmentData() : key_(NextKey()) {}

uint32_t PublishedBytes(int64_t min_seconds, int64_t max_seconds) {
  return static_cast<uint64_t>(max_seconds) - static_cast<uint64_t>(min_seconds) <= UINT32_MAX ? 4 : 8;
}

absl::StatusOr<std::shared_ptr<const SegmentData>> SegmentData::Load(const SegmentEntry& entry,
                                                                     const ValueStore* store) {
  std::shared_ptr<SegmentData> segment(new SegmentData());
  segment->id_ = entry.id;
  segment->base_doc_ = entry.base_doc;
  segment->doc_count_ = entry.doc_count;
  segment->store_ = store;
  segment->min_published_ = entry.min_published_seconds;
  segment->published_bytes_ = PublishedBytes(entry.min_published_seconds, entry.max_published_seconds);
  FL_RETURN_IF_ERROR(entry.fresh ? segment->LoadFresh() : segment->LoadMerged(entry));
  segment->FindTimeZones();
  return std::shared_ptr<const SegmentData>(std::move(segment));
}

absl::Status SegmentData::LoadFresh() {
  FL_ASSIGN_OR_RETURN(fresh_, store_->Get({.kind = ValueAddress::Kind::kFresh, .segment = id_}));
  ByteReader reader(*fresh_);
  title_norms_ = reader.Bytes(doc_count_);
  body_norms_ = reader.Bytes(doc_count_);
  published_ = reader.Bytes(uint64_t{published_bytes_} * doc_count_);
  const std::string_view slice = reader.LengthPrefixed();
  FL_RETURN_IF_ERROR(index_.AppendSlice(slice));
  for (size_t i = 0; i < index_.block_count(); ++i) {
    const std::string_view block = reader.LengthPrefixed();
    if (!reader.ok()) break;
    fresh_blocks_.emplace_back(static_cast<uint32_t>(block.data() - fresh_->data()),
                               static_cast<uint32_t>(block.size()));
  }
  if (!reader.ok()) return Corrupt(id_, "the value is cut short");
  if (!reader.done()) return Corrupt(id_, "the value has bytes left over");
  return absl::OkStatus();
}

absl::Status SegmentData::LoadMerged(const SegmentEntry& entry) {
  FL_RETURN_IF_ERROR(LoadColumn(ValueAddress::Kind::kTitleNorms, 1, &title_norms_));
  FL_RETURN_IF_ERROR(LoadColumn(ValueAddress::Kind::kBodyNorms, 1, &body_norms_));
  FL_RETURN_IF_ERROR(LoadColumn(ValueAddress::Kind::kPublished, published_bytes_, &published_));
  for (uint32_t i = 0; i < entry.dictionary_slices; ++i) {
    FL_ASSIGN_OR_RETURN(const SharedValue slice,
                        store_->Get({.kind = ValueAddress::Kind::kDictionarySlice, .segment = id_, .number = i}));
    FL_RETURN_IF_ERROR(index_.AppendSlice(*slice));
  }
  return absl::OkStatus();
}

absl::Status SegmentData::LoadColumn(ValueAddress::Kind kind, size_t bytes_per_doc, std::string* column) const {
  const size_t want_bytes = bytes_per_doc * doc_count_;
  for (uint32_t chunk = 0; column->size() < want_bytes; ++chunk) {
    FL_ASSIGN_OR_RETURN(const SharedValue value, store_->Get({.kind = kind, .segment = id_, .number = chunk}));
    if (value->size() != std::min(want_bytes - column->size(), bytes_per_doc * kNormChunkDocs)) {
      return Corrupt(id_, "a column of norms has the wrong size");
    }
    column->append(*value);
  }
  return absl::OkStatus();
}

int64_t SegmentData::PublishedSeconds(uint32_t doc) const {
  const char* at = published_.data() + uint64_t{published_bytes_} * (doc - base_doc_);
  if (published_bytes_ == 4) return min_published_ + int64_t{LoadFixed32(at)};
  uint64_t delta;
  std::memcpy(&delta, at, sizeof(delta));
  return static_cast<int64_t>(static_cast<uint64_t>(min_published_) + delta);
}

void SegmentData::FindTimeZones() {
  for (uint32_t local = 0; local < doc_count_; ++local) {
    const int64_t seconds = PublishedSeconds(base_doc_ + local);
    if (local % kZoneDocs == 0) time_zones_.push_back({seconds, seconds});
    TimeZone& zone = time_zones_.back();
    zone.earliest = std::min(zone.earliest, seconds);
    zone.latest = std::max(zone.latest, seconds);
  }
}

uint32_t SegmentData::SeekPublished(uint32_t doc, int64_t first_second, int64_t last_second) const {
  for (uint32_t local = doc - base_doc_; local < doc_count_;) {
    const TimeZone& zone = time_zones_[local / kZoneDocs];
    const uint32_t zone_end = std::min(doc_count_, (local / kZoneDocs + 1) * kZoneDocs);
    if (zone.latest < first_second || zone.earliest > last_second) local = zone_end;
    for (; local < zone_end; ++local) {
      const int64_t seconds = PublishedSeconds(base_doc_ + local);
      if (first_second <= seconds && seconds <= last_second) return base_doc_ + local;
    }
  }
  return kNoMoreDocs;
}

absl::StatusOr<PinnedBytes> SegmentData::Block(uint32_t number) const {
  if (fresh_ != nullptr) {
    const auto [offset, size] = fresh_blocks_[number];
    return PinnedBytes{fresh_, std::string_view(*fresh_).substr(offset, size)};
  }
  FL_ASSIGN_OR_RETURN(SharedValue block,
                      store_->Get({.kind = ValueAddress::Kind::kDictionaryBlock, .segment = id_, .number = number}));
  const std::string_view bytes = *block;
  return PinnedBytes{std::move(block), bytes};
}

absl::StatusOr<std::unique_ptr<PostingCursor>> SegmentData::Postings(Field field, std::string_view term) const {
  const std::string key = TermKey(field, term);
  const std::optional<uint32_t> number = index_.Find(key);
  if (!number.has_value()) return nullptr;
  FL_ASSIGN_OR_RETURN(PinnedBytes block, Block(*number));
  FL_ASSIGN_OR_RETURN(const std::optional<std::string_view> found, FindInBlock(block.bytes, key));
  if (!found.has_value()) return nullptr;
  FL_ASSIGN_OR_RETURN(TermRecord record, ParseRecord(*found));
  return std::make_unique<ListCursor>(Home(), std::move(record), std::move(block.holder));
}

std::unique_ptr<SegmentTerms> SegmentData::Terms() const { return std::make_unique<SegmentTerms>(*this); }

std::unique_ptr<SegmentTerms> SegmentData::TermsFrom(Field field, std::string_view term) const {
  return std::make_unique<SegmentTerms>(*this, TermKey(field, term));
}

SegmentTerms::SegmentTerms(const SegmentData& segment, std::string first_key) : SegmentTerms(segment) {
  next_block_ = segment.index_.Find(first_key).value_or(0);
  first_key_ = std::move(first_key);
}

bool SegmentTerms::Next() {
  do {
    while (!entries_.Next()) {
      if (!NextBlock()) return false;
    }
  } while (entries_.key() < first_key_);
  first_key_.clear();
  return true;
}

bool SegmentTerms::NextBlock() {
  status_.Update(entries_.status());
  if (!status_.ok() || next_block_ == segment_.block_count()) return false;
  absl::StatusOr<PinnedBytes> block = segment_.Block(next_block_++);
  status_.Update(block.status());
  if (!block.ok()) return false;
  block_ = *std::move(block);
  entries_ = DictionaryBlockIterator(block_.bytes);
  return true;
}

absl::StatusOr<std::unique_ptr<PostingCursor>> SegmentTerms::Postings() const {
  FL_ASSIGN_OR_RETURN(TermRecord record, Record());
  return std::make_unique<ListCursor>(segment_.Home(), std::move(record), block_.holder);
}

}  // namespace factline::store
