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

TEST(FactDatesTest, AFactDatedByAWeekHasTheDaysOfThatWeek) {
  NewsIndex index;
  index.Commit(
      {{.id = "weekly",
        .title = "本周",
        .body = "本周青石公司投资白鹭电池。",
        .facts = {{.subject = "青石公司", .predicate = "invests_in", .object = "白鹭电池", .date = "2024-W12"}}}});
  const std::shared_ptr<const store::IndexView> view = index.View();
  for (const auto& [filter, count] : {std::pair("event_date = 2024-03", 1), std::pair("event_date >= 2024-03-18", 1),
                                      std::pair("event_date = 2024-W12", 1), std::pair("event_date > 2024-03-18", 0)}) {
    v1::ListFactsRequest request;
    request.set_filter(filter);
    const absl::StatusOr<v1::ListFactsResponse> response = ListFacts(view->facts(), request, nullptr);
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->facts_size(), count) << filter;
  }
}

TEST(RareAliasTest, AnAliasThatTheEntityDoesNotShowStillFindsIt) {
  NewsIndex index;
  std::vector<std::pair<std::string, std::string>> aliases;
  for (int i = 10; i < 80; ++i) aliases.emplace_back("青石公司", "Qs" + std::to_string(i));
  index.Commit({{.id = "many",
                 .title = "青石",
                 .body = "青石公司投资白鹭电池。",
                 .facts = {{.subject = "青石公司", .predicate = "invests_in", .object = "白鹭电池"}},
                 .aliases = aliases}});
  const std::shared_ptr<const store::IndexView> view = index.View();
  for (const char* filter : {"name = Qs79", "name = \"qs79*\"", "article_id = many AND name = Qs79"}) {
    v1::ListEntitiesRequest request;
    request.set_filter(filter);
    const absl::StatusOr<v1::ListEntitiesResponse> response = ListEntities(*view, request, nullptr);
    ASSERT_TRUE(response.ok()) << response.status();
    ASSERT_EQ(response->entities_size(), 1) << filter;
    EXPECT_EQ(response->entities(0).aliases_size(), 50);
  }
  for (const char* filter : {"subject = Qs79", "entity = Qs79", "article_id = many AND subject = \"qs79*\""}) {
    v1::ListFactsRequest request;
    request.set_filter(filter);
    const absl::StatusOr<v1::ListFactsResponse> response = ListFacts(view->facts(), request, nullptr);
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->facts_size(), 1) << filter;
  }
}

// Counts the reads that cost most.
class CountingReader final : public store::FactReader {
 public:
  explicit CountingReader(const store::FactReader& base) : base_(base) {}
  absl::StatusOr<Page> Scan(const store::FactScan& scan, std::string_view position, size_t limit) const override {
    return base_.Scan(scan, position, limit);
  }
  absl::StatusOr<std::optional<v1::Fact>> Get(const FactId& id, size_t max_evidences) const override {
    documents += max_evidences;
    return base_.Get(id, max_evidences);
  }
  absl::StatusOr<std::optional<v1::Fact>> GetMeaning(const FactId& id) const override {
    ++facts;
    return base_.GetMeaning(id);
  }
  absl::Status VisitEvidences(const FactId& id, const EvidenceVisitor& visit) const override {
    return base_.VisitEvidences(id, visit);
  }
  absl::StatusOr<std::optional<v1::Evidence>> FindEvidence(const FactId& id,
                                                           std::string_view article_id) const override {
    ++documents;
    return base_.FindEvidence(id, article_id);
  }
  absl::StatusOr<bool> FillText(v1::Evidence* evidence) const override {
    ++documents;
    return base_.FillText(evidence);
  }
  absl::StatusOr<EntityPage> ScanEntities(std::string_view name, bool is_prefix, std::string_view position,
                                          size_t limit, const InterruptCheck& interrupt) const override {
    return base_.ScanEntities(name, is_prefix, position, limit, interrupt);
  }
  std::unique_ptr<store::EntityNames> Names() const override { return base_.Names(); }
  absl::StatusOr<std::optional<v1::Entity>> GetEntity(const EntityId& id) const override { return base_.GetEntity(id); }
  absl::StatusOr<bool> HasName(const EntityId& id, std::string_view name, bool is_prefix) const override {
    return base_.HasName(id, name, is_prefix);
  }
  uint64_t fact_count() const override { return base_.fact_count(); }
  uint64_t entity_count() const override { return base_.entity_count(); }

  mutable size_t facts = 0;
  mutable size_t documents = 0;

 private:
  const store::FactReader& base_;
};

// 1,100 articles that state one fact, the oldest of them by itself in its source; each states one of its own, too.
class ManyEvidencesTest : public ::testing::Test {
 protected:
  static constexpr int kArticles = 1100;

