#ifndef FACTLINE_INDEXER_STORE_SEGMENT_DATA_H_
#define FACTLINE_INDEXER_STORE_SEGMENT_DATA_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "indexer/store/dictionary.h"
#include "indexer/store/fields.h"
#include "indexer/store/list_cursor.h"
#include "indexer/store/manifest.h"
#include "indexer/store/posting_cursor.h"
#include "indexer/store/reader.h"
#include "indexer/store/term_record.h"
#include "indexer/store/value_store.h"

namespace factline::store {

class SegmentTerms;

// The part of a segment that stays in memory: norm columns, the dictionary's index and, of a fresh segment, its one
// value. Immutable, shared by all views that hold the segment; deletions are not part of it. Thread-safe if its store
// is.
class SegmentData {
 public:
  // Reads the resident part. `store` must outlive the segment and its cursors. If a value is missing
  // the error is the store's; DATA_LOSS if one does not fit the entry.
  static absl::StatusOr<std::shared_ptr<const SegmentData>> Load(const SegmentEntry& entry, const ValueStore* store);

  SegmentId id() const { return id_; }
  uint32_t base_doc() const { return base_doc_; }
  uint32_t doc_count() const { return doc_count_; }

  // Of a document of this segment, by its global number.
  uint8_t Norm(NormField field, uint32_t doc) const {
    return static_cast<uint8_t>((field == NormField::kTitle ? title_norms_ : body_norms_)[doc - base_doc_]);
  }
  const uint8_t* Norms(NormField field) const {
    return reinterpret_cast<const uint8_t*>((field == NormField::kTitle ? title_norms_ : body_norms_).data());
  }
  int64_t PublishedSeconds(uint32_t doc) const;
  // As SegmentView's. Passes over zones of documents by their earliest and latest times: articles mostly come by time.
  uint32_t SeekPublished(uint32_t doc, int64_t first_second, int64_t last_second) const;

  // Null if there is no such term.
  absl::StatusOr<std::unique_ptr<PostingCursor>> Postings(Field field, std::string_view term) const;
  std::unique_ptr<SegmentTerms> Terms() const;
  std::unique_ptr<SegmentTerms> TermsFrom(Field field, std::string_view term) const;

  // Another one for each segment that this process loads.
  uint64_t key() const { return key_; }

 private:
  friend class SegmentTerms;
  SegmentData();

  static constexpr uint32_t kZoneDocs = 256;
  struct TimeZone {
    int64_t earliest;
    int64_t latest;
  };

  size_t block_count() const { return index_.block_count(); }
  absl::StatusOr<PinnedBytes> Block(uint32_t number) const;
  absl::StatusOr<TermRecord> ParseRecord(std::string_view record) const {
    return TermRecord::Parse(record, doc_count_);
  }
  ListCursor::Home Home() const { return {.segment = id_, .base_doc = base_doc_, .store = store_}; }
  void FindTimeZones();
  absl::Status LoadFresh();
  absl::Status LoadMerged(const SegmentEntry& entry);
  absl::Status LoadColumn(ValueAddress::Kind kind, size_t bytes_per_doc, std::string* column) const;

  const uint64_t key_;
  SegmentId id_;
  uint32_t base_doc_ = 0;
  uint32_t doc_count_ = 0;
  const ValueStore* store_ = nullptr;
  DictionaryIndex index_;
  std::string title_norms_;
  std::string body_norms_;
  std::string published_;  // seconds since min_published_, published_bytes_ a document, little endian
  int64_t min_published_ = 0;
  uint32_t published_bytes_ = 4;
  std::vector<TimeZone> time_zones_;                         // of kZoneDocs documents each
  SharedValue fresh_;                                        // null for a merged segment
  std::vector<std::pair<uint32_t, uint32_t>> fresh_blocks_;  // offset and size in fresh_
};

// The terms of a segment, which must outlive it, block by block.
class SegmentTerms final : public TermIterator {
 public:
  explicit SegmentTerms(const SegmentData& segment) : segment_(segment), entries_(std::string_view()) {}
  // From `first_key` on, inclusive.
  SegmentTerms(const SegmentData& segment, std::string first_key);

  bool Next() override;
  Field field() const override { return static_cast<Field>(entries_.key()[0]); }
  std::string_view term() const override { return std::string_view(entries_.key()).substr(1); }
  absl::StatusOr<std::unique_ptr<PostingCursor>> Postings() const override;
  absl::Status status() const override { return status_; }

  // The term with its field, as TermKey gives it; until the iterator moves.
  std::string_view key() const { return entries_.key(); }
  // Its record, with views that hold until the iterator moves; a Cursor keeps them longer.
  absl::StatusOr<TermRecord> Record() const { return segment_.ParseRecord(entries_.record()); }
  ListCursor Cursor(TermRecord record) const { return ListCursor(segment_.Home(), std::move(record), block_.holder); }

 private:
  bool NextBlock();

  const SegmentData& segment_;
  std::string first_key_;  // empty once it is reached
  uint32_t next_block_ = 0;
  PinnedBytes block_;
  DictionaryBlockIterator entries_;
  absl::Status status_;
};

// Bytes that a segment's publication times take each: four, unless their range needs eight.
uint32_t PublishedBytes(int64_t min_seconds, int64_t max_seconds);

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_SEGMENT_DATA_H_
