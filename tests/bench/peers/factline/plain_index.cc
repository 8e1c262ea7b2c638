#include "tests/bench/peers/factline/plain_index.h"

#include <string_view>
#include <utility>

#include "indexer/store/families.h"
#include "indexer/store/keys.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/status.h"

namespace factline::peers {
namespace {

using store::SegmentEntry;
using store::ValueAddress;
using Kind = ValueAddress::Kind;

absl::Status FromRocksDb(const rocksdb::Status& status, std::string_view doing) {
  return status.ok() ? absl::OkStatus() : absl::InternalError(Cat(doing, ": ", status.ToString()));
}

absl::StatusOr<ValueAddress> DecodeTermsKey(std::string_view bytes) {
  FL_ASSIGN_OR_RETURN(const store::TermsKey key, store::TermsKey::Decode(bytes));
  const bool is_block = key.part == store::TermsKey::Part::kBlock;
  return ValueAddress{
      .kind = is_block ? Kind::kDictionaryBlock : Kind::kDictionarySlice, .segment = key.segment, .number = key.number};
}

template <Kind kind>
absl::StatusOr<ValueAddress> DecodeChunkKey(std::string_view bytes) {
  FL_ASSIGN_OR_RETURN(const store::ChunkKey key, store::ChunkKey::Decode(bytes));
  return ValueAddress{.kind = kind, .segment = key.segment, .ordinal = key.ordinal, .number = key.chunk};
}

absl::StatusOr<ValueAddress> DecodeNormsKey(std::string_view bytes) {
  using Column = store::NormsKey::Column;
  FL_ASSIGN_OR_RETURN(const store::NormsKey key, store::NormsKey::Decode(bytes));
  const Kind kind = key.column == Column::kTitleNorm  ? Kind::kTitleNorms
                    : key.column == Column::kBodyNorm ? Kind::kBodyNorms
                                                      : Kind::kPublished;
  return ValueAddress{.kind = kind, .segment = key.segment, .number = key.chunk};
}

absl::StatusOr<ValueAddress> DecodeFreshKey(std::string_view bytes) {
  FL_ASSIGN_OR_RETURN(const store::SegmentKey key, store::SegmentKey::Decode(bytes));
  return ValueAddress{.kind = Kind::kFresh, .segment = key.segment};
}

// The families of an index that nobody writes, for as long as they are read.
class OpenIndex {
 public:
  static absl::StatusOr<std::unique_ptr<OpenIndex>> Open(const std::string& index_dir) {
    std::unique_ptr<OpenIndex> index(new OpenIndex());
    rocksdb::DB* db = nullptr;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DBOptions options;
    options.max_open_files = -1;  // as a secondary instance wants it
    FL_RETURN_IF_ERROR(FromRocksDb(
        rocksdb::DB::OpenAsSecondary(options, index_dir, Cat(index_dir, ".plain"),
                                     store::FamilyDescriptors(rocksdb::NewLRUCache(8 << 20)), &handles, &db),
        "open the index"));
    index->db_.reset(db);
    index->families_ = store::FamiliesOf(std::move(handles));
    return index;
  }
  ~OpenIndex() {
    for (rocksdb::ColumnFamilyHandle* family : families_.all) {
      db_->DestroyColumnFamilyHandle(family).PermitUncheckedError();
    }
  }
  OpenIndex(const OpenIndex&) = delete;
  OpenIndex& operator=(const OpenIndex&) = delete;

  absl::StatusOr<store::Manifest> ReadManifest() const {
    std::string value;
    const std::string key = store::MetaKey{store::MetaKey::Part::kManifest, {}}.Encode();
    FL_RETURN_IF_ERROR(FromRocksDb(db_->Get(rocksdb::ReadOptions(), families_.meta, key, &value), "read the manifest"));
    return store::Manifest::Decode(value);
  }

  absl::Status ReadSegment(SegmentId segment, PlainValues* values) const {
    FL_RETURN_IF_ERROR(ReadFamily(families_.fresh, segment, DecodeFreshKey, values));
    FL_RETURN_IF_ERROR(ReadFamily(families_.terms, segment, DecodeTermsKey, values));
    FL_RETURN_IF_ERROR(ReadFamily(families_.post, segment, DecodeChunkKey<Kind::kPostings>, values));
    FL_RETURN_IF_ERROR(ReadFamily(families_.pos, segment, DecodeChunkKey<Kind::kPositions>, values));
    return ReadFamily(families_.norms, segment, DecodeNormsKey, values);
  }

 private:
  OpenIndex() = default;

  absl::Status ReadFamily(rocksdb::ColumnFamilyHandle* family, SegmentId segment,
                          absl::StatusOr<ValueAddress> (*decode)(std::string_view), PlainValues* values) const {
    const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(rocksdb::ReadOptions(), family));
    const std::string end = store::SegmentEndExclusive(segment);
    for (it->Seek(store::SegmentBegin(segment)); it->Valid() && it->key().compare(end) < 0; it->Next()) {
      FL_ASSIGN_OR_RETURN(const ValueAddress address, decode({it->key().data(), it->key().size()}));
      values->Append(address, it->value().ToString());
    }
    return FromRocksDb(it->status(), "read a segment");
  }