  static void SetUpTestSuite() {
    index_ = new NewsIndex();
    std::vector<testing::NewsArticle> articles;
    for (int i = 0; i < kArticles; ++i) {
      const std::string number = std::to_string(i);
      articles.push_back(
          {.id = "a" + number,
           .title = "青石",
           .body = "青石公司投资白鹭电池。",
           .source = i == 0     ? "rare"
                     : i == 500 ? "middle"
                                : "wire",
           .published_seconds = i * kDay,
           .facts = {{.subject = "青石公司", .predicate = "invests_in", .object = "白鹭电池"},
                     {.subject = "白鹭电池", .predicate = "measure", .number = i + 1.0, .unit = "GWh"}}});
    }
    index_->Commit(articles);
  }
  static void TearDownTestSuite() { delete index_; }

  static v1::ListFactsResponse List(const std::string& filter, const ListLimits& limits = {}) {
    const std::shared_ptr<const store::IndexView> view = index_->View();
    const CountingReader reader(view->facts());
    v1::ListFactsRequest request;
    request.set_filter(filter);
    const absl::StatusOr<v1::ListFactsResponse> response = ListFacts(reader, request, nullptr, limits);
    EXPECT_TRUE(response.ok()) << response.status();
    documents_ = reader.documents;
    facts_ = reader.facts;
    return response.ok() ? *response : v1::ListFactsResponse();
  }

  static NewsIndex* index_;
  static size_t documents_, facts_;
};
NewsIndex* ManyEvidencesTest::index_ = nullptr;
size_t ManyEvidencesTest::documents_ = 0;
size_t ManyEvidencesTest::facts_ = 0;

TEST_F(ManyEvidencesTest, AnArticlesFactsAreFoundHoweverManyNewerOnesStateThem) {
  const v1::ListFactsResponse response = List("article_id = a0");
  ASSERT_EQ(response.facts_size(), 2);
  ASSERT_EQ(response.facts(0).evidences_size(), static_cast<int>(kMaxEvidencesShown));
  EXPECT_EQ(response.facts(0).evidences(0).article_id(), "a0");
  EXPECT_EQ(response.facts(0).evidences(0).text(), "青石公司投资白鹭电池。");
  EXPECT_EQ(response.facts(0).evidences(1).article_id(), "a1099");
}

TEST_F(ManyEvidencesTest, EvidencesOfTheSourceAskedForComeFirst) {
  const v1::ListFactsResponse response = List("predicate = invests_in AND source = middle");
  ASSERT_EQ(response.facts_size(), 1);
  ASSERT_EQ(response.facts(0).evidences_size(), static_cast<int>(kMaxEvidencesShown));
  EXPECT_EQ(response.facts(0).evidences(0).article_id(), "a500");
  EXPECT_LE(documents_, kMaxEvidencesShown);
}

TEST_F(ManyEvidencesTest, DocumentsAreReadOnlyForWhatIsShown) {
  EXPECT_EQ(List("source = nobody").facts_size(), 0);
  EXPECT_EQ(documents_, 0u);
  EXPECT_EQ(List("predicate = measure AND value = 7").facts_size(), 1);
  EXPECT_EQ(documents_, 1u);
}

TEST_F(ManyEvidencesTest, DocumentsAndEvidencesAreChargedToThePage) {
  const v1::ListFactsResponse response = List("predicate = measure", ListLimits{10});
  EXPECT_EQ(response.facts_size(), 5);
  EXPECT_EQ(documents_, 5u);
  EXPECT_FALSE(response.next_page_token().empty());
  List("source = nobody AND entity = 青石公司", ListLimits{kMaxEvidencesExamined / 16});
  EXPECT_EQ(facts_, 1u);
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

// The first look is taken before any walk; the second one in the walk over names.
TEST_F(FactsTest, AnInterruptEndsAWalkOverNames) {
  int looks = 0;
  const InterruptCheck second_look = [&looks] {
    return ++looks < 2 ? absl::OkStatus() : absl::DeadlineExceededError("too late");
  };
  v1::ListFactsRequest facts;
  facts.set_filter("subject = 青*");
  EXPECT_TRUE(absl::IsDeadlineExceeded(ListFacts(index_->View()->facts(), facts, second_look).status()));
  EXPECT_EQ(looks, 2);
  looks = 0;
  v1::ListEntitiesRequest entities;
  entities.set_filter("name = \"青*\"");
  EXPECT_TRUE(absl::IsDeadlineExceeded(ListEntities(*index_->View(), entities, second_look).status()));
  EXPECT_EQ(looks, 2);
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
