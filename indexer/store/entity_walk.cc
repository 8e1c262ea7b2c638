#include "indexer/store/entity_walk.h"

#include <optional>
#include <utility>

#include "factline/storage/v1/index.pb.h"
#include "indexer/store/entity_delta.h"
#include "indexer/store/entity_forms.h"
#include "indexer/store/fact_db.h"
#include "indexer/text/normalizer.h"
#include "protos/vocab/status.h"

namespace factline::store {
namespace {

constexpr size_t kMaxListingNames = 4096;
constexpr uint32_t kRowsPerCheck = 256;

}  // namespace

EntityWalk::EntityWalk(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* entities, std::string_view normal_name,
                       bool is_prefix, std::function<absl::Status()> interrupt)
    : db_(db),
      entities_(entities),
      normal_name_(normal_name),
      is_prefix_(is_prefix),
      key_prefix_(is_prefix ? EntityNameOpenPrefix(normal_name) : EntityNamePrefix(normal_name)),
      interrupt_(std::move(interrupt)),
      iterator_(db->NewIterator(rocksdb::ReadOptions(), entities)) {}

absl::Status EntityWalk::SeekToFirst() {
  iterator_->Seek(key_prefix_);
  return Settle();
}

absl::Status EntityWalk::SeekAt(std::string_view position) {
  if (!position.starts_with(key_prefix_)) return absl::InvalidArgumentError("a position of another list of entities");
  iterator_->Seek(ToSlice(position));
  return Settle();
}

absl::Status EntityWalk::SeekAfter(std::string_view position) {
  if (!position.starts_with(key_prefix_)) return absl::InvalidArgumentError("a position of another list of entities");
  iterator_->Seek(ToSlice(position));
  if (iterator_->Valid() && View(iterator_->key()) == position) iterator_->Next();
  return Settle();
}

absl::Status EntityWalk::Next() {
  if (!valid_) return absl::OkStatus();
  iterator_->Next();
  return Settle();
}

absl::Status EntityWalk::Settle() {
  valid_ = false;
  for (; iterator_->Valid() && View(iterator_->key()).starts_with(key_prefix_); iterator_->Next()) {
    if (rows_++ % kRowsPerCheck == 0 && interrupt_ != nullptr) FL_RETURN_IF_ERROR(interrupt_());
    std::optional<EntityNamePlace> place = DecodeEntityNameKey(View(iterator_->key()));
    if (!place.has_value()) return absl::DataLossError("the family entities holds a name key of no known form");
    place_ = *std::move(place);
    FL_ASSIGN_OR_RETURN(const bool listed, IsListedHere(View(iterator_->value())));
    if (!listed) continue;
    position_ = iterator_->key().ToString();
    valid_ = true;
    return absl::OkStatus();
  }
  return FromRocksDb(iterator_->status(), "walk over entity names");
}

absl::StatusOr<bool> EntityWalk::IsListedHere(std::string_view row_bytes) const {
  if (!is_prefix_) return true;
  FL_ASSIGN_OR_RETURN(const EntityNameRow row, DecodeEntityNameRow(row_bytes));
  if (row.is_own_name) return true;
  if (normal_name_.empty()) return false;
  const auto known = listing_names_.find(place_.entity.value());
  if (known != listing_names_.end()) return known->second == place_.normal_name;
  FL_ASSIGN_OR_RETURN(std::string name, ReadListingName());
  const bool is_here = name == place_.normal_name;
  if (listing_names_.size() == kMaxListingNames) listing_names_.clear();
  listing_names_.emplace(place_.entity.value(), std::move(name));
  return is_here;
}

absl::StatusOr<std::string> EntityWalk::ReadListingName() const {
  FL_ASSIGN_OR_RETURN(const std::optional<std::string> bytes,
                      ReadValue(db_, entities_, EntityRecordKey(place_.entity).value()));
  if (!bytes.has_value()) return std::string();  // gone since the iterator was made
  storage::v1::EntityRecord record;
  if (!record.ParseFromString(*bytes)) return absl::DataLossError("an entity's record is corrupt");
  const auto fits = [this](const std::string& normal) { return EntityNamePrefix(normal).starts_with(key_prefix_); };
  if (fits(text::NormalForm(record.name()))) return std::string();
  // The alias where the walk stands may have gone since, or be the least of all.
  std::string least = place_.normal_name;
  const auto take = [&](const std::string& form, uint32_t) {
    std::string normal = KeyText(text::NormalForm(form));
    if (fits(normal) && normal < least) least = std::move(normal);
    return true;
  };
  for (const auto& [form, count] : record.alias_article_counts()) take(form, count);
  if (record.more_forms() > 0) FL_RETURN_IF_ERROR(VisitFormRows(db_, entities_, place_.entity, take));
  return least;
}

}  // namespace factline::store
