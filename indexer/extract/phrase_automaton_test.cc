#include "indexer/extract/phrase_automaton.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <tuple>

namespace factline::extract {
namespace {

using Hit = std::tuple<uint32_t, uint32_t, uint32_t>;

std::vector<Hit> FindAll(const PhraseAutomaton& automaton, std::string_view text) {
  std::vector<Hit> hits;
  automaton.Find(text, [&](uint32_t begin, uint32_t end, uint32_t id) { hits.push_back({begin, end, id}); });
  return hits;
}

TEST(PhraseAutomatonTest, FindsOverlappingAndNestedPhrases) {
  PhraseAutomaton automaton;
  automaton.Add("she", 0);
  automaton.Add("he", 1);
  automaton.Add("hers", 2);
  automaton.Build();
  EXPECT_THAT(FindAll(automaton, "ushers"), testing::ElementsAre(Hit{1, 4, 0}, Hit{2, 4, 1}, Hit{2, 6, 2}));
}

TEST(PhraseAutomatonTest, OnePhraseMayHaveSeveralIds) {
  PhraseAutomaton automaton;
  automaton.Add("成立", 7);
  automaton.Add("成立", 8);
  automaton.Build();
  EXPECT_THAT(FindAll(automaton, "公司成立"), testing::UnorderedElementsAre(Hit{6, 12, 7}, Hit{6, 12, 8}));
}

TEST(PhraseAutomatonTest, WithoutPhrasesFindsNothing) {
  PhraseAutomaton automaton;
  automaton.Build();
  EXPECT_TRUE(FindAll(automaton, "anything").empty());
}

TEST(PhraseAutomatonTest, AgreesWithSearchingEachPhrase) {
  std::mt19937 random(1);
  const auto word = [&](size_t size) {
    std::string s;
    for (size_t i = 0; i < size; ++i) s += static_cast<char>('a' + random() % 3);
    return s;
  };
  std::vector<std::string> phrases;
  PhraseAutomaton automaton;
  for (uint32_t i = 0; i < 60; ++i) {
    phrases.push_back(word(1 + random() % 5));
    automaton.Add(phrases.back(), i);
  }
  automaton.Build();
  const std::string text = word(500);
  std::vector<Hit> want;
  for (uint32_t i = 0; i < phrases.size(); ++i) {
    for (size_t at = text.find(phrases[i]); at != std::string::npos; at = text.find(phrases[i], at + 1)) {
      want.push_back({static_cast<uint32_t>(at), static_cast<uint32_t>(at + phrases[i].size()), i});
    }
  }
  EXPECT_THAT(FindAll(automaton, text), testing::UnorderedElementsAreArray(want));
}

}  // namespace
}  // namespace factline::extract
