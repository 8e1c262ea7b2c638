#include "query/related/similar_articles.h"

#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/vocab/status.h"
#include "query/testing/news_index.h"

namespace factline::query {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::NewsIndex;
using ::testing::Not;

class SimilarArticlesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    index_.Commit(
        {{.id = "battery",
          .title = "固态电池量产",
          .body = "白鹭电池公司宣布固态电池量产，电解质由山城研究院研发，年产能二十吉瓦时，首批产品供应青石汽车。"},
         {.id = "reprint",
          .title = "固态电池量产",
          .body =
              "白鹭电池公司宣布固态电池量产，电解质由山城研究院研发，年产能二十吉瓦时，首批产品供应青石汽车。据悉。",
          .source = "morning"},
         {.id = "topic",
          .title = "电解质新进展",
          .body = "山城研究院的新电解质让固态电池更安全，研究人员说明年可以试产。",
          .source = "morning"},
         {.id = "maker", .title = "青石汽车", .body = "青石汽车发布新车，销量增长。"},
         {.id = "cement", .title = "水泥", .body = "水泥价格下跌，库存上升，市场观望。"},
         {.id = "steel", .title = "钢铁", .body = "钢铁企业减产，市场观望情绪浓。"}});
  }

  v1::FindSimilarArticlesResponse Find(const v1::FindSimilarArticlesRequest& request) {
    const auto response = FindSimilarArticles(*index_.View(), request, index_.analyzer(), nullptr);
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? *response : v1::FindSimilarArticlesResponse();
  }
  static v1::FindSimilarArticlesRequest Like(const std::string& id) {
    v1::FindSimilarArticlesRequest request;
    request.set_article_id(id);
    return request;
  }
  std::vector<std::string> Ids(const v1::FindSimilarArticlesRequest& request) {
    std::vector<std::string> ids;
    const v1::FindSimilarArticlesResponse response = Find(request);
    for (const v1::SearchResult& result : response.results()) ids.push_back(result.article_id());
    return ids;
  }

  NewsIndex index_;
};

TEST_F(SimilarArticlesTest, FindsTheSameTopicAndNeitherTheArticleNorItsReprint) {
  const v1::FindSimilarArticlesResponse response = Find(Like("battery"));
  ASSERT_GE(response.results_size(), 2);
  EXPECT_EQ(response.results(0).article_id(), "topic");
  EXPECT_EQ(response.near_duplicate_count(), 1u);
  ASSERT_GT(response.terms_size(), 0);
  for (int i = 1; i < response.terms_size(); ++i) EXPECT_GE(response.terms(i - 1).weight(), response.terms(i).weight());
  for (const v1::SearchResult& result : response.results()) {
    EXPECT_NE(result.article_id(), "battery");
    EXPECT_NE(result.article_id(), "reprint");
    EXPECT_NE(result.article_id(), "cement");
    EXPECT_GT(result.score(), 0);
  }
  ASSERT_GE(response.results(0).passages_size(), 1);
  EXPECT_GE(response.results(0).passages(0).highlights_size(), 1);
}

TEST_F(SimilarArticlesTest, NearDuplicatesComeFirstIfTheyAreWanted) {
  v1::FindSimilarArticlesRequest request = Like("battery");
  request.set_include_near_duplicates(true);
  EXPECT_EQ(Ids(request).front(), "reprint");
  // Of a third article, one of the two is left out.
  const v1::FindSimilarArticlesResponse response = Find(Like("topic"));
  EXPECT_EQ(response.near_duplicate_count(), 1u);
}

TEST_F(SimilarArticlesTest, FilterLimitAndPassagesHold) {
  v1::FindSimilarArticlesRequest request = Like("battery");
  request.mutable_filter()->add_sources("morning");
  EXPECT_THAT(Ids(request), ElementsAre("topic"));
  request = Like("battery");
  request.set_limit(1);
  request.set_max_passages(0);
  const v1::FindSimilarArticlesResponse response = Find(request);
  ASSERT_EQ(response.results_size(), 1);
  EXPECT_EQ(response.results(0).passages_size(), 0);
}

TEST_F(SimilarArticlesTest, FollowsUpdatesAndDeletions) {
  index_.Delete("topic");
  EXPECT_THAT(Ids(Like("battery")), Not(::testing::Contains("topic")));
  index_.Commit({{.id = "battery", .title = "水泥", .body = "水泥价格上涨，库存下降。"}});
  EXPECT_EQ(Ids(Like("battery")).front(), "cement");
  index_.MergeAll();
  EXPECT_EQ(Ids(Like("battery")).front(), "cement");
}

TEST_F(SimilarArticlesTest, AnArticleLikeNoOtherHasNone) {
  index_.Commit({{.id = "lonely", .title = "", .body = "xylophone quartet"}});
  EXPECT_THAT(Ids(Like("lonely")), IsEmpty());
  index_.Commit({{.id = "empty"}});
  EXPECT_THAT(Ids(Like("empty")), IsEmpty());
}

TEST_F(SimilarArticlesTest, ErrorsNameTheFieldAndAMissingArticleIsNotFound) {
  const std::vector<std::pair<std::function<void(v1::FindSimilarArticlesRequest*)>, std::string>> cases = {
      {[](auto* r) { r->clear_article_id(); }, "article_id"},
      {[](auto* r) { r->set_article_id(std::string(257, 'x')); }, "article_id"},
      {[](auto* r) { r->set_limit(101); }, "limit"},
      {[](auto* r) { r->set_max_passages(11); }, "max_passages"},
      {[](auto* r) { r->mutable_filter()->add_tags(""); }, "filter.tags"},
  };
  for (const auto& [spoil, field] : cases) {
    v1::FindSimilarArticlesRequest request = Like("battery");
    spoil(&request);
    EXPECT_EQ(FieldOf(FindSimilarArticles(*index_.View(), request, index_.analyzer(), nullptr).status()), field);
  }
  EXPECT_TRUE(absl::IsNotFound(FindSimilarArticles(*index_.View(), Like("none"), index_.analyzer(), nullptr).status()));
}

TEST_F(SimilarArticlesTest, TheCheckEndsTheWork) {
  const auto response = FindSimilarArticles(*index_.View(), Like("battery"), index_.analyzer(), [left = 2]() mutable {
    return left-- > 0 ? absl::OkStatus() : absl::CancelledError("gone");
  });
  EXPECT_TRUE(absl::IsCancelled(response.status()));
}

}  // namespace
}  // namespace factline::query
