#include "query/facts/list_facts.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/vocab/status.h"
#include "query/facts/list_entities.h"
#include "query/facts/lookup.h"
#include "query/testing/news_index.h"

namespace factline::query {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::NewsFact;
using testing::NewsIndex;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr int64_t kDay = 86400;

// Facts are told by "subject predicate object number".
std::string Told(const v1::Fact& fact) {
  std::string told = fact.subject().text() + " " + fact.predicate();
  if (!fact.object().text().empty()) told += " " + fact.object().text();
  if (fact.has_value()) told += " " + std::to_string(static_cast<int64_t>(fact.value().number()));
  return told;
}

class FactsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    index_ = new NewsIndex();
    index_->Commit(
        {{.id = "one",
          .title = "青石扩产",
          .body = "青石公司投资白鹭电池。\n其余略。",
          .published_seconds = 1 * kDay,
          .facts = {{.subject = "青石公司", .predicate = "invests_in", .object = "白鹭电池", .date = "1970-01"},
                    {.subject = "青石公司",
                     .predicate = "measure",
                     .number = 300,
                     .unit = "人",
                     .indicator = "员工",
                     .date = "1970-H1"},
                    {.subject = "白鹭电池", .predicate = "measure", .number = 50, .unit = "GWh", .indicator = "产能"}},
          .aliases = {{"青石公司", "青石"}, {"白鹭电池", "白鹭"}}},
         {.id = "two",
          .title = "青石再投",
          .body = "青石公司投资白鹭电池。",
          .source = "morning-news",
          .published_seconds = 3 * kDay,
          .facts = {{.subject = "青石公司", .predicate = "invests_in", .object = "白鹭电池", .date = "1970-01"},
                    {.subject = "黑石集团",
                     .predicate = "invests_in",
                     .object = "青石公司",
                     .modality = v1::MODALITY_PLANNED,
                     .confidence = 0.5F},
                    {.subject = "青石公司", .predicate = "partners_with", .object = "青石公司"}}}});
  }
  static void TearDownTestSuite() { delete index_; }

  static v1::ListFactsResponse List(const v1::ListFactsRequest& request, const ListLimits& limits = {}) {
    const absl::StatusOr<v1::ListFactsResponse> response = ListFacts(index_->View()->facts(), request, nullptr, limits);
    EXPECT_TRUE(response.ok()) << request.filter() << ": " << response.status();
    return response.ok() ? *response : v1::ListFactsResponse();
  }

  static std::vector<std::string> Find(const std::string& filter) {
    v1::ListFactsRequest request;
    request.set_filter(filter);
    std::vector<std::string> told;
    const v1::ListFactsResponse response = List(request);
    for (const v1::Fact& fact : response.facts()) told.push_back(Told(fact));
    return told;
  }

  static std::vector<std::string> Entities(const std::string& filter) {
    v1::ListEntitiesRequest request;
    request.set_filter(filter);
    const absl::StatusOr<v1::ListEntitiesResponse> response = ListEntities(*index_->View(), request, nullptr);
    EXPECT_TRUE(response.ok()) << response.status();
    std::vector<std::string> names;
    if (!response.ok()) return names;
    for (const v1::Entity& entity : response->entities()) names.push_back(entity.name());
    return names;
  }

  static NewsIndex* index_;
};
NewsIndex* FactsTest::index_ = nullptr;

TEST_F(FactsTest, EachFieldNarrows) {
  EXPECT_THAT(Find(""), SizeIs(5));
  EXPECT_THAT(Find("subject = 青石公司"), UnorderedElementsAre("青石公司 invests_in 白鹭电池", "青石公司 measure 300",
                                                               "青石公司 partners_with 青石公司"));
  EXPECT_THAT(Find("subject = 青石 AND predicate = measure"), ElementsAre("青石公司 measure 300"));
  EXPECT_THAT(Find("subject = 黑石*"), ElementsAre("黑石集团 invests_in 青石公司"));
  EXPECT_THAT(Find("object = 白鹭"), ElementsAre("青石公司 invests_in 白鹭电池"));
  EXPECT_THAT(Find("object = \"青*\" AND predicate = invests_in"), ElementsAre("黑石集团 invests_in 青石公司"));
  EXPECT_THAT(Find("predicate = invests_in AND object = \"青*\""), ElementsAre("黑石集团 invests_in 青石公司"));
  EXPECT_THAT(Find("predicate = measure AND value >= 100"), ElementsAre("青石公司 measure 300"));
  EXPECT_THAT(Find("predicate = measure AND value < 300"), ElementsAre("白鹭电池 measure 50"));
  EXPECT_THAT(Find("predicate = measure AND value > 0"), ElementsAre("白鹭电池 measure 50", "青石公司 measure 300"));
  EXPECT_THAT(Find("value <= 50"), ElementsAre("白鹭电池 measure 50"));
  EXPECT_THAT(Find("unit = ｇｗｈ"), ElementsAre("白鹭电池 measure 50"));
  EXPECT_THAT(Find("indicator = 员工"), ElementsAre("青石公司 measure 300"));
  EXPECT_THAT(Find("modality = planned"), ElementsAre("黑石集团 invests_in 青石公司"));
  EXPECT_THAT(Find("predicate = invests_in AND confidence >= 0.9"), ElementsAre("青石公司 invests_in 白鹭电池"));
  EXPECT_THAT(Find("source = evening-post"), SizeIs(3));
  EXPECT_THAT(Find("article_id = two"), SizeIs(3));
  EXPECT_THAT(Find("article_id = two AND source = evening-post AND predicate = invests_in"), IsEmpty());
  EXPECT_THAT(Find("subject = nobody"), IsEmpty());
}

