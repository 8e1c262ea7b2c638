#ifndef FACTLINE_INDEXER_STORE_ENTITY_FORMS_H_
#define FACTLINE_INDEXER_STORE_ENTITY_FORMS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "factline/storage/v1/index.pb.h"
#include "indexer/store/fact_keys.h"
#include "rocksdb/db.h"
#include "rocksdb/write_batch.h"

namespace factline::store {

// Written forms that an entity's record holds. An article may call an entity by what it likes: without a bound the
// record, which each article that mentions the entity rewrites, would grow with the log.
inline constexpr size_t kMaxFormsInRecord = 64;

// One commit's change to the written forms of one entity and the number of articles that use each. The record holds the
// first kMaxFormsInRecord: forms of the name itself before others, the most used first, the least bytes breaking a tie;
// the rest have rows of their own. Which forms those are follows from the counts alone, not from how they came about.
// Not thread-safe.
class EntityForms {
 public:
  // All but `normal_name`, the normal form of the entity's name, must outlive this.
  EntityForms(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* entities, const EntityId& id, std::string normal_name,
              storage::v1::EntityRecord* record);

  // `by` more articles use `form`. False if that is fewer than none.
  absl::StatusOr<bool> Change(const std::string& form, int64_t by);

  // Brings record and rows in order. The record's name is set to the most used form of the entity's own name.
  absl::Status Finish(rocksdb::WriteBatch* batch);

 private:
  struct Rank {
    bool is_other_name = false;
    int64_t minus_count = 0;
    std::string form;
    friend auto operator<=>(const Rank&, const Rank&) = default;
  };

  Rank RankOf(const std::string& form, uint32_t count) const;
  absl::Status ReadAllRows();
  absl::Status MoveBetweenRecordAndRows(rocksdb::WriteBatch* batch);

  rocksdb::DB* const db_;
  rocksdb::ColumnFamilyHandle* const entities_;
  const EntityId& id_;
  const std::string normal_name_;
  storage::v1::EntityRecord* const record_;
  std::map<std::string, uint32_t> rows_;     // those read, as they are stored; 0: none
  std::map<std::string, uint32_t> outside_;  // the same, and forms new to the entity, as they shall be
  bool lowers_record_ = false;               // a form of the record lost articles: a row's may have more now
};

// The forms of an entity that its record does not hold, until `visit` returns false.
absl::Status VisitFormRows(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* entities, const EntityId& id,
                           const std::function<bool(const std::string& form, uint32_t articles)>& visit);

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_ENTITY_FORMS_H_
