#include "query/search/searcher.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/vocab/status.h"
#include "query/search/memory_index.h"
#include "query/search/near_duplicates.h"
#include "query/testing/news_index.h"

namespace factline::query {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::NewsArticle;
using testing::NewsIndex;
using ::testing::UnorderedElementsAre;

v1::SearchRequest Request(const std::string& query) {
  v1::SearchRequest request;
  request.set_query(query);
  return request;
}

v1::SearchResponse Find(NewsIndex* index, const v1::SearchRequest& request, absl::Time now = absl::UnixEpoch()) {
  const absl::StatusOr<v1::SearchResponse> response = Search(*index->View(), request, index->analyzer(), now, nullptr);
  EXPECT_TRUE(response.ok()) << response.status();
  return response.ok() ? *response : v1::SearchResponse();
}

std::vector<std::string> Ids(const v1::SearchResponse& response) {
  std::vector<std::string> ids;
  for (const v1::SearchResult& result : response.results()) ids.push_back(result.article_id());
  return ids;
}

std::vector<std::string> FindIds(NewsIndex* index, const std::string& query) {
  return Ids(Find(index, Request(query)));
}

absl::Status ErrorOf(NewsIndex* index, const v1::SearchRequest& request) {
  return Search(*index->View(), request, index->analyzer(), absl::UnixEpoch(), nullptr).status();
}

class SearcherTest : public ::testing::Test {
 protected:
  void SetUp() override {
    index_.Commit({{.id = "magnesium",
                    .title = "青石公司發布鎂合金新品",
                    .body = "青石公司在山城推出镁合金压铸件。\n研究中心参与研发。",
                    .published_seconds = 100,
                    .facts = {{.subject = "青石公司", .predicate = "develops", .object = "镁合金压铸件"}},
                    .aliases = {{"青石公司", "青石"}}},
                   {.id = "battery",
                    .title = "固态电池量产",
                    .body = "白鹭电池公司宣布固态电池量产。\n青石公司没有参与。",
                    .source = "morning-news",
                    .published_seconds = 300}});
    index_.Commit({{.id = "english",
                    .title = "Bluestone opens a plant",
                    .body = "Bluestone Ｅｎｅｒｇｙ opened a solid state battery plant.",
                    .source = "morning-news",
                    .language = "en",
                    .published_seconds = 200}});
  }

