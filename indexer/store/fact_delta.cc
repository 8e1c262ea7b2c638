#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "indexer/store/entity_delta.h"
#include "indexer/store/fact_db.h"
#include "indexer/store/fact_id.h"
#include "indexer/store/fact_keys.h"
#include "indexer/store/fact_row.h"
#include "indexer/store/fact_table.h"
#include "indexer/text/normalizer.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/deterministic_bytes.h"
#include "protos/vocab/hash.h"
#include "protos/vocab/status.h"

namespace factline::store {
namespace {

using storage::v1::DocRecord;
using storage::v1::ExtractedFact;

// Where a fact stands in `fact_index`. Follows from its meaning, so that every evidence gives the same places.
struct FactPlaces {
  std::vector<std::string> timed_prefixes;  // TimedKey of each, at the newest evidence's time
  std::optional<FactIndexKey> value_key;
  std::set<EntityId> entities;  // subject and object
};

FactPlaces PlacesOf(const FactId& id, const v1::Fact& meaning) {
  FactPlaces places{{RecentPrefix(), PredicatePrefix(meaning.predicate())}, std::nullopt, {}};
  const auto add_argument = [&places](FactRole role, const v1::FactArgument& argument) {
    const EntityId entity = EntityOfArgument(argument);
    if (!entity.value().empty()) {
      places.timed_prefixes.push_back(EntityRolePrefix(role, entity));
      places.entities.insert(entity);
    } else if (!argument.text().empty()) {
      places.timed_prefixes.push_back(TextRolePrefix(role, text::NormalForm(argument.text())));
    }
  };
  add_argument(FactRole::kSubject, meaning.subject());
  add_argument(FactRole::kObject, meaning.object());
  if (meaning.has_value()) places.value_key = ValueKey(meaning.predicate(), meaning.value().number(), id);
  return places;
}

struct FactChange {
  FactPlaces places;
  std::map<uint8_t, int64_t> evidences_by_percent;
  std::map<FactsKey, std::optional<std::string>> evidences;  // the last word: a value, or nullopt for gone
  bool removes = false;
};

bool IsEvidenceOf(const FactId& fact, std::string_view key) {
  return key.size() > kIdBytes && key.substr(0, kIdBytes) == fact.value();
}

}  // namespace

class FactDelta::Impl {
 public:
  Impl(rocksdb::DB* db, const FactHandles& handles) : db_(db), handles_(handles), entities_(db, handles.entities) {}

  void Apply(const DocRecord& record, bool add) {
    add ? entities_.Add(record) : entities_.Remove(record);
    std::set<std::string_view> seen;
    for (int i = 0; i < record.facts_size(); ++i) {
      const ExtractedFact& fact = record.facts(i);
      if (fact.fact_id().size() == kIdBytes && seen.insert(fact.fact_id()).second) ApplyFact(record, i, add);
    }
  }

  absl::Status Finish(rocksdb::WriteBatch* batch) {
    FL_RETURN_IF_ERROR(FinishFacts(batch));
    FL_RETURN_IF_ERROR(FinishIndex(batch));
    return entities_.Finish(batch);
  }

 private:
  void ApplyFact(const DocRecord& record, int ordinal, bool add) {
    const ExtractedFact& fact = record.facts(ordinal);
    const FactId id(fact.fact_id());
    const auto [found, is_new] = facts_.try_emplace(id);
    FactChange& change = found->second;
    if (is_new) change.places = PlacesOf(id, fact.meaning());
    change.evidences_by_percent[ConfidencePercent(fact.evidence().confidence())] += add ? 1 : -1;
    change.removes |= !add;
    const v1::StoredArticle& article = record.article();
    const FactsKey key = EvidenceKey(id, article.published_time().seconds(), article.id());
    if (add) {
      evidence_ = fact;
      evidence_.clear_fact_id();
      evidence_.mutable_evidence()->clear_text();
      change.evidences[key] = DeterministicBytes(evidence_);
    } else {
      change.evidences[key] = std::nullopt;
    }
    index_keys_[FactArticleKey(article.id(), static_cast<uint32_t>(ordinal), id)] = add;
  }

