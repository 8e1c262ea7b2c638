#include "query/related/significant_terms.h"

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/vocab/status.h"
#include "query/testing/news_index.h"

namespace factline::query {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::NewsArticle;
using testing::NewsIndex;
using ::testing::Not;

TEST(LogLikelihoodRatioTest, IsDunningsAndOneSided) {
  // "the swiss" in table 4 of the paper.
  EXPECT_NEAR(LogLikelihoodRatio(110, 110 + 2442, 110 + 111, 110 + 2442 + 111 + 29114), 270.72, 0.01);
  EXPECT_EQ(LogLikelihoodRatio(1, 10, 10, 100), 0);  // as frequent
  EXPECT_EQ(LogLikelihoodRatio(0, 10, 10, 100), 0);  // less frequent
  EXPECT_EQ(LogLikelihoodRatio(5, 100, 5, 100), 0);  // the sample is all there is
  EXPECT_EQ(LogLikelihoodRatio(0, 0, 5, 100), 0);
  EXPECT_GT(LogLikelihoodRatio(10, 10, 10, 100), LogLikelihoodRatio(10, 10, 20, 100));
  EXPECT_GT(LogLikelihoodRatio(10, 10, 10, 100), LogLikelihoodRatio(5, 10, 5, 100));
}

v1::FindSignificantTermsResponse Find(NewsIndex* index, const v1::FindSignificantTermsRequest& request) {
  const auto response = FindSignificantTerms(*index->View(), request, index->analyzer(), nullptr);
  EXPECT_TRUE(response.ok()) << response.status();
  return response.ok() ? *response : v1::FindSignificantTermsResponse();
}

v1::FindSignificantTermsRequest Request(const std::string& query, int limit = 0, int sample_size = 0) {
  v1::FindSignificantTermsRequest request;
  request.set_query(query);
  request.set_limit(limit);
  request.set_sample_size(sample_size);
  return request;
}

std::vector<std::string> Texts(const v1::FindSignificantTermsResponse& response) {
  std::vector<std::string> texts;
  for (const v1::SignificantTerm& term : response.terms()) texts.push_back(term.text());
  return texts;
}

class SignificantTermsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::vector<NewsArticle> articles;
    for (int i = 0; i < 40; ++i) {
      articles.push_back({.id = Cat("other", i),
                          .body = Cat("company announced plan number", i, " steel 公司"),
                          .published_seconds = i,
                          .mentions = {{"山城", v1::ENTITY_TYPE_GPE}}});
    }
    for (int i = 0; i < 10; ++i) {
      articles.push_back({.id = Cat("battery", i),
                          .body = Cat("company announced battery electrolyte 人工智能 公司 word", i % 2),
                          .published_seconds = 100 + i,
                          .mentions = {{"山城", v1::ENTITY_TYPE_GPE},
                                       {"Electrolyte", v1::ENTITY_TYPE_PRODUCT},
                                       {"远岭储能", v1::ENTITY_TYPE_ORG}}});
    }
    index_.Commit(articles);
  }

  NewsIndex index_;
};

TEST_F(SignificantTermsTest, WhatTheMatchesHaveAndTheRestHasNotComesFirst) {
  const v1::FindSignificantTermsResponse response = Find(&index_, Request("battery"));
  EXPECT_EQ(response.sample_count(), 10u);
  EXPECT_EQ(response.background_count(), 50u);
  EXPECT_EQ(response.total_count(), 10u);
  const std::vector<std::string> texts = Texts(response);
  EXPECT_THAT(texts, Contains("远岭储能"));
  EXPECT_THAT(texts, Contains("Electrolyte"));
  EXPECT_THAT(texts, Contains("人工智能"));
  EXPECT_THAT(texts, Contains("word0"));
  EXPECT_THAT(texts, Not(Contains("人工")));         // within 人工智能 alone
  EXPECT_THAT(texts, Not(Contains("electrolyte")));  // the entity says it
  EXPECT_THAT(texts, Not(Contains("battery")));      // asked for
  EXPECT_THAT(texts, Not(Contains("公司")));         // everywhere
  EXPECT_THAT(texts, Not(Contains("山城")));
  EXPECT_THAT(texts, Not(Contains("steel")));  // elsewhere
  const v1::SignificantTerm& first = response.terms(0);
  EXPECT_EQ(first.sample_count(), 10u);
  EXPECT_EQ(first.background_count(), 10u);
  EXPECT_NEAR(first.score(), LogLikelihoodRatio(10, 10, 10, 50), 1e-9);
  for (const v1::SignificantTerm& term : response.terms()) {
    EXPECT_EQ(term.entity_id().empty(), term.text() != "远岭储能" && term.text() != "Electrolyte");
    if (term.text() == "远岭储能") {
      EXPECT_EQ(term.entity_id(), NewsIndex::HexIdOf("远岭储能"));
      EXPECT_EQ(term.entity_type(), v1::ENTITY_TYPE_ORG);
    }
  }
}

