#ifndef FACTLINE_INDEXER_STORE_ENTITY_WALK_H_
#define FACTLINE_INDEXER_STORE_ENTITY_WALK_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "indexer/store/fact_keys.h"
#include "rocksdb/db.h"

namespace factline::store {

// Walks the entities that have a name, or a name that begins with a prefix, each once, by (name, type, id). An entity
// whose own name begins with the prefix stands under that name, any other under the least of its aliases that does; so
// an empty prefix lists all entities by their own names. Forward only; exhaustion is legal and repeatable. Sees the
// names as they were when it was made. Not thread-safe.
class EntityWalk {
 public:
  // `normal_name` is a normal form. `interrupt`, if set, is asked now and then: a prefix may lead past many names that
  // list nothing. Not OK ends the walk with it. The database must outlive the walk.
  EntityWalk(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* entities, std::string_view normal_name, bool is_prefix,
             std::function<absl::Status()> interrupt);

  // To the first entity, the first one at `position`, or the first one after it. INVALID_ARGUMENT for a position that
  // is none of this walk.
  absl::Status SeekToFirst();
  absl::Status SeekAt(std::string_view position);
  absl::Status SeekAfter(std::string_view position);
  absl::Status Next();

  bool Valid() const { return valid_; }
  const EntityId& id() const { return place_.entity; }       // while Valid()
  const std::string& position() const { return position_; }  // while Valid(); good for later walks too

 private:
  absl::Status Settle();  // on the first entity at or after the iterator that is listed where it stands
  absl::StatusOr<bool> IsListedHere(std::string_view row_bytes) const;
  absl::StatusOr<std::string> ReadListingName() const;  // of place_.entity

  rocksdb::DB* const db_;
  rocksdb::ColumnFamilyHandle* const entities_;
  const std::string normal_name_;
  const bool is_prefix_;
  const std::string key_prefix_;
  const std::function<absl::Status()> interrupt_;
  uint32_t rows_ = 0;  // looked at
  std::unique_ptr<rocksdb::Iterator> iterator_;
  // Of entities met by an alias: the name that lists them here; empty for those listed under their own names. Bounded.
  mutable std::unordered_map<std::string, std::string> listing_names_;
  EntityNamePlace place_;
  std::string position_;
  bool valid_ = false;
};

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_ENTITY_WALK_H_
