#include "indexer/store/dictionary.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace factline::store {
namespace {

std::map<std::string, std::string> RandomTerms(size_t count, std::mt19937* rng) {
  std::map<std::string, std::string> terms;
  while (terms.size() < count) {
    std::string key(1, static_cast<char>(1 + (*rng)() % 3));
    for (size_t i = 1 + (*rng)() % 6; i > 0; --i) key.push_back(static_cast<char>('a' + (*rng)() % 5));
    terms[key] = std::string((*rng)() % 30, 'r') + key;
  }
  return terms;
}

TEST(DictionaryTest, EachTermIsFoundThroughTheIndexAndNoOther) {
  std::mt19937 rng(1);
  const std::map<std::string, std::string> terms = RandomTerms(2000, &rng);
  std::vector<std::string> blocks;
  DictionaryIndex built;
  DictionaryBlockBuilder builder;
  for (const auto& [key, record] : terms) {
    builder.Add(key, record);
    if (builder.size_bytes() < 200) continue;
    built.Append(builder.first_key());
    blocks.push_back(builder.Finish());
  }
  if (!builder.empty()) {
    built.Append(builder.first_key());
    blocks.push_back(builder.Finish());
  }
  DictionaryIndex index;
  for (const std::string& slice : built.Encode()) ASSERT_TRUE(index.AppendSlice(slice).ok());
  ASSERT_EQ(index.block_count(), blocks.size());
  const auto find = [&](const std::string& key) -> std::optional<std::string> {
    const auto block = index.Find(key);
    if (!block.has_value()) return std::nullopt;
    const auto record = FindInBlock(blocks[*block], key);
    EXPECT_TRUE(record.ok());
    if (!record->has_value()) return std::nullopt;
    return std::string(**record);
  };
  for (const auto& [key, record] : terms) EXPECT_EQ(find(key), record);
  for (const auto& [key, record] : RandomTerms(2000, &rng)) {
    EXPECT_EQ(find(key).has_value(), terms.contains(key)) << key;
    EXPECT_EQ(find(key + "!").has_value(), false);
  }
  EXPECT_EQ(find(""), std::nullopt);
}

TEST(DictionaryTest, ABlockCutAnywhereIsAnErrorOrShorter) {
  DictionaryBlockBuilder builder;
  for (const char* key : {"\1ant", "\1anthem", "\1bee", "\2ant"}) builder.Add(key, "record");
  const std::string block = builder.Finish();
  for (size_t size = 0; size < block.size(); ++size) {
    DictionaryBlockIterator it(std::string_view(block).substr(0, size));
    size_t terms = 0;
    while (it.Next()) ++terms;
    EXPECT_LT(terms, 4u);
  }
}

TEST(DictionaryTest, TermsOutOfOrderAreCorrupt) {
  DictionaryBlockBuilder builder;
  builder.Add("\1b", "");
  builder.Add("\1a", "");
  const std::string block = builder.Finish();
  DictionaryBlockIterator it(block);
  EXPECT_TRUE(it.Next());
  EXPECT_FALSE(it.Next());
  EXPECT_EQ(it.status().code(), absl::StatusCode::kDataLoss);
  DictionaryIndex index;
  EXPECT_FALSE(index.AppendSlice("\x05\x01z").ok());
}

}  // namespace
}  // namespace factline::store
