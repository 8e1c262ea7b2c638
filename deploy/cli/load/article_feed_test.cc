#include "deploy/cli/load/article_feed.h"

#include <map>
#include <set>

#include "deploy/cli/load/made_up_news.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace factline::load {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

FeedOptions Options() { return {.seed = 3, .id_prefix = "run", .now = absl::FromUnixSeconds(1'700'000'000)}; }

TEST(MadeUpNews, IsTheSameForTheSameSeed) {
  EXPECT_EQ(MakeUpText(5, 800).body, MakeUpText(5, 800).body);
  EXPECT_NE(MakeUpText(5, 800).body, MakeUpText(6, 800).body);
}

TEST(MadeUpNews, IsChineseAndEnglishOfTheLengthAskedFor) {
  std::set<std::string> languages;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const MadeUpText text = MakeUpText(seed, 1000);
    languages.insert(text.language);
    EXPECT_GE(text.body.size(), 1000u);
    EXPECT_LE(text.body.size(), 1400u);
    EXPECT_FALSE(text.title.empty());
  }
  EXPECT_EQ(languages, (std::set<std::string>{"en", "zh"}));
  EXPECT_FALSE(MakeUpText(1, 0).body.empty());
}

TEST(ArticleFeed, IsTheSameForTheSameSeed) {
  ArticleFeed one(Options(), {}), same(Options(), {});
  for (int i = 0; i < 20; ++i) EXPECT_EQ(one.Next().SerializeAsString(), same.Next().SerializeAsString());
}

TEST(ArticleFeed, WithoutAMixGivesEachArticleAnIdOfItsOwn) {
  ArticleFeed feed(Options(), {});
  std::set<std::string> ids, request_ids;
  for (int i = 0; i < 100; ++i) {
    const v1::IngestRequest request = feed.Next();
    ASSERT_TRUE(request.has_article());
    ids.insert(request.article().id());
    request_ids.insert(request.request_id());
    EXPECT_THAT(request.article().id(), StartsWith("run-"));
  }
  EXPECT_EQ(ids.size(), 100u);
  EXPECT_EQ(request_ids.size(), 100u);
  EXPECT_EQ(feed.counts().articles, 100u);
}

TEST(ArticleFeed, UpdatesAndDeletesWhatItHasSent) {
  FeedOptions options = Options();
  options.updates = 0.3;
  options.deletes = 0.1;
  options.body_bytes = 50;
  ArticleFeed feed(options, {});
  std::map<std::string, bool> live;
  ArticleFeed::Counts seen;
  for (int i = 0; i < 3000; ++i) {
    const v1::IngestRequest request = feed.Next();
    if (request.has_delete_id()) {
      EXPECT_TRUE(live[request.delete_id()]) << "withdrawn, but not there: " << request.delete_id();
      live[request.delete_id()] = false;
      ++seen.deletes;
      continue;
    }
    bool& is_live = live[request.article().id()];
    ++(is_live ? seen.updates : seen.articles);
    is_live = true;
  }
  EXPECT_EQ(feed.counts().articles, seen.articles);
  EXPECT_EQ(feed.counts().updates, seen.updates);
  EXPECT_EQ(feed.counts().deletes, seen.deletes);
  EXPECT_NEAR(static_cast<double>(seen.deletes), 300, 100);
  EXPECT_NEAR(static_cast<double>(seen.updates), 900, 200);
}

TEST(ArticleFeed, MakesNoMoreIdsThanAskedFor) {
  FeedOptions options = Options();
  options.max_articles = 10;
  ArticleFeed feed(options, {});
  std::set<std::string> ids, titles;
  for (int i = 0; i < 200; ++i) {
    const v1::IngestRequest request = feed.Next();
    ids.insert(request.article().id());
    titles.insert(request.article().title());
  }
  EXPECT_EQ(ids.size(), 10u);
  EXPECT_EQ(titles.size(), 200u) << "a version with the same content would not count as a new one";
  EXPECT_EQ(feed.counts().updates, 190u);
}

TEST(ArticleFeed, RepeatsTextsUnderNewIds) {
  v1::IngestRequest article, page;
  article.mutable_article()->set_id("original");
  article.mutable_article()->set_title("Title");
  article.mutable_article()->set_body("Body");
  page.mutable_page()->set_id("page");
  page.mutable_page()->set_text("Text");
  ArticleFeed feed(Options(), {article, page});
  const v1::IngestRequest first = feed.Next(), second = feed.Next(), third = feed.Next();
  EXPECT_EQ(first.article().id(), "run-0");
  EXPECT_EQ(first.article().body(), "Body");
  EXPECT_THAT(first.article().title(), EndsWith(" 1"));
  EXPECT_EQ(second.page().id(), "run-1");
  EXPECT_EQ(second.page().text(), "Text\n2");
  EXPECT_EQ(third.article().id(), "run-2");
  EXPECT_THAT(third.article().title(), HasSubstr("Title 3"));
}

}  // namespace
}  // namespace factline::load