TEST_F(FactsTest, AnEntityIsFoundOnEitherSideAndShownOnce) {
  for (const std::string& name : {std::string("青石公司"), std::string("青石"), NewsIndex::HexIdOf("青石公司")}) {
    EXPECT_THAT(Find("entity = " + name),
                UnorderedElementsAre("青石公司 invests_in 白鹭电池", "青石公司 measure 300",
                                     "青石公司 partners_with 青石公司", "黑石集团 invests_in 青石公司"))
        << name;
  }
  EXPECT_THAT(Find("entity = 青石 AND entity = 白鹭"), ElementsAre("青石公司 invests_in 白鹭电池"));
  EXPECT_THAT(Find("entity = \"青石*\" AND predicate = partners_with"), ElementsAre("青石公司 partners_with 青石公司"));
}

TEST_F(FactsTest, TimesAreOfTheNewestPublicationAndOfTheEvent) {
  EXPECT_THAT(Find("published < 1970-01-03"), UnorderedElementsAre("青石公司 measure 300", "白鹭电池 measure 50"));
  EXPECT_THAT(Find("published >= 1970-01-03 AND predicate = invests_in"), SizeIs(2));
  EXPECT_THAT(Find("event_date = 1970-01"), ElementsAre("青石公司 invests_in 白鹭电池"));
  EXPECT_THAT(Find("event_date = 1970"), SizeIs(2));
  EXPECT_THAT(Find("event_date < 1970-07-01 AND predicate = measure"), ElementsAre("青石公司 measure 300"));
}

TEST_F(FactsTest, TheNewestComeFirstWhereOnlyTimesRestrict) {
  int64_t last = 1000 * kDay;
  const v1::ListFactsResponse response = List(v1::ListFactsRequest());
  EXPECT_EQ(response.facts_size(), 5);
  for (const v1::Fact& fact : response.facts()) {
    EXPECT_LE(fact.last_published_time().seconds(), last);
    last = fact.last_published_time().seconds();
  }
}

TEST_F(FactsTest, PagesGoOnWhereTheLastOneEndedWhateverTheFilter) {
  for (const char* filter : {"", "entity = 青石", "predicate = measure", "source = evening-post", "article_id = two"}) {
    const std::vector<std::string> whole = Find(filter);
    for (const size_t max_examined : {size_t{1}, size_t{2}, size_t{5000}}) {
      v1::ListFactsRequest request;
      request.set_filter(filter);
      request.set_page_size(2);
      std::vector<std::string> paged;
      for (int page = 0; page < 20; ++page) {
        const v1::ListFactsResponse response = List(request, ListLimits{max_examined});
        for (const v1::Fact& fact : response.facts()) paged.push_back(Told(fact));
        EXPECT_LE(response.facts_size(), 2);
        if (response.next_page_token().empty()) break;
        request.set_page_token(response.next_page_token());
      }
      EXPECT_EQ(paged, whole) << filter;
    }
  }
}

TEST_F(FactsTest, FactsComeWithTheirEvidence) {
  v1::ListFactsRequest request;
  request.set_filter("subject = 青石 AND predicate = invests_in");
  const v1::ListFactsResponse response = List(request);
  ASSERT_EQ(response.facts_size(), 1);
  const v1::Fact& fact = response.facts(0);
  EXPECT_EQ(fact.evidence_count(), 2u);
  ASSERT_EQ(fact.evidences_size(), 2);
  EXPECT_EQ(fact.evidences(0).article_id(), "two");
  EXPECT_EQ(fact.evidences(0).text(), "青石公司投资白鹭电池。");

  v1::GetFactRequest by_id;
  by_id.set_id(fact.id());
  const absl::StatusOr<v1::GetFactResponse> same = GetFact(*index_->View(), by_id);
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_EQ(Told(same->fact()), Told(fact));
}