TEST_F(SignificantTermsTest, WordsThatTheQueryQuotesAreLeftOut) {
  EXPECT_THAT(Texts(Find(&index_, Request("battery"))), Contains("人工智能"));
  const std::vector<std::string> texts = Texts(Find(&index_, Request("\"battery electrolyte\" body:\"人工智能\"")));
  EXPECT_THAT(texts, Contains("远岭储能"));
  EXPECT_THAT(texts, Not(Contains("battery")));
  EXPECT_THAT(texts, Not(Contains("人工智能")));
}

TEST_F(SignificantTermsTest, TheSampleAndTheListAreAsLongAsAskedFor) {
  const v1::FindSignificantTermsResponse response = Find(&index_, Request("battery", 2, 6));
  EXPECT_EQ(response.sample_count(), 6u);
  EXPECT_EQ(response.total_count(), 10u);
  EXPECT_EQ(response.terms_size(), 2);
}

TEST_F(SignificantTermsTest, WithoutWordsTheNewestArticlesAreTheSample) {
  EXPECT_THAT(Texts(Find(&index_, Request("", 0, 10))), Contains("battery"));
}

TEST_F(SignificantTermsTest, ASampleThatIsAllOrNothingTellsNothing) {
  EXPECT_THAT(Texts(Find(&index_, Request("", 0, 500))), IsEmpty());
  EXPECT_THAT(Texts(Find(&index_, Request("nothing"))), IsEmpty());
}

TEST_F(SignificantTermsTest, DeletedArticlesAreNotSampled) {
  index_.Delete("battery0");
  const v1::FindSignificantTermsResponse response = Find(&index_, Request("battery"));
  EXPECT_EQ(response.sample_count(), 9u);
  EXPECT_EQ(response.background_count(), 50u);  // until it is purged
  EXPECT_THAT(Texts(response), Contains("远岭储能"));
}

TEST_F(SignificantTermsTest, ErrorsNameTheField) {
  const std::vector<std::pair<std::function<void(v1::FindSignificantTermsRequest*)>, std::string>> cases = {
      {[](auto* r) { r->set_query("("); }, "query"},
      {[](auto* r) { r->set_limit(101); }, "limit"},
      {[](auto* r) { r->set_limit(-1); }, "limit"},
      {[](auto* r) { r->set_sample_size(501); }, "sample_size"},
      {[](auto* r) { r->set_match(static_cast<v1::SearchRequest::Match>(9)); }, "match"},
      {[](auto* r) { r->mutable_filter()->add_tags(""); }, "filter.tags"},
  };
  for (const auto& [spoil, field] : cases) {
    v1::FindSignificantTermsRequest request;
    spoil(&request);
    EXPECT_EQ(FieldOf(FindSignificantTerms(*index_.View(), request, index_.analyzer(), nullptr).status()), field);
  }
}

TEST_F(SignificantTermsTest, TheCheckEndsTheWork) {
  for (int allowed : {0, 1, 5}) {
    const auto response = FindSignificantTerms(
        *index_.View(), Request("battery"), index_.analyzer(),
        [left = allowed]() mutable { return left-- > 0 ? absl::OkStatus() : absl::CancelledError("gone"); });
    EXPECT_TRUE(absl::IsCancelled(response.status())) << allowed;
  }
}

// Scores of all words, from the articles themselves.
TEST(SignificantTermsModelTest, CountsAndScoresAreThoseOfAPlainReferenceWhateverTheSegments) {
  std::mt19937 random(3);
  NewsIndex index;
  std::vector<std::set<std::string>> articles;
  for (int batch = 0; batch < 8; ++batch) {
    std::vector<NewsArticle> news;
    for (int i = 0; i < 20; ++i) {
      std::set<std::string> words;
      for (int n = 3 + static_cast<int>(random() % 8); n > 0; --n)
        words.insert(Cat("w", 10 + random() % 12 * (random() % 3)));
      std::string body;
      for (const std::string& word : words) body += word + " ";
      news.push_back({.id = Cat("a", articles.size()), .body = body});
      articles.push_back(words);
    }
    index.Commit(news);
    if (batch == 4) index.MergeAll();
  }
  for (const std::string query : {"w11", "w12", "w13", "w14", "w16"}) {
    std::map<std::string, std::pair<uint64_t, uint64_t>> counts;  // in the sample, in all
    uint64_t sample = 0;
    for (const std::set<std::string>& words : articles) {
      sample += words.contains(query);
      for (const std::string& word : words) {
        ++counts[word].second;
        counts[word].first += words.contains(query);
      }
    }
    std::vector<std::pair<double, std::string>> want;
    for (const auto& [word, count] : counts) {
      const double score = LogLikelihoodRatio(count.first, sample, count.second, articles.size());
      if (word != query && count.first >= 2 && score > 0) want.emplace_back(-score, word);
    }
    std::sort(want.begin(), want.end());
    const v1::FindSignificantTermsResponse response = Find(&index, Request(query, 100, 500));
    ASSERT_EQ(response.terms_size(), want.size()) << query;
    for (int i = 0; i < response.terms_size(); ++i) {
      EXPECT_EQ(response.terms(i).text(), want[i].second);
      EXPECT_NEAR(response.terms(i).score(), -want[i].first, 1e-9);
      EXPECT_EQ(response.terms(i).background_count(), counts[want[i].second].second);
    }
  }
}

}  // namespace
}  // namespace factline::query
