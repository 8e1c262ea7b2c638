#include "indexer/store/value_cache.h"

#include <utility>

#include "absl/hash/hash.h"

namespace factline::store {
namespace {

// What a value costs beside its bytes: the slot, the map's entry, the allocations' heads.
constexpr size_t kOverheadBytes = 160;

size_t Charge(const SharedValue& value) { return value->size() + kOverheadBytes; }

}  // namespace

SharedValue ValueCache::Find(const ValueAddress& address) {
  Shard& shard = ShardOf(address);
  std::lock_guard lock(shard.mutex);
  const auto found = shard.slot_of.find(address);
  if (found == shard.slot_of.end()) return nullptr;
  Slot& slot = shard.slots[found->second];
  slot.used = true;
  return slot.value;
}

void ValueCache::Insert(const ValueAddress& address, SharedValue value) {
  const size_t charge = Charge(value);
  if (charge > shard_budget_bytes_) return;
  Shard& shard = ShardOf(address);
  std::lock_guard lock(shard.mutex);
  if (shard.slot_of.contains(address)) return;
  while (shard.size_bytes + charge > shard_budget_bytes_) EvictOne(&shard);
  shard.size_bytes += charge;
  shard.slot_of.emplace(address, shard.slots.size());
  shard.slots.push_back({address, std::move(value), false});
}

void ValueCache::EvictOne(Shard* shard) {
  // Ends within two rounds: the first one clears each slot's mark.
  while (true) {
    if (shard->hand >= shard->slots.size()) shard->hand = 0;
    Slot& slot = shard->slots[shard->hand];
    if (!slot.used) break;
    slot.used = false;
    ++shard->hand;
  }
  Slot& victim = shard->slots[shard->hand];
  shard->size_bytes -= Charge(victim.value);
  shard->slot_of.erase(victim.address);
  if (shard->hand + 1 != shard->slots.size()) {
    victim = std::move(shard->slots.back());
    shard->slot_of[victim.address] = shard->hand;
  }
  shard->slots.pop_back();
  ++shard->hand;  // what came from the end waits one round
}

size_t ValueCache::size_bytes() const {
  size_t total = 0;
  for (const Shard& shard : shards_) {
    std::lock_guard lock(shard.mutex);
    total += shard.size_bytes;
  }
  return total;
}

ValueCache::Shard& ValueCache::ShardOf(const ValueAddress& address) { return shards_[absl::HashOf(address) % kShards]; }

}  // namespace factline::store
