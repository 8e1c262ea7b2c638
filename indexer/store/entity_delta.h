#ifndef FACTLINE_INDEXER_STORE_ENTITY_DELTA_H_
#define FACTLINE_INDEXER_STORE_ENTITY_DELTA_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "factline/storage/v1/index.pb.h"
#include "indexer/store/fact_keys.h"
#include "rocksdb/db.h"
#include "rocksdb/write_batch.h"

namespace factline::store {

// The change that one commit makes to the family `entities`: FactDelta's other half. Same contract.
class EntityDelta {
 public:
  EntityDelta(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* entities) : db_(db), entities_(entities) {}

  void Add(const storage::v1::DocRecord& record) { Apply(record, 1); }
  void Remove(const storage::v1::DocRecord& record) { Apply(record, -1); }

  // `by` more facts have the entity as subject or object.
  void ChangeFactCount(const EntityId& entity, int64_t by) { fact_count_changes_[entity] += by; }

  // On an error `batch` may hold part of the change.
  absl::Status Finish(rocksdb::WriteBatch* batch);

 private:
  struct RecordChange {
    v1::EntityType type = v1::ENTITY_TYPE_UNSPECIFIED;
    std::string normal_name;
    int64_t articles = 0;
    int64_t mentions = 0;
    std::map<std::string, int64_t> forms;  // written form -> articles
  };
  struct NameChange {
    bool is_own_name = false;
    int64_t articles = 0;
  };

  void Apply(const storage::v1::DocRecord& record, int sign);
  void ApplyNames(const v1::ArticleEntity& entity, const EntityId& id, int sign);

  absl::Status FinishRecords(rocksdb::WriteBatch* batch);
  absl::Status FinishNames(rocksdb::WriteBatch* batch);
  absl::Status FinishFactCounts(rocksdb::WriteBatch* batch);
  absl::Status FinishArticles(rocksdb::WriteBatch* batch);
  absl::Status Put(rocksdb::WriteBatch* batch, const EntitiesKey& key, const std::string& value);
  absl::Status Delete(rocksdb::WriteBatch* batch, const EntitiesKey& key);

  rocksdb::DB* const db_;
  rocksdb::ColumnFamilyHandle* const entities_;
  std::map<EntityId, RecordChange> records_;
  std::map<EntitiesKey, NameChange> names_;
  std::map<EntitiesKey, bool> articles_;  // true: there, false: gone; the last word of the commit
  std::map<EntityId, int64_t> fact_count_changes_;
};

// The value of a name row: format(1 byte: 1 if it is the entity's own name, 0 if an alias) count(varint) of articles.
struct EntityNameRow {
  bool is_own_name = false;
  uint64_t articles = 0;
};
std::string EncodeEntityNameRow(const EntityNameRow& row);
absl::StatusOr<EntityNameRow> DecodeEntityNameRow(std::string_view bytes);  // DATA_LOSS

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_ENTITY_DELTA_H_