TEST_F(FactsTest, ErrorsNameTheField) {
  v1::ListFactsRequest request;
  request.set_filter("colour = red");
  EXPECT_EQ(FieldOf(ListFacts(index_->View()->facts(), request, nullptr).status()), "filter");
  request.set_filter("");
  request.set_page_size(1001);
  EXPECT_EQ(FieldOf(ListFacts(index_->View()->facts(), request, nullptr).status()), "page_size");
  request.set_page_size(1);
  request.set_page_token(List(request).next_page_token());
  request.set_filter("predicate = measure");
  EXPECT_EQ(FieldOf(ListFacts(index_->View()->facts(), request, nullptr).status()), "page_token");
}

TEST_F(FactsTest, AnInterruptEndsTheList) {
  EXPECT_EQ(ListFacts(index_->View()->facts(), {}, [] { return absl::CancelledError("gone"); }).status().code(),
            absl::StatusCode::kCancelled);
}

TEST_F(FactsTest, EntitiesAreListedByNameTypeAndArticle) {
  EXPECT_THAT(Entities(""), UnorderedElementsAre("青石公司", "白鹭电池", "黑石集团"));
  EXPECT_THAT(Entities("name = 青石"), ElementsAre("青石公司"));
  EXPECT_THAT(Entities("name = \"白*\" AND type = ORG"), ElementsAre("白鹭电池"));
  EXPECT_THAT(Entities("name = \"白*\" AND type = PERSON"), IsEmpty());
  EXPECT_THAT(Entities("article_id = two"), UnorderedElementsAre("青石公司", "白鹭电池", "黑石集团"));
  EXPECT_THAT(Entities("article_id = one AND name = 白鹭"), ElementsAre("白鹭电池"));
  EXPECT_THAT(Entities("article_id = none"), IsEmpty());
  EXPECT_THAT(Entities("name = " + NewsIndex::HexIdOf("黑石集团")), ElementsAre("黑石集团"));
}

TEST_F(FactsTest, EntityPagesCoverTheWholeList) {
  for (const char* filter : {"", "article_id = two", "type = ORG"}) {
    v1::ListEntitiesRequest request;
    request.set_filter(filter);
    request.set_page_size(1);
    std::vector<std::string> paged;
    for (int page = 0; page < 10; ++page) {
      const absl::StatusOr<v1::ListEntitiesResponse> response = ListEntities(*index_->View(), request, nullptr);
      ASSERT_TRUE(response.ok()) << response.status();
      for (const v1::Entity& entity : response->entities()) paged.push_back(entity.name());
      if (response->next_page_token().empty()) break;
      request.set_page_token(response->next_page_token());
    }
    EXPECT_EQ(paged, Entities(filter)) << filter;
  }
}

TEST_F(FactsTest, ArticlesComeWithTheirOwnFacts) {
  v1::GetArticleRequest request;
  request.set_id("one");
  request.set_include_extraction(true);
  const absl::StatusOr<v1::GetArticleResponse> response = GetArticle(*index_->View(), request);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->article().title(), "青石扩产");
  EXPECT_EQ(response->entities_size(), 2);
  ASSERT_EQ(response->facts_size(), 3);
  EXPECT_EQ(response->facts(0).evidences_size(), 1);
  EXPECT_EQ(response->facts(0).evidences(0).text(), "青石公司投资白鹭电池。");
  EXPECT_EQ(response->facts(0).id().size(), 32u);
}

TEST_F(FactsTest, WhatIsNotThereIsNotFound) {
  v1::GetArticleRequest article;
  article.set_id("none");
  EXPECT_EQ(GetArticle(*index_->View(), article).status().code(), absl::StatusCode::kNotFound);
  article.set_id("");
  EXPECT_EQ(FieldOf(GetArticle(*index_->View(), article).status()), "id");
  v1::GetEntityRequest entity;
  entity.set_id(std::string(32, '0'));
  EXPECT_EQ(GetEntity(*index_->View(), entity).status().code(), absl::StatusCode::kNotFound);
  entity.set_id("xyz");
  EXPECT_EQ(FieldOf(GetEntity(*index_->View(), entity).status()), "id");
  entity.set_id(NewsIndex::HexIdOf("青石公司"));
  const absl::StatusOr<v1::GetEntityResponse> found = GetEntity(*index_->View(), entity);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->entity().article_count(), 2u);
  v1::GetFactRequest fact;
  fact.set_id(std::string(32, 'a'));
  EXPECT_EQ(GetFact(*index_->View(), fact).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace factline::query
