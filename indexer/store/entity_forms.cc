#include "indexer/store/entity_forms.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "indexer/store/fact_db.h"
#include "indexer/store/fact_row.h"
#include "indexer/text/normalizer.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/hash.h"
#include "protos/vocab/status.h"

namespace factline::store {
namespace {

absl::StatusOr<uint32_t> DecodeArticles(std::string_view bytes) {
  FL_ASSIGN_OR_RETURN(const uint64_t count, DecodeCount(bytes));
  if (count == 0 || count > std::numeric_limits<uint32_t>::max()) {
    return absl::DataLossError("entity form: a count is out of range");
  }
  return static_cast<uint32_t>(count);
}

}  // namespace

EntityForms::EntityForms(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* entities, const EntityId& id,
                         std::string normal_name, storage::v1::EntityRecord* record)
    : db_(db), entities_(entities), id_(id), normal_name_(std::move(normal_name)), record_(record) {}

absl::StatusOr<bool> EntityForms::Change(const std::string& form, int64_t by) {
  auto& kept = *record_->mutable_alias_article_counts();
  const auto found = kept.find(form);
  if (found == kept.end() && record_->more_forms() > 0 && !rows_.contains(form)) {
    FL_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                        ReadValue(db_, entities_, EntityFormKey(id_, form).value()));
    uint32_t articles = 0;
    if (row.has_value()) {
      FL_ASSIGN_OR_RETURN(articles, DecodeArticles(*row));
    }
    rows_[form] = outside_[form] = articles;
  }
  const int64_t sum = static_cast<int64_t>(found == kept.end() ? outside_[form] : found->second) + by;
  if (sum < 0 || sum > std::numeric_limits<uint32_t>::max()) return false;
  if (found == kept.end()) {
    outside_[form] = static_cast<uint32_t>(sum);
  } else if (sum > 0) {
    lowers_record_ |= by < 0;
    found->second = static_cast<uint32_t>(sum);
  } else {
    lowers_record_ = true;
    kept.erase(found);
  }
  return true;
}

absl::Status EntityForms::Finish(rocksdb::WriteBatch* batch) {
  if (lowers_record_ && record_->more_forms() > 0) FL_RETURN_IF_ERROR(ReadAllRows());
  FL_RETURN_IF_ERROR(MoveBetweenRecordAndRows(batch));
  Rank best;
  for (const auto& [form, articles] : record_->alias_article_counts()) {
    if (!best.form.empty() && std::pair(-int64_t{articles}, form) >= std::pair(best.minus_count, best.form)) continue;
    if (text::NormalForm(form) == normal_name_) best = {false, -int64_t{articles}, form};
  }
  record_->set_name(best.form);
  return absl::OkStatus();
}

EntityForms::Rank EntityForms::RankOf(const std::string& form, uint32_t count) const {
  return {text::NormalForm(form) != normal_name_, -int64_t{count}, form};
}

absl::Status EntityForms::ReadAllRows() {
  return VisitFormRows(db_, entities_, id_, [this](const std::string& form, uint32_t articles) {
    if (rows_.emplace(form, articles).second) outside_[form] = articles;
    return true;
  });
}

// The record's forms, those of `outside_` and, where no form of the record lost articles, the rows that were not read
// are all: such a row ranks below every form of the record, which only rose.
absl::Status EntityForms::MoveBetweenRecordAndRows(rocksdb::WriteBatch* batch) {
  auto& kept = *record_->mutable_alias_article_counts();
  if (record_->more_forms() == 0 && kept.size() + outside_.size() <= kMaxFormsInRecord) {  // as almost always
    for (const auto& [form, articles] : outside_) {
      if (articles > 0) kept[form] = articles;
    }
    outside_.clear();
  } else if (!outside_.empty() || kept.size() > kMaxFormsInRecord) {
    std::vector<Rank> ranks;
    for (const auto& [form, articles] : kept) ranks.push_back(RankOf(form, articles));
    for (const auto& [form, articles] : outside_) {
      if (articles > 0) ranks.push_back(RankOf(form, articles));
    }
    std::sort(ranks.begin(), ranks.end());
    kept.clear();
    for (size_t i = 0; i < ranks.size(); ++i) {
      const uint32_t articles = static_cast<uint32_t>(-ranks[i].minus_count);
      if (i < kMaxFormsInRecord) {
        kept[ranks[i].form] = articles;
        outside_[ranks[i].form] = 0;
      } else {
        outside_[ranks[i].form] = articles;
      }
    }
  }
  for (const auto& [form, articles] : outside_) {
    const auto row = rows_.find(form);
    const uint32_t before = row == rows_.end() ? 0 : row->second;
    if (before == articles) continue;
    record_->set_more_forms(record_->more_forms() + (articles > 0) - (before > 0));
    const EntitiesKey key = EntityFormKey(id_, form);
    const rocksdb::Status written = articles > 0 ? batch->Put(entities_, key.value(), EncodeCount(articles))
                                                 : batch->Delete(entities_, key.value());
    FL_RETURN_IF_ERROR(FromRocksDb(written, "write of an entity's form"));
  }
  return absl::OkStatus();
}

absl::Status VisitFormRows(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* entities, const EntityId& id,
                           const std::function<bool(const std::string& form, uint32_t articles)>& visit) {
  const std::string prefix = EntityFormPrefix(id);
  const std::unique_ptr<rocksdb::Iterator> it(db->NewIterator(rocksdb::ReadOptions(), entities));
  for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix); it->Next()) {
    FL_ASSIGN_OR_RETURN(const uint32_t articles, DecodeArticles(View(it->value())));
    if (!visit(std::string(View(it->key()).substr(prefix.size())), articles)) return absl::OkStatus();
  }
  return FromRocksDb(it->status(), "walk over an entity's forms");
}

}  // namespace factline::store
