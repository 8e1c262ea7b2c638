#ifndef FACTLINE_INDEXER_STORE_CLOCK_CACHE_H_
#define FACTLINE_INDEXER_STORE_CLOCK_CACHE_H_

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace factline::store {

// Immutable values that were used lately, within a budget of bytes. Eviction is CLOCK: a hand goes round and takes what
// was not used since it came by. Thread-safe: sharded. `Hash` and `Equal` take keys, and whatever else Find is called
// with.
template <typename Key, typename Value, typename Hash = absl::Hash<Key>, typename Equal = std::equal_to<Key>>
class ClockCache {
 public:
  using Shared = std::shared_ptr<const Value>;

  // Zero keeps nothing.
  explicit ClockCache(size_t budget_bytes) : shard_budget_bytes_(budget_bytes / kShards) {}

  template <typename Lookup>
  Shared Find(const Lookup& key) {  // null if it is not there
    Shard& shard = shards_[Hash()(key) % kShards];
    std::lock_guard lock(shard.mutex);
    const auto found = shard.slot_of.find(key);
    if (found == shard.slot_of.end()) return nullptr;
    Slot& slot = shard.slots[found->second];
    slot.used = true;
    return slot.value;
  }

  // `size_bytes` is what key and value take.
  void Insert(const Key& key, Shared value, size_t size_bytes) {
    const size_t charge = size_bytes + kOverheadBytes;
    if (charge > shard_budget_bytes_) return;
    Shard& shard = shards_[Hash()(key) % kShards];
    std::lock_guard lock(shard.mutex);
    if (shard.slot_of.contains(key)) return;
    while (shard.size_bytes + charge > shard_budget_bytes_) EvictOne(&shard);
    shard.size_bytes += charge;
    shard.slot_of.emplace(key, shard.slots.size());
    shard.slots.push_back({key, std::move(value), charge, false});
  }

  size_t size_bytes() const {
    size_t total = 0;
    for (const Shard& shard : shards_) {
      std::lock_guard lock(shard.mutex);
      total += shard.size_bytes;
    }
    return total;
  }

 private:
  static constexpr size_t kShards = 16;
  // What a value costs beside its bytes: the slot, the map's entry, the allocations' heads.
  static constexpr size_t kOverheadBytes = 160;

  struct Slot {
    Key key;
    Shared value;
    size_t charge = 0;
    bool used = false;
  };
  struct Shard {
    mutable std::mutex mutex;  // guards the rest
    std::vector<Slot> slots;
    absl::flat_hash_map<Key, size_t, Hash, Equal> slot_of;
    size_t hand = 0;
    size_t size_bytes = 0;
  };

  static void EvictOne(Shard* shard) {  // under its mutex
    // Ends within two rounds: the first one clears each slot's mark.
    while (true) {
      if (shard->hand >= shard->slots.size()) shard->hand = 0;
      Slot& slot = shard->slots[shard->hand];
      if (!slot.used) break;
      slot.used = false;
      ++shard->hand;
    }
    Slot& victim = shard->slots[shard->hand];
    shard->size_bytes -= victim.charge;
    shard->slot_of.erase(victim.key);
    if (shard->hand + 1 != shard->slots.size()) {
      victim = std::move(shard->slots.back());
      shard->slot_of[victim.key] = shard->hand;
    }
    shard->slots.pop_back();
    ++shard->hand;  // what came from the end waits one round
  }

  const size_t shard_budget_bytes_;
  std::array<Shard, kShards> shards_;
};

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_CLOCK_CACHE_H_