  absl::Status FinishFacts(rocksdb::WriteBatch* batch) {
    std::vector<std::string_view> keys;
    for (const auto& [id, change] : facts_) keys.push_back(id.value());
    FL_ASSIGN_OR_RETURN(const std::vector<std::optional<std::string>> rows, ReadValues(db_, handles_.facts, keys));
    size_t i = 0;
    for (const auto& [id, change] : facts_) {
      std::optional<FactRow> before;
      if (const std::optional<std::string>& row = rows[i++]; row.has_value()) {
        FL_ASSIGN_OR_RETURN(before, DecodeFactRow(*row));
      }
      FL_ASSIGN_OR_RETURN(const std::optional<FactRow> after, RowAfter(id, change, before));
      FL_RETURN_IF_ERROR(WriteFact(batch, id, change, before, after));
    }
    if (more_facts_ == 0) return absl::OkStatus();
    FL_ASSIGN_OR_RETURN(const uint64_t count, ReadCount(db_, handles_.fact_index, FactCountKey().value()));
    const int64_t sum = static_cast<int64_t>(count) + more_facts_;
    if (sum < 0) return absl::DataLossError("the count of facts is less than nothing");
    return FromRocksDb(batch->Put(handles_.fact_index, FactCountKey().value(), EncodeCount(static_cast<uint64_t>(sum))),
                       "write of the count of facts");
  }

  // The row once the change is made; nullopt if no evidence is left.
  absl::StatusOr<std::optional<FactRow>> RowAfter(const FactId& id, const FactChange& change,
                                                  const std::optional<FactRow>& before) {
    FactRow row = before.value_or(FactRow());
    for (const auto& [percent, by] : change.evidences_by_percent) {
      const int64_t sum = static_cast<int64_t>(row.evidences_by_percent[percent]) + by;
      if (sum < 0) {
        return absl::DataLossError(Cat("fact ", ToHex(id.value()), ": its row does not hold what is to be removed"));
      }
      row.evidences_by_percent[percent] = static_cast<uint64_t>(sum);
      if (sum == 0) row.evidences_by_percent.erase(percent);
    }
    if (row.evidences_by_percent.empty()) return std::nullopt;
    FL_ASSIGN_OR_RETURN(row.last_published_seconds, EdgeSeconds(id, change, before, /*newest=*/true));
    FL_ASSIGN_OR_RETURN(row.first_published_seconds, EdgeSeconds(id, change, before, /*newest=*/false));
    return row;
  }

  // The publication time of the newest or oldest evidence once the change is made.
  absl::StatusOr<int64_t> EdgeSeconds(const FactId& id, const FactChange& change, const std::optional<FactRow>& before,
                                      bool newest) {
    std::optional<int64_t> edge;
    const auto take = [&edge, newest](int64_t seconds) {
      if (!edge.has_value() || (newest ? seconds > *edge : seconds < *edge)) edge = seconds;
    };
    for (const auto& [key, value] : change.evidences) {
      if (value.has_value()) take(DecodeEvidenceKey(key.value())->published_seconds);
    }
    if (before.has_value() && !change.removes) {
      take(newest ? before->last_published_seconds : before->first_published_seconds);
    } else if (before.has_value()) {
      FL_ASSIGN_OR_RETURN(const std::optional<int64_t> kept, KeptEdgeSeconds(id, change, newest));
      if (kept.has_value()) take(*kept);
    }
    if (edge.has_value()) return *edge;
    return absl::DataLossError(Cat("fact ", ToHex(id.value()), ": its row counts evidences that are not there"));
  }

  // The same among the stored evidences that the change leaves alone; at most one step more than the change has.
  absl::StatusOr<std::optional<int64_t>> KeptEdgeSeconds(const FactId& id, const FactChange& change, bool newest) {
    if (evidence_iterator_ == nullptr) {
      evidence_iterator_.reset(db_->NewIterator(rocksdb::ReadOptions(), handles_.facts));
    }
    rocksdb::Iterator& it = *evidence_iterator_;
    const std::string end = PrefixSuccessor(id.value());
    if (newest) {
      it.Seek(id.value());
      if (it.Valid() && View(it.key()) == id.value()) it.Next();
    } else {
      end.empty() ? it.SeekToLast() : it.SeekForPrev(end);
      if (it.Valid() && !end.empty() && View(it.key()) == end) it.Prev();
    }
    for (; it.Valid() && IsEvidenceOf(id, View(it.key())); newest ? it.Next() : it.Prev()) {
      if (change.evidences.contains(FactsKey(it.key().ToString()))) continue;
      const std::optional<EvidencePlace> place = DecodeEvidenceKey(View(it.key()));
      if (!place.has_value()) return absl::DataLossError("the family facts holds a key of no known form");
      return place->published_seconds;
    }
    FL_RETURN_IF_ERROR(FromRocksDb(it.status(), "walk over evidences"));
    return std::nullopt;
  }

