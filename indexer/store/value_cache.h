#ifndef FACTLINE_INDEXER_STORE_VALUE_CACHE_H_
#define FACTLINE_INDEXER_STORE_VALUE_CACHE_H_

#include <array>
#include <cstddef>
#include <mutex>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "indexer/store/value_store.h"

namespace factline::store {

// Copies of values that were read lately, within a budget of bytes. Copies, because a pinned value of RocksDB holds its
// whole block. Eviction is CLOCK: a hand goes round and takes what was not used since it came by. Thread-safe: sharded.
class ValueCache {
 public:
  // Zero keeps nothing.
  explicit ValueCache(size_t budget_bytes) : shard_budget_bytes_(budget_bytes / kShards) {}

  SharedValue Find(const ValueAddress& address);  // null if it is not there
  void Insert(const ValueAddress& address, SharedValue value);
  size_t size_bytes() const;

 private:
  static constexpr size_t kShards = 16;
  struct Slot {
    ValueAddress address;
    SharedValue value;
    bool used = false;
  };
  struct Shard {
    mutable std::mutex mutex;  // guards the rest
    std::vector<Slot> slots;
    absl::flat_hash_map<ValueAddress, size_t> slot_of;
    size_t hand = 0;
    size_t size_bytes = 0;
  };

  Shard& ShardOf(const ValueAddress& address);
  static void EvictOne(Shard* shard);  // under its mutex

  const size_t shard_budget_bytes_;
  std::array<Shard, kShards> shards_;
};

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_VALUE_CACHE_H_
