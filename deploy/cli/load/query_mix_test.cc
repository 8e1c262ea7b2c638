#include "deploy/cli/load/query_mix.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace factline::load {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

std::string Sample(uint64_t n) {
  return n % 2 == 0 ? "青禾科技宣布投资，建设生产基地。" : "Marlow Turbines hires welders.";
}

QueryWords Words() { return *DrawWords(1, Sample); }

std::string Text(const QueryRequest& request) {
  return std::visit([](const auto& message) { return message.ShortDebugString(); }, request);
}

TEST(QueryMix, IsTheSameForTheSameSeed) {
  QueryMix one(1, kUsualWeights, Words()), same(1, kUsualWeights, Words());
  for (int i = 0; i < 50; ++i) EXPECT_EQ(Text(one.Next()), Text(same.Next()));
}

TEST(QueryMix, AsksEachKindAsOftenAsItsWeightSays) {
  QueryMix mix(1, {5, 3, 1, 1}, Words());
  mix.Saw("a1");
  std::array<int, kQueryKinds> asked = {};
  for (int i = 0; i < 10000; ++i) ++asked[mix.Next().index()];
  EXPECT_NEAR(asked[0], 5000, 200);
  EXPECT_NEAR(asked[1], 3000, 200);
  EXPECT_NEAR(asked[2], 1000, 150);
  EXPECT_NEAR(asked[3], 1000, 150);
}

TEST(QueryMix, GetsArticlesThatWereSeenAndSearchesUntilThen) {
  QueryMix mix(1, {0, 0, 1, 0}, Words());
  EXPECT_TRUE(std::holds_alternative<v1::SearchRequest>(mix.Next()));
  mix.Saw("a1");
  EXPECT_EQ(std::get<v1::GetArticleRequest>(mix.Next()).id(), "a1");
  for (int i = 0; i < 5000; ++i) mix.Saw("b" + std::to_string(i));
  for (int i = 0; i < 100; ++i) EXPECT_NE(std::get<v1::GetArticleRequest>(mix.Next()).id(), "a1") << "of the last only";
}

TEST(QueryMix, SearchesForWordsOfItsTexts) {
  QueryMix mix(1, {1, 0, 0, 0}, *DrawWords(1, [](uint64_t) { return "Marlow"; }));
  for (int i = 0; i < 5; ++i) EXPECT_THAT(std::get<v1::SearchRequest>(mix.Next()).query(), HasSubstr("Marlow"));
}

TEST(QueryMix, WhatIsSkippedIsOfTheKindThatWouldHaveBeenAsked) {
  QueryMix asks(1, {0, 1, 1, 0}, Words()), skips(1, {0, 1, 0, 0}, Words());
  EXPECT_EQ(skips.Skip(), 1u);
  std::array<int, kQueryKinds> skipped = {};
  for (int i = 0; i < 1000; ++i) ++skipped[asks.Skip()];
  EXPECT_NEAR(skipped[0], 500, 100) << "instead of articles, of which none was seen";
  EXPECT_NEAR(skipped[1], 500, 100);
  QueryMix fixed({v1::GetArticleRequest(), v1::SearchRequest()});
  EXPECT_EQ(fixed.Skip(), 2u);
  EXPECT_TRUE(std::holds_alternative<v1::SearchRequest>(fixed.Next()));
}

TEST(DrawWords, TakesHanCharactersThatStandTogetherAndLatinWords) {
  const absl::StatusOr<QueryWords> drawn = DrawWords(1, Sample);
  ASSERT_TRUE(drawn.ok());
  EXPECT_THAT(drawn->words, Contains("welders"));
  EXPECT_THAT(drawn->words, Contains("投资"));
  EXPECT_THAT(drawn->phrases, Contains("青禾科技"));
}

TEST(DrawWords, ReadsABoundedPartOfTheTexts) {
  uint64_t read = 0;
  ASSERT_TRUE(DrawWords(1, [&](uint64_t n) { return read = std::max(read, n), std::string("Marlow"); }).ok());
  EXPECT_EQ(read, 4095u);
  read = 0;
  const std::string heavy = std::string(16 << 20, ' ') + "Marlow";
  ASSERT_TRUE(DrawWords(1, [&](uint64_t n) { return read = std::max(read, n), heavy; }).ok());
  EXPECT_EQ(read, 3u);
}

TEST(DrawWords, TextsWithoutAWordAreAnError) {
  EXPECT_THAT(DrawWords(1, [](uint64_t) { return "12 a 3.5%"; }).status().message(),
              HasSubstr("nothing to search for"));
}

TEST(ReadQueries, AsksThemInTurn) {
  std::istringstream lines(
      "{\"Search\": {\"query\": \"储能\", \"pageSize\": 3, \"filter\": {\"sources\": [\"bay\"]}}}\n"
      "\n"
      "{\"ListFacts\": {\"filter\": \"modality = planned\"}}\n"
      "{\"GetArticle\": {\"id\": \"a1\"}}\n"
      "{\"FacetSearch\": {\"query\": \"\", \"facets\": [{\"field\": \"FIELD_SOURCE\"}]}}\n");
  absl::StatusOr<std::vector<QueryRequest>> queries = ReadQueries(lines, "q");
  ASSERT_TRUE(queries.ok()) << queries.status();
  ASSERT_EQ(queries->size(), 4u);
  QueryMix mix(*queries);
  const v1::SearchRequest search = std::get<v1::SearchRequest>(mix.Next());
  EXPECT_EQ(search.query(), "储能");
  EXPECT_EQ(search.page_size(), 3);
  EXPECT_EQ(search.filter().sources(0), "bay");
  EXPECT_EQ(std::get<v1::ListFactsRequest>(mix.Next()).filter(), "modality = planned");
  EXPECT_EQ(std::get<v1::GetArticleRequest>(mix.Next()).id(), "a1");
  EXPECT_EQ(std::get<v1::FacetSearchRequest>(mix.Next()).facets(0).field(), v1::FacetSpec::FIELD_SOURCE);
  EXPECT_EQ(std::get<v1::SearchRequest>(mix.Next()).query(), "储能");
}

TEST(ReadQueries, NamesTheLineAndWhatIsWrongWithIt) {
  const struct {
    std::string lines, want;
  } kRows[] = {
      {"", "q: holds no query"},
      {"\n[1]\n", "q:2: want {\"METHOD\": REQUEST}"},
      {"{\"Search\": {}, \"GetArticle\": {}}", "q:1: want {"},
      {"{\"GetFact\": {}}", "q:1: 'GetFact': want Search"},
      {"{\"Search\": {\"words\": \"x\"}}", "q:1: Search: "},
      {"{\"Search\": 5}", "q:1: Search: "},
  };
  for (const auto& row : kRows) {
    std::istringstream lines(row.lines);
    EXPECT_THAT(ReadQueries(lines, "q").status().message(), HasSubstr(row.want)) << row.lines;
  }
}

}  // namespace
}  // namespace factline::load
