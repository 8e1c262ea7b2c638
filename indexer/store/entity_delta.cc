#include "indexer/store/entity_delta.h"

#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "indexer/store/entity_forms.h"
#include "indexer/store/fact_db.h"
#include "indexer/store/fact_id.h"
#include "indexer/store/fact_row.h"
#include "indexer/text/normalizer.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/deterministic_bytes.h"
#include "protos/vocab/hash.h"
#include "protos/vocab/status.h"

namespace factline::store {
namespace {

using storage::v1::EntityRecord;

absl::Status DoesNotAddUp(const EntityId& id) {
  return absl::DataLossError(Cat("entity ", ToHex(id.value()), ": its record does not hold what is to be removed"));
}

// Adds `by` to `count`; false if that is less than nothing.
template <typename Count>
bool Change(Count& count, int64_t by) {
  const int64_t sum = static_cast<int64_t>(count) + by;
  if (sum < 0) return false;
  count = static_cast<Count>(sum);
  return true;
}

}  // namespace

void EntityDelta::Apply(const storage::v1::DocRecord& record, int sign) {
  const int64_t published_seconds = record.article().published_time().seconds();
  std::set<std::string_view> seen;
  for (const v1::ArticleEntity& entity : record.entities()) {
    if (IsValueType(entity.type()) || !seen.insert(entity.entity_id()).second) continue;
    const EntityId id(FromHex(entity.entity_id()));
    if (id.value().size() != kIdBytes) continue;
    RecordChange& change = records_[id];
    change.type = entity.type();
    change.articles += sign;
    change.mentions += sign * entity.mentions_size();
    articles_[EntityArticleKey(id, published_seconds, record.article().id())] = sign > 0;
    ApplyNames(entity, id, sign);
  }
}

void EntityDelta::ApplyNames(const v1::ArticleEntity& entity, const EntityId& id, int sign) {
  std::set<std::string_view> forms(entity.aliases().begin(), entity.aliases().end());
  forms.insert(entity.name());
  RecordChange& change = records_[id];
  change.normal_name = text::NormalForm(entity.name());
  std::set<std::string> normal_forms;
  for (const std::string_view form : forms) {
    change.forms[std::string(form)] += sign;
    normal_forms.insert(text::NormalForm(form));
  }
  for (const std::string& normal : normal_forms) {
    NameChange& name = names_[EntityNameKey(normal, static_cast<uint8_t>(entity.type()), id)];
    name.is_own_name = normal == change.normal_name;
    name.articles += sign;
  }
}

absl::Status EntityDelta::Finish(rocksdb::WriteBatch* batch) {
  FL_RETURN_IF_ERROR(FinishRecords(batch));
  FL_RETURN_IF_ERROR(FinishNames(batch));
  FL_RETURN_IF_ERROR(FinishFactCounts(batch));
  return FinishArticles(batch);
}

absl::Status EntityDelta::FinishRecords(rocksdb::WriteBatch* batch) {
  std::vector<EntitiesKey> keys;
  for (const auto& [id, change] : records_) keys.push_back(EntityRecordKey(id));
  const std::vector<std::string_view> views = [&keys] {
    std::vector<std::string_view> v;
    for (const EntitiesKey& key : keys) v.push_back(key.value());
    return v;
  }();
  FL_ASSIGN_OR_RETURN(const std::vector<std::optional<std::string>> rows, ReadValues(db_, entities_, views));
  int64_t more_entities = 0;
  size_t i = 0;
  for (const auto& [id, change] : records_) {
    const EntitiesKey& key = keys[i];
    const std::optional<std::string>& row = rows[i++];
    EntityRecord record;
    if (row.has_value() && !record.ParseFromString(*row)) {
      return absl::DataLossError(Cat("entity ", ToHex(id.value()), ": its record is corrupt"));
    }
    record.set_type(change.type);
    uint32_t articles = record.article_count();
    uint64_t mentions = record.mention_count();
    if (!Change(articles, change.articles) || !Change(mentions, change.mentions)) return DoesNotAddUp(id);
    record.set_article_count(articles);
    record.set_mention_count(mentions);
    EntityForms forms(db_, entities_, id, change.normal_name, &record);
    for (const auto& [form, by] : change.forms) {
      FL_ASSIGN_OR_RETURN(const bool adds_up, forms.Change(form, by));
      if (!adds_up) return DoesNotAddUp(id);
    }
    FL_RETURN_IF_ERROR(forms.Finish(batch));
    if (articles > 0) {
      FL_RETURN_IF_ERROR(Put(batch, key, DeterministicBytes(record)));
    } else {
      if (mentions > 0 || record.alias_article_counts_size() > 0 || record.more_forms() > 0) return DoesNotAddUp(id);
      if (row.has_value()) FL_RETURN_IF_ERROR(Delete(batch, key));
    }
    more_entities += static_cast<int64_t>(articles > 0) - static_cast<int64_t>(row.has_value());
  }
  if (more_entities == 0) return absl::OkStatus();
  FL_ASSIGN_OR_RETURN(uint64_t entities, ReadCount(db_, entities_, EntityCountKey().value()));
  if (!Change(entities, more_entities)) return absl::DataLossError("the count of entities is less than nothing");
  return Put(batch, EntityCountKey(), EncodeCount(entities));
}

absl::Status EntityDelta::FinishNames(rocksdb::WriteBatch* batch) {
  std::vector<std::string_view> keys;
  for (const auto& [key, change] : names_) keys.push_back(key.value());
  FL_ASSIGN_OR_RETURN(const std::vector<std::optional<std::string>> rows, ReadValues(db_, entities_, keys));
  size_t i = 0;
  for (const auto& [key, change] : names_) {
    const std::optional<std::string>& bytes = rows[i++];
    EntityNameRow row;
    if (bytes.has_value()) {
      FL_ASSIGN_OR_RETURN(row, DecodeEntityNameRow(*bytes));
    }
    row.is_own_name = change.is_own_name;
    if (!Change(row.articles, change.articles)) {
      return absl::DataLossError("entity name: its row does not hold what is to be removed");
    }
    if (row.articles > 0) {
      FL_RETURN_IF_ERROR(Put(batch, key, EncodeEntityNameRow(row)));
    } else if (bytes.has_value()) {
      FL_RETURN_IF_ERROR(Delete(batch, key));
    }
  }
  return absl::OkStatus();
}

absl::Status EntityDelta::FinishFactCounts(rocksdb::WriteBatch* batch) {
  for (const auto& [id, by] : fact_count_changes_) {
    if (by == 0) continue;
    const EntitiesKey key = EntityFactCountKey(id);
    FL_ASSIGN_OR_RETURN(uint64_t count, ReadCount(db_, entities_, key.value()));
    if (!Change(count, by)) return DoesNotAddUp(id);
    FL_RETURN_IF_ERROR(count > 0 ? Put(batch, key, EncodeCount(count)) : Delete(batch, key));
  }
  return absl::OkStatus();
}

absl::Status EntityDelta::FinishArticles(rocksdb::WriteBatch* batch) {
  for (const auto& [key, is_there] : articles_) {
    FL_RETURN_IF_ERROR(is_there ? Put(batch, key, std::string()) : Delete(batch, key));
  }
  return absl::OkStatus();
}

absl::Status EntityDelta::Put(rocksdb::WriteBatch* batch, const EntitiesKey& key, const std::string& value) {
  return FromRocksDb(batch->Put(entities_, key.value(), value), "write of an entity");
}

absl::Status EntityDelta::Delete(rocksdb::WriteBatch* batch, const EntitiesKey& key) {
  return FromRocksDb(batch->Delete(entities_, key.value()), "delete of an entity");
}

std::string EncodeEntityNameRow(const EntityNameRow& row) {
  return std::string(1, row.is_own_name ? '\1' : '\0') + EncodeCount(row.articles);
}

absl::StatusOr<EntityNameRow> DecodeEntityNameRow(std::string_view bytes) {
  if (bytes.empty() || static_cast<uint8_t>(bytes[0]) > 1) return absl::DataLossError("entity name: corrupt row");
  EntityNameRow row{bytes[0] == '\1'};
  FL_ASSIGN_OR_RETURN(row.articles, DecodeCount(bytes.substr(1)));
  return row;
}

}  // namespace factline::store
