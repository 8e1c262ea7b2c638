#include "indexer/text/double_array.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

#include "indexer/text/double_array_builder.h"

namespace factline::text {
namespace {

uint32_t Find(const DoubleArray& trie, const std::vector<uint16_t>& symbols) {
  uint32_t state = DoubleArray::kRoot;
  for (const uint16_t symbol : symbols) {
    state = trie.Child(state, symbol);
    if (state == DoubleArray::kNone) return 0;
  }
  return trie.ValueOf(state);
}

TEST(DoubleArrayTest, PrefixesOfKeysAreNoKeys) {
  const std::vector<DoubleArrayUnit> units = BuildDoubleArray({{{1, 2}, 7}, {{1, 2, 3}, 8}, {{9}, 9}});
  const DoubleArray trie(units.data(), units.size());
  EXPECT_EQ(Find(trie, {1}), 0);
  EXPECT_EQ(Find(trie, {1, 2}), 7);
  EXPECT_EQ(Find(trie, {1, 2, 3}), 8);
  EXPECT_EQ(Find(trie, {9}), 9);
  EXPECT_EQ(Find(trie, {2}), 0);
  EXPECT_EQ(Find(trie, {65535}), 0);
}

TEST(DoubleArrayTest, HoldsExactlyItsKeys) {
  std::mt19937 random(7);
  std::map<std::vector<uint16_t>, uint32_t> want;
  while (want.size() < 20000) {
    std::vector<uint16_t> symbols(1 + random() % 5);
    for (uint16_t& s : symbols) s = static_cast<uint16_t>(1 + random() % (random() % 8 == 0 ? 5000 : 60));
    want.emplace(symbols, static_cast<uint32_t>(want.size() + 1));
  }
  std::vector<DoubleArrayKey> keys;
  for (const auto& [symbols, value] : want) keys.push_back({symbols, value});
  const std::vector<DoubleArrayUnit> units = BuildDoubleArray(keys);
  const DoubleArray trie(units.data(), units.size());
  for (const auto& [symbols, value] : want) ASSERT_EQ(Find(trie, symbols), value);
  for (int i = 0; i < 20000; ++i) {
    std::vector<uint16_t> symbols(1 + random() % 6);
    for (uint16_t& s : symbols) s = static_cast<uint16_t>(1 + random() % 60);
    const auto it = want.find(symbols);
    ASSERT_EQ(Find(trie, symbols), it == want.end() ? 0 : it->second);
  }
}

}  // namespace
}  // namespace factline::text