  NewsIndex index_;
};

TEST_F(SearcherTest, FieldsOfAQueryRestrictAsTheFilterDoes) {
  EXPECT_THAT(FindIds(&index_, "title:固态电池"), ElementsAre("battery"));
  EXPECT_THAT(FindIds(&index_, "title:青石公司"), ElementsAre("magnesium"));
  EXPECT_THAT(FindIds(&index_, "body:opened OR title:新品"), UnorderedElementsAre("english", "magnesium"));
  EXPECT_THAT(FindIds(&index_, "title:opened"), IsEmpty());
  EXPECT_THAT(FindIds(&index_, "source:morning-news"), ElementsAre("battery", "english"));
  EXPECT_THAT(FindIds(&index_, "source:morning-news -lang:en"), ElementsAre("battery"));
  EXPECT_THAT(FindIds(&index_, "entity:青石 OR lang:en"), ElementsAre("english", "magnesium"));
  EXPECT_THAT(FindIds(&index_, "青石公司 date:1970-01-01T00:03:00Z.."), ElementsAre("battery"));
  EXPECT_THAT(FindIds(&index_, "青石公司 -date:>=1970-01-01T00:03:00Z"), ElementsAre("magnesium"));
  EXPECT_THAT(FindIds(&index_, "entity:nobody OR tag:nothing"), IsEmpty());
  EXPECT_EQ(FieldOf(ErrorOf(&index_, Request("tag:\"  \""))), "query");
  v1::SearchRequest both = Request("source:morning-news");
  both.mutable_filter()->add_languages("EN");
  EXPECT_THAT(Ids(Find(&index_, both)), ElementsAre("english")) << "tags of languages mean the same in any case";
  EXPECT_THAT(FindIds(&index_, "lang:En"), ElementsAre("english"));
}

TEST_F(SearcherTest, AQuestionFindsWhatAnswersMostOfItFirst) {
  v1::SearchRequest question = Request("白鹭公司的固态电池什么时候量产 -bluestone");
  EXPECT_THAT(Ids(Find(&index_, question)), IsEmpty());
  question.set_match(v1::SearchRequest::MATCH_ANY);
  EXPECT_THAT(Ids(Find(&index_, question)), ElementsAre("battery", "magnesium"));
  question.set_match(static_cast<v1::SearchRequest::Match>(9));
  EXPECT_EQ(FieldOf(ErrorOf(&index_, question)), "match");
}

TEST_F(SearcherTest, AWeightMovesAnArticleUp) {
  EXPECT_THAT(FindIds(&index_, "镁合金^0.1 OR bluestone^10"), ElementsAre("english", "magnesium"));
  EXPECT_THAT(FindIds(&index_, "镁合金^10 OR bluestone^0.1"), ElementsAre("magnesium", "english"));
}

TEST_F(SearcherTest, WordsPhrasesAndOperatorsFindArticles) {
  EXPECT_THAT(FindIds(&index_, "镁合金"), ElementsAre("magnesium"));
  EXPECT_THAT(FindIds(&index_, "鎂合金"), ElementsAre("magnesium"));
  EXPECT_THAT(FindIds(&index_, "固态电池"), ElementsAre("battery"));
  EXPECT_THAT(FindIds(&index_, "青石公司 -固态电池"), ElementsAre("magnesium"));
  EXPECT_THAT(FindIds(&index_, "镁合金 OR bluestone"), UnorderedElementsAre("magnesium", "english"));
  EXPECT_THAT(FindIds(&index_, "\"态电池量\""), ElementsAre("battery"));
  EXPECT_THAT(FindIds(&index_, "\"电池固态\""), IsEmpty());
  EXPECT_THAT(FindIds(&index_, "\"solid state\" energy"), ElementsAre("english"));
  EXPECT_THAT(FindIds(&index_, "\"state solid\""), IsEmpty());
  EXPECT_THAT(FindIds(&index_, "\"青石公司 镁合金\"~5"), ElementsAre("magnesium"));
  EXPECT_THAT(FindIds(&index_, "\"青石公司 镁合金\"~1"), IsEmpty());
  EXPECT_THAT(FindIds(&index_, "\"青石公司 鎂合金\"~2"), ElementsAre("magnesium"));
  EXPECT_THAT(FindIds(&index_, "\"镁合金 青石公司\"~50"), IsEmpty());
  EXPECT_THAT(FindIds(&index_, "\"opened a battery\"~2"), ElementsAre("english"));
  EXPECT_THAT(FindIds(&index_, "blue*"), ElementsAre("english"));
  EXPECT_THAT(FindIds(&index_, "ＯＰ* -plan*"), IsEmpty());
  EXPECT_THAT(FindIds(&index_, "title:镁合*"), ElementsAre("magnesium"));
  EXPECT_THAT(FindIds(&index_, "电* OR 電*"), ElementsAre("battery"));
  EXPECT_THAT(FindIds(&index_, "没有这个词语吧xyzzy"), IsEmpty());
}

TEST_F(SearcherTest, APrefixStandsForAThousandWordsAtMost) {
  std::string body;
  for (int i = 0; i < 1001; ++i) body += "w" + std::to_string(10'000 + i) + " ";
  index_.Commit({{.id = "many", .body = body}});
  EXPECT_THAT(FindIds(&index_, "plant w1000*"), IsEmpty());
  EXPECT_THAT(FindIds(&index_, "w1000*"), ElementsAre("many"));
  EXPECT_THAT(FindIds(&index_, "w10*"), ElementsAre("many")) << "w10000 to w10999";
  const absl::Status status = ErrorOf(&index_, Request("plant OR w1*"));
  EXPECT_EQ(FieldOf(status), "query");
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("column 10: more than 1000 words begin with 'w1'; give more of the word"));
}

TEST_F(SearcherTest, AnEmptyQueryGivesAllNewestFirst) {
  const v1::SearchResponse all = Find(&index_, Request(""));
  EXPECT_THAT(Ids(all), ElementsAre("battery", "english", "magnesium"));
  EXPECT_EQ(all.total_count(), 3u);
  EXPECT_EQ(all.results(0).score(), 0);
  v1::SearchRequest oldest = Request("");
  oldest.set_order(v1::SearchRequest::ORDER_OLDEST);
  EXPECT_THAT(Ids(Find(&index_, oldest)), ElementsAre("magnesium", "english", "battery"));
  EXPECT_THAT(FindIds(&index_, "-镁合金"), ElementsAre("battery", "english"));
}

TEST_F(SearcherTest, AllTagsOfTheFilterAreOnTheArticleInNormalForm) {
  index_.Commit({{.id = "tagged", .title = "新品", .body = "新品上市。", .tags = {"科技", "Ｍetals"}},
                 {.id = "half", .title = "新品", .body = "新品上市。", .tags = {"科技"}}});
  v1::SearchRequest request;
  request.mutable_filter()->add_tags("科技");
  EXPECT_THAT(Ids(Find(&index_, request)), UnorderedElementsAre("tagged", "half"));
  request.mutable_filter()->add_tags("metals");
  EXPECT_THAT(Ids(Find(&index_, request)), ElementsAre("tagged"));
  request.mutable_filter()->add_tags("sports");
  EXPECT_THAT(Ids(Find(&index_, request)), IsEmpty());
  request.mutable_filter()->add_tags("");
  EXPECT_EQ(FieldOf(ErrorOf(&index_, request)), "filter.tags");
  request.mutable_filter()->clear_tags();
  for (int i = 0; i <= 20; ++i) request.mutable_filter()->add_tags("科技");
  EXPECT_EQ(FieldOf(ErrorOf(&index_, request)), "filter.tags");
}

TEST(SearcherOldViewTest, ADocumentPurgedSinceTheViewWasTakenMeansToAskAgain) {
  const text::Analyzer analyzer;
  const auto view = MakeMemoryIndex({{TokenDocument{.body = {"t0"}}}}, 128);  // holds no records
  const absl::Status status = Search(*view, Request(""), analyzer, absl::UnixEpoch(), nullptr).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  EXPECT_EQ(ReasonOf(status), "VIEW_TOO_OLD");
}

TEST_F(SearcherTest, FiltersNarrowBySourceLanguageTimeAndEntity) {
  v1::SearchRequest request;
  request.mutable_filter()->add_sources("morning-news");
  EXPECT_THAT(Ids(Find(&index_, request)), ElementsAre("battery", "english"));
  request.mutable_filter()->add_languages("en");
  EXPECT_THAT(Ids(Find(&index_, request)), ElementsAre("english"));
  request.mutable_filter()->mutable_published_before()->set_seconds(200);
  EXPECT_THAT(Ids(Find(&index_, request)), IsEmpty());
  request.mutable_filter()->mutable_published_before()->set_nanos(1);
  EXPECT_THAT(Ids(Find(&index_, request)), ElementsAre("english"));
  request.mutable_filter()->mutable_published_from()->set_seconds(201);
  EXPECT_THAT(Ids(Find(&index_, request)), IsEmpty());

  for (const std::string& name : {std::string("青石"), std::string("青石公司"), NewsIndex::HexIdOf("青石公司")}) {
    v1::SearchRequest by_entity;
    by_entity.mutable_filter()->add_entities(name);
    EXPECT_THAT(Ids(Find(&index_, by_entity)), ElementsAre("magnesium")) << name;
    by_entity.mutable_filter()->add_entities("无此公司");
    EXPECT_THAT(Ids(Find(&index_, by_entity)), IsEmpty());
  }
}

TEST_F(SearcherTest, ResultsShowWhereTheWordsStand) {
  const v1::SearchResponse response = Find(&index_, Request("镁合金"));
  ASSERT_EQ(response.results_size(), 1);
  const v1::SearchResult& result = response.results(0);
  ASSERT_EQ(result.title_highlights_size(), 1);
  EXPECT_EQ(result.title().substr(result.title_highlights(0).begin(),
                                  result.title_highlights(0).end() - result.title_highlights(0).begin()),
            "鎂合金");
  ASSERT_EQ(result.passages_size(), 1);
  const v1::Passage& passage = result.passages(0);
  EXPECT_EQ(passage.text(), "青石公司在山城推出镁合金压铸件。");
  ASSERT_GE(passage.highlights_size(), 1);
  EXPECT_GT(result.score(), 0);
  EXPECT_EQ(result.published_time().seconds(), 100);
  v1::SearchRequest without = Request("镁合金");
  without.set_max_passages(0);
  EXPECT_EQ(Find(&index_, without).results(0).passages_size(), 0);
}

TEST_F(SearcherTest, DeletesReplacementsAndMergesAreSeen) {
  index_.Commit({{.id = "magnesium", .title = "更正", .body = "此稿撤回。", .published_seconds = 400}});
  EXPECT_THAT(FindIds(&index_, "镁合金"), IsEmpty());
  EXPECT_THAT(FindIds(&index_, "更正"), ElementsAre("magnesium"));
  index_.Delete("battery");
  const v1::SearchResponse all = Find(&index_, Request(""));
  EXPECT_THAT(Ids(all), ElementsAre("magnesium", "english"));
  EXPECT_EQ(all.total_count(), 2u);
  index_.MergeAll();
  EXPECT_THAT(FindIds(&index_, ""), ElementsAre("magnesium", "english"));
}

TEST_F(SearcherTest, AScoreIsExplainedByWhatItWasMadeOf) {
  v1::SearchRequest request = Request("title:镁合金^2 OR \"固态电池\"");
  request.set_explain(true);
  const v1::SearchResponse response = Find(&index_, request);
  ASSERT_THAT(Ids(response), UnorderedElementsAre("battery", "magnesium"));
  for (const v1::SearchResult& result : response.results()) {
    EXPECT_EQ(result.explanation().value(), result.score());
    const std::string text = result.explanation().DebugString();
    EXPECT_THAT(text, HasSubstr("N, articles"));
    EXPECT_THAT(text, HasSubstr(result.article_id() == "battery" ? "in the body" : "weight in the query")) << text;
  }
  EXPECT_FALSE(Find(&index_, Request("镁合金")).results(0).has_explanation());
  request.set_page_size(21);
  EXPECT_EQ(FieldOf(ErrorOf(&index_, request)), "page_size");
  request.set_page_size(20);
  request.set_order(v1::SearchRequest::ORDER_NEWEST);
  EXPECT_EQ(FieldOf(ErrorOf(&index_, request)), "explain");
}

TEST_F(SearcherTest, ErrorsNameTheField) {
  const auto field_of = [&](const v1::SearchRequest& request) {
    return FieldOf(ErrorOf(&index_, request)).value_or("");
  };
  EXPECT_EQ(field_of(Request("(")), "query");
  v1::SearchRequest request = Request("镁合金");
  request.set_page_size(101);
  EXPECT_EQ(field_of(request), "page_size");
  request = Request("镁合金");
  request.set_max_passages(11);
  EXPECT_EQ(field_of(request), "max_passages");
  request = Request("镁合金");
  request.set_order(static_cast<v1::SearchRequest::Order>(9));
  EXPECT_EQ(field_of(request), "order");
  request = Request("镁合金");
  for (int i = 0; i <= 100; ++i) request.mutable_filter()->add_sources("s");
  EXPECT_EQ(field_of(request), "filter.sources");
  request = Request("镁合金");
  for (int i = 0; i <= 20; ++i) request.mutable_filter()->add_entities("e");
  EXPECT_EQ(field_of(request), "filter.entities");
  request = Request("镁合金");
  request.mutable_filter()->mutable_published_from()->set_nanos(-1);
  EXPECT_EQ(field_of(request), "filter.published_from");
  request = Request("镁合金");
  request.set_page_token("nonsense");
  EXPECT_EQ(field_of(request), "page_token");
}

TEST_F(SearcherTest, ATokenBelongsToItsRequest) {
  v1::SearchRequest request = Request("");
  request.set_page_size(1);
  const std::string token = Find(&index_, request).next_page_token();
  ASSERT_NE(token, "");
  request.set_page_token(token);
  request.set_page_size(2);  // may change
  EXPECT_THAT(Ids(Find(&index_, request)), ElementsAre("english", "magnesium"));
  request.set_query("青石公司");
  EXPECT_EQ(FieldOf(ErrorOf(&index_, request)), "page_token");
}

TEST_F(SearcherTest, AnInterruptEndsTheSearch) {
  const auto stop = [] { return absl::DeadlineExceededError("too late"); };
  EXPECT_EQ(Search(*index_.View(), Request("镁合金"), index_.analyzer(), absl::UnixEpoch(), stop).status().code(),
            absl::StatusCode::kDeadlineExceeded);
}

TEST_F(SearcherTest, RecencyMovesNewerArticlesUp) {
  index_.Commit({{.id = "old", .title = "储能", .body = "储能项目。储能。", .published_seconds = 1'000'000},
                 {.id = "new", .title = "", .body = "储能项目开工。", .published_seconds = 2'000'000}});
  v1::SearchRequest request = Request("储能");
  EXPECT_THAT(Ids(Find(&index_, request)), ElementsAre("old", "new"));
  const double plain = Find(&index_, request).results(1).score();
  request.mutable_recency_half_life()->set_seconds(86'400);
  request.set_explain(true);
  const v1::SearchResponse now = Find(&index_, request, absl::FromUnixSeconds(2'000'000));
  EXPECT_THAT(Ids(now), ElementsAre("new", "old"));
  EXPECT_EQ(now.results(0).score(), plain);
  for (const v1::SearchResult& result : now.results()) EXPECT_EQ(result.explanation().value(), result.score());
  const v1::SearchResponse day_after = Find(&index_, request, absl::FromUnixSeconds(2'086'400));
  EXPECT_THAT(Ids(day_after), ElementsAre("old", "new"));
  EXPECT_NEAR(day_after.results(1).score(), plain * 0.625, 1e-9) << "half of its lead over a quarter is gone";
  request.mutable_recency_time()->set_seconds(2'000'000);
  EXPECT_EQ(Find(&index_, request, absl::FromUnixSeconds(9'000'000)).results(0).score(), plain);

  request.mutable_recency_half_life()->set_seconds(59);
  EXPECT_EQ(FieldOf(ErrorOf(&index_, request)), "recency_half_life");
  request.clear_recency_half_life();
  EXPECT_EQ(FieldOf(ErrorOf(&index_, request)), "recency_time");
  v1::SearchRequest by_time = Request("");
  by_time.mutable_recency_half_life()->set_seconds(86'400);
  EXPECT_EQ(FieldOf(ErrorOf(&index_, by_time)), "recency_half_life");
}

TEST_F(SearcherTest, HighlightsAreExactThroughWidthCaseAndScript) {
  index_.Commit({{.id = "mixed",
                  .title = "遠嶺儲能ＧＰＴ４發布",
                  .body = "遠嶺儲能發布ＧＰＴ４模型，Ｂａｔｔｅｒｉｅｓ與電池。\n简体的电池，batteries。"}});
  const auto marked = [&](const std::string& query) {
    const v1::SearchResponse response = Find(&index_, Request(query));
    std::vector<std::string> all;
    for (const v1::SearchResult& result : response.results()) {
      if (result.article_id() != "mixed") continue;
      for (const v1::Span& span : result.title_highlights()) {
        all.push_back("T:" + result.title().substr(span.begin(), span.end() - span.begin()));
      }
      for (const v1::Passage& passage : result.passages()) {
        for (const v1::Span& span : passage.highlights()) {
          all.push_back(passage.text().substr(span.begin(), span.end() - span.begin()));
        }
      }
    }
    return all;
  };
  EXPECT_THAT(marked("gpt4"), ElementsAre("T:ＧＰＴ４", "ＧＰＴ４"));
  EXPECT_THAT(marked("body:电池"), ElementsAre("電池", "电池"));
  EXPECT_THAT(marked("body:電池"), ElementsAre("電池", "电池"));
  EXPECT_THAT(marked("BATT*"), ElementsAre("Ｂａｔｔｅｒｉｅｓ", "batteries"));
  EXPECT_THAT(marked("title:\"远岭储能\""), ElementsAre("T:遠嶺儲能"));
  EXPECT_THAT(marked("title:远岭储*"), ElementsAre("T:遠嶺儲"));
  EXPECT_THAT(marked("body:\"远岭储能 ｇｐｔ４\"~2"), ElementsAre("遠嶺儲能", "ＧＰＴ４"));
  EXPECT_THAT(marked("body:\"远岭储能 ｇｐｔ４\"~1"), IsEmpty());
}

// What collapses is what one walk over all results would leave out, whatever the pages.
TEST(CollapseTest, PagesHoldWhatOneWalkWouldKeep) {
  std::mt19937 random(9);
  NewsIndex index;
  const auto text = [&](size_t words) {
    std::string body = "alpha";
    while (words-- > 0) body += " w" + std::to_string(random() % 1000);
    return body;
  };
  std::vector<std::string> bodies;
  for (int i = 0; i < 25; ++i) bodies.push_back(text(40 + random() % 200));
  std::map<std::string, std::string> body_of;
  for (int i = 0; i < 90; ++i) {
    NewsArticle article;
    article.id = "a" + std::to_string(i);
    article.body = bodies[random() % bodies.size()] + (random() % 2 == 0 ? "" : " and so on");
    article.published_seconds = static_cast<int64_t>(random() % 1000);
    body_of[article.id] = article.body;
    index.Commit({article});
  }
  for (int i = 0; i < 10; ++i) index.Delete("a" + std::to_string(i * 7));
  for (const auto order : {v1::SearchRequest::ORDER_RELEVANCE, v1::SearchRequest::ORDER_NEWEST}) {
    v1::SearchRequest request = Request("alpha");
    request.set_order(order);
    request.set_page_size(100);
    const v1::SearchResponse all = Find(&index, request);
    ASSERT_EQ(all.results_size(), 80);
    std::vector<std::string> want;
    std::map<std::string, std::vector<std::string>> copies;
    for (const std::string& id : Ids(all)) {
      const auto original = std::find_if(want.begin(), want.end(), [&](const std::string& kept) {
        return AreNearDuplicates(*SignatureOf(body_of[kept]), *SignatureOf(body_of[id]));
      });
      if (original != want.end()) {
        copies[*original].push_back(id);
      } else {
        want.push_back(id);
      }
    }
    ASSERT_LT(want.size(), 30u);
    ASSERT_GT(want.size(), 10u);
    request.set_collapse_near_duplicates(true);
    const v1::SearchResponse whole = Find(&index, request);
    EXPECT_EQ(Ids(whole), want);
    EXPECT_EQ(whole.total_count(), 80u);
    for (const v1::SearchResult& result : whole.results()) {
      std::vector<std::string> ids = copies[result.article_id()];
      EXPECT_EQ(result.near_duplicate_count(), ids.size());
      ids.resize(std::min<size_t>(ids.size(), 10));
      EXPECT_THAT(result.near_duplicate_ids(), ::testing::ElementsAreArray(ids));
    }
    std::vector<std::string> paged;
    request.set_page_size(3);
    for (int page = 0; page < 40; ++page) {
      const v1::SearchResponse response = Find(&index, request);
      EXPECT_EQ(response.total_count(), 80u);
      for (const std::string& id : Ids(response)) paged.push_back(id);
      if (response.next_page_token().empty()) break;
      request.set_page_token(response.next_page_token());
    }
    EXPECT_EQ(paged, want);
  }
}

TEST(CollapseTest, APageLooksAtABoundedNumberOfMatches) {
  NewsIndex index;
  std::vector<NewsArticle> copies(2500);
  for (size_t i = 0; i < copies.size(); ++i) {
    copies[i].id = "c" + std::to_string(i);
    copies[i].body = "alpha";
  }
  copies.back().body = "alpha and what stands in no copy";
  index.Commit(copies);
  v1::SearchRequest request = Request("alpha");
  request.set_collapse_near_duplicates(true);
  request.set_page_size(1);
  v1::SearchResponse response = Find(&index, request);
  ASSERT_THAT(Ids(response), ElementsAre("c0"));
  EXPECT_GE(response.results(0).near_duplicate_count(), 999u);
  EXPECT_LT(response.results(0).near_duplicate_count(), 2000u);
  EXPECT_EQ(response.results(0).near_duplicate_ids_size(), 10);
  std::vector<std::string> later;
  for (int page = 0; page < 5 && !response.next_page_token().empty(); ++page) {
    request.set_page_token(response.next_page_token());
    response = Find(&index, request);
    for (const std::string& id : Ids(response)) later.push_back(id);
  }
  EXPECT_THAT(later, ElementsAre("c2499"));
  EXPECT_EQ(response.next_page_token(), "");
}

// Whatever is added, updated, deleted and merged between pages: what was there and stays is shown once, with the score
// that it had on the first page.
struct PagingCase {
  const char* name;
  const char* query;
  v1::SearchRequest::Order order = v1::SearchRequest::ORDER_RELEVANCE;
  bool by_recency = false;
};

class PagingTest : public ::testing::TestWithParam<PagingCase> {};

TEST_P(PagingTest, PagesStayStableWhileTheIndexChanges) {
  std::mt19937 random(5);
  NewsIndex index;
  const auto make = [&](const std::string& id) {
    NewsArticle article;
    article.id = id;
    article.body = "alpha beta";
    for (uint32_t i = random() % 20; i > 0; --i) {
      article.body += std::vector<std::string>{" alpha", " beta", " alpine", " gamma"}[random() % 4];
    }
    article.published_seconds = static_cast<int64_t>(random() % 10);
    return article;
  };
  std::vector<NewsArticle> first;
  std::set<std::string> staying;
  for (int i = 0; i < 60; ++i) {
    first.push_back(make("a" + std::to_string(i)));
    if (i % 10 > 1) staying.insert(first.back().id);
  }
  index.Commit(first);
  v1::SearchRequest request = Request(GetParam().query);
  request.set_order(GetParam().order);
  if (GetParam().by_recency) request.mutable_recency_half_life()->set_seconds(60);
  request.set_page_size(100);
  std::map<std::string, double> scores;
  const v1::SearchResponse at_first = Find(&index, request);
  for (const v1::SearchResult& result : at_first.results()) scores[result.article_id()] = result.score();
  ASSERT_EQ(scores.size(), 60u);
  request.set_page_size(7);
  std::map<std::string, int> shown;
  for (int page = 0; page < 40; ++page) {
    const v1::SearchResponse response = Find(&index, request, absl::UnixEpoch() + page * absl::Minutes(2));
    for (const v1::SearchResult& result : response.results()) {
      ++shown[result.article_id()];
      if (staying.contains(result.article_id())) {
        EXPECT_EQ(result.score(), scores[result.article_id()]);
      }
    }
    if (response.next_page_token().empty()) break;
    request.set_page_token(response.next_page_token());
    index.Commit({make("b" + std::to_string(page)), make("c" + std::to_string(page))});
    if (page < 6) index.Delete("a" + std::to_string(page * 10));
    if (page < 6) index.Commit({make("a" + std::to_string(page * 10 + 1))});  // a newer version ranks anew
    index.MergeAll();
  }
  for (const std::string& id : staying) EXPECT_EQ(shown[id], 1) << id;
  for (const auto& [id, times] : shown) {
    const bool is_updated = id[0] == 'a' && id.back() == '1';
    EXPECT_LE(times, is_updated ? 2 : 1) << id;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Cases, PagingTest,
    ::testing::Values(PagingCase{"Relevance", "alpha OR beta"},
                      PagingCase{"Newest", "alpha OR beta", v1::SearchRequest::ORDER_NEWEST},
                      PagingCase{"Oldest", "alpha OR beta", v1::SearchRequest::ORDER_OLDEST},
                      PagingCase{"Prefix", "alp*"}, PagingCase{"LoosePhrase", "\"alpha beta\"~4 OR al*"},
                      PagingCase{"Recency", "alpha OR beta", v1::SearchRequest::ORDER_RELEVANCE, true}),
    [](const ::testing::TestParamInfo<PagingCase>& test_case) { return std::string(test_case.param.name); });

}  // namespace
}  // namespace factline::query