  absl::Status WriteFact(rocksdb::WriteBatch* batch, const FactId& id, const FactChange& change,
                         const std::optional<FactRow>& before, const std::optional<FactRow>& after) {
    FL_RETURN_IF_ERROR(WriteRowAndEvidences(batch, id, change, before, after));
    const bool moves =
        !before.has_value() || !after.has_value() || before->last_published_seconds != after->last_published_seconds;
    for (const std::string& prefix : change.places.timed_prefixes) {
      if (moves && before.has_value()) index_keys_[TimedKey(prefix, before->last_published_seconds, id)] = false;
      if (moves && after.has_value()) index_keys_[TimedKey(prefix, after->last_published_seconds, id)] = true;
    }
    if (before.has_value() == after.has_value()) return absl::OkStatus();
    const int by = after.has_value() ? 1 : -1;
    more_facts_ += by;
    for (const EntityId& entity : change.places.entities) entities_.ChangeFactCount(entity, by);
    if (change.places.value_key.has_value()) index_keys_[*change.places.value_key] = by > 0;
    return absl::OkStatus();
  }

  absl::Status WriteRowAndEvidences(rocksdb::WriteBatch* batch, const FactId& id, const FactChange& change,
                                    const std::optional<FactRow>& before, const std::optional<FactRow>& after) {
    const FactsKey row_key = FactRowKey(id);
    rocksdb::Status status;
    if (after.has_value()) {
      status = batch->Put(handles_.facts, row_key.value(), EncodeFactRow(*after));
    } else if (before.has_value()) {
      status = batch->Delete(handles_.facts, row_key.value());
    }
    for (const auto& [key, value] : change.evidences) {
      if (!status.ok()) break;
      if (value.has_value()) {
        status = batch->Put(handles_.facts, key.value(), *value);
      } else if (before.has_value()) {
        status = batch->Delete(handles_.facts, key.value());
      }
    }
    return FromRocksDb(status, "write of a fact");
  }

  // In the order of keys, as a memtable takes them best (fact_table.cc).
  absl::Status FinishIndex(rocksdb::WriteBatch* batch) {
    rocksdb::Status status;
    for (const auto& [key, is_there] : index_keys_) {
      status = is_there ? batch->Put(handles_.fact_index, key.value(), rocksdb::Slice())
                        : batch->Delete(handles_.fact_index, key.value());
      if (!status.ok()) break;
    }
    return FromRocksDb(status, "write of a fact's keys");
  }

  rocksdb::DB* const db_;
  const FactHandles handles_;
  EntityDelta entities_;
  std::map<FactId, FactChange> facts_;
  std::map<FactIndexKey, bool> index_keys_;  // true: there, false: gone
  ExtractedFact evidence_;                   // being written; kept for the memory it holds
  std::unique_ptr<rocksdb::Iterator> evidence_iterator_;
  int64_t more_facts_ = 0;
};

FactDelta::FactDelta(rocksdb::DB* db, const FactHandles& handles) : impl_(std::make_unique<Impl>(db, handles)) {}
FactDelta::~FactDelta() = default;

void FactDelta::Add(const DocRecord& record) { impl_->Apply(record, /*add=*/true); }
void FactDelta::Remove(const DocRecord& record) { impl_->Apply(record, /*add=*/false); }

absl::Status FactDelta::Finish(rocksdb::WriteBatch* batch) {
  batch->SetSavePoint();
  absl::Status status = impl_->Finish(batch);
  if (!status.ok()) {
    (void)batch->RollbackToSavePoint();
    return status;
  }
  return FromRocksDb(batch->PopSavePoint(), "end of the facts' change");
}

}  // namespace factline::store