  std::unique_ptr<rocksdb::DB> db_;
  store::Families families_;
};

class PlainSegment final : public store::SegmentView {
 public:
  PlainSegment(const SegmentEntry& entry, std::unique_ptr<const PlainValues> values,
               std::shared_ptr<const store::SegmentData> data)
      : entry_(entry), values_(std::move(values)), data_(std::move(data)) {}

  uint32_t base_doc() const override { return entry_.base_doc; }
  uint32_t doc_count() const override { return entry_.doc_count; }
  uint32_t live_count() const override { return entry_.live_count(); }
  bool IsLive(uint32_t) const override { return true; }
  uint8_t Norm(store::NormField field, uint32_t doc) const override { return data_->Norm(field, doc); }
  const uint8_t* Norms(store::NormField field) const override { return data_->Norms(field); }
  int64_t PublishedSeconds(uint32_t doc) const override { return data_->PublishedSeconds(doc); }
  uint32_t SeekPublished(uint32_t doc, int64_t first_second, int64_t last_second) const override {
    return data_->SeekPublished(doc, first_second, last_second);
  }
  int64_t min_published_seconds() const override { return entry_.min_published_seconds; }
  int64_t max_published_seconds() const override { return entry_.max_published_seconds; }
  absl::StatusOr<std::unique_ptr<store::PostingCursor>> Postings(store::Field field,
                                                                 std::string_view term) const override {
    return data_->Postings(field, term);
  }
  std::unique_ptr<store::TermIterator> Terms() const override { return data_->Terms(); }
  std::unique_ptr<store::TermIterator> TermsFrom(store::Field field, std::string_view term) const override {
    return data_->TermsFrom(field, term);
  }
  uint64_t key() const override { return data_->key(); }

 private:
  const SegmentEntry entry_;
  const std::unique_ptr<const PlainValues> values_;
  const std::shared_ptr<const store::SegmentData> data_;
};

class PlainView final : public store::IndexView {
 public:
  PlainView(std::shared_ptr<const store::IndexView> whole,
            std::vector<std::shared_ptr<const store::SegmentView>> segments)
      : whole_(std::move(whole)), segments_(std::move(segments)) {}

  uint64_t generation() const override { return whole_->generation(); }
  Offset visible_offset() const override { return whole_->visible_offset(); }
  const store::CollectionStats& stats() const override { return whole_->stats(); }
  const std::vector<std::shared_ptr<const store::SegmentView>>& segments() const override { return segments_; }
  const store::SegmentView* SegmentOf(uint32_t doc) const override {
    for (const auto& segment : segments_) {
      if (doc - segment->base_doc() < segment->doc_count()) return segment.get();
    }
    return nullptr;
  }
  absl::StatusOr<std::optional<storage::v1::DocRecord>> Document(uint32_t doc) const override {
    return whole_->Document(doc);
  }
  absl::StatusOr<std::optional<uint32_t>> FindArticle(std::string_view article_id) const override {
    return whole_->FindArticle(article_id);
  }
  const store::FactReader& facts() const override { return whole_->facts(); }

 private:
  const std::shared_ptr<const store::IndexView> whole_;
  const std::vector<std::shared_ptr<const store::SegmentView>> segments_;
};

}  // namespace

void PlainValues::Append(const ValueAddress& address, std::string value) {
  Values& of_kind = of_kind_[static_cast<size_t>(address.kind)];
  while (of_kind.first.size() <= address.ordinal) of_kind.first.push_back(of_kind.values.size());
  of_kind.values.push_back(std::move(value));
}

absl::StatusOr<store::SharedValue> PlainValues::Get(const ValueAddress& address) const {
  const Values& of_kind = of_kind_[static_cast<size_t>(address.kind)];
  if (address.segment == segment_ && address.ordinal < of_kind.first.size()) {
    const size_t at = of_kind.first[address.ordinal] + address.number;
    const bool is_last = address.ordinal + 1 == of_kind.first.size();
    const size_t end = is_last ? of_kind.values.size() : of_kind.first[address.ordinal + 1];
    if (at < end) return store::SharedValue(store::SharedValue(), &of_kind.values[at]);
  }
  return absl::DataLossError(Cat("segment ", segment_.value(), ": a value is missing"));
}

absl::StatusOr<std::shared_ptr<const store::IndexView>> LoadPlainIndex(const std::string& index_dir,
                                                                       std::shared_ptr<const store::IndexView> whole) {
  FL_ASSIGN_OR_RETURN(const std::unique_ptr<OpenIndex> index, OpenIndex::Open(index_dir));
  FL_ASSIGN_OR_RETURN(const store::Manifest manifest, index->ReadManifest());
  std::vector<std::shared_ptr<const store::SegmentView>> segments;
  for (const SegmentEntry& entry : manifest.segments) {
    if (entry.deletions_generation != 0) return absl::FailedPreconditionError("the index has deletions");
    auto values = std::make_unique<PlainValues>(entry.id);
    FL_RETURN_IF_ERROR(index->ReadSegment(entry.id, values.get()));
    FL_ASSIGN_OR_RETURN(auto data, store::SegmentData::Load(entry, values.get()));
    segments.push_back(std::make_shared<PlainSegment>(entry, std::move(values), std::move(data)));
  }
  return std::make_shared<PlainView>(std::move(whole), std::move(segments));
}

}  // namespace factline::peers
