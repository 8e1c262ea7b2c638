#include "indexer/extract/phrase_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <tuple>

namespace factline::extract {
namespace {

using Hit = std::tuple<uint32_t, uint32_t, uint32_t>;

std::vector<Hit> FindAll(const PhraseSet& phrases, std::string_view text) {
  std::vector<Hit> hits;
  phrases.Find(text, [&](uint32_t begin, uint32_t end, uint32_t id) { hits.push_back({begin, end, id}); });
  return hits;
}

TEST(PhraseSetTest, FindsOverlappingAndNestedPhrases) {
  PhraseSet set;
  set.Add("she", 0);
  set.Add("he", 1);
  set.Add("hers", 2);
  set.Build();
  EXPECT_THAT(FindAll(set, "ushers"), testing::ElementsAre(Hit{1, 4, 0}, Hit{2, 6, 2}, Hit{2, 4, 1}));
}

TEST(PhraseSetTest, OnePhraseMayHaveSeveralIds) {
  PhraseSet set;
  set.Add("成立", 7);
  set.Add("成立", 8);
  set.Build();
  EXPECT_THAT(FindAll(set, "公司成立"), testing::UnorderedElementsAre(Hit{6, 12, 7}, Hit{6, 12, 8}));
}

TEST(PhraseSetTest, WithoutPhrasesFindsNothing) {
  PhraseSet set;
  set.Build();
  EXPECT_TRUE(FindAll(set, "anything").empty());
}

TEST(PhraseSetTest, FindsPhrasesThatOthersBeginWith) {
  PhraseSet set;
  set.Add("港", 0);
  set.Add("港口", 1);
  set.Add("港口局", 2);
  set.Add("港口集团", 3);
  set.Build();
  EXPECT_THAT(FindAll(set, "港口局，港口"),
              testing::ElementsAre(Hit{0, 9, 2}, Hit{0, 6, 1}, Hit{0, 3, 0}, Hit{12, 18, 1}, Hit{12, 15, 0}));
}

TEST(PhraseSetTest, AgreesWithSearchingEachPhrase) {
  std::mt19937 random(1);
  const auto word = [&](size_t size) {
    std::string s;
    for (size_t i = 0; i < size; ++i) s += static_cast<char>('a' + random() % 2);
    return s;
  };
  std::vector<std::string> phrases;
  for (int i = 0; i < 60; ++i) phrases.push_back(word(1 + random() % 9));
  PhraseSet set;
  for (uint32_t i = 0; i < phrases.size(); ++i) set.Add(phrases[i], i);
  set.Build();
  const std::string text = word(500);
  std::vector<Hit> want;
  for (uint32_t i = 0; i < phrases.size(); ++i) {
    for (size_t at = text.find(phrases[i]); at != std::string::npos; at = text.find(phrases[i], at + 1)) {
      want.push_back({static_cast<uint32_t>(at), static_cast<uint32_t>(at + phrases[i].size()), i});
    }
  }
  EXPECT_THAT(FindAll(set, text), testing::UnorderedElementsAreArray(want));
}

}  // namespace
}  // namespace factline::extract
