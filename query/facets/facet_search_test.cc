#include "query/facets/facet_search.h"

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/vocab/status.h"
#include "query/testing/news_index.h"

namespace factline::query {
namespace {

using ::testing::ElementsAre;
using testing::NewsArticle;
using testing::NewsIndex;

constexpr int64_t kDay = 86400;
constexpr int64_t k2024 = 1704067200;  // a Monday

v1::FacetSearchRequest Request(const std::string& query, const std::vector<v1::FacetSpec::Field>& fields) {
  v1::FacetSearchRequest request;
  request.set_query(query);
  for (const v1::FacetSpec::Field field : fields) request.add_facets()->set_field(field);
  return request;
}

v1::FacetSearchResponse Count(NewsIndex* index, const v1::FacetSearchRequest& request, FacetColumns* columns) {
  const auto response = FacetSearch(*index->View(), request, index->analyzer(), columns, nullptr);
  EXPECT_TRUE(response.ok()) << response.status();
  return response.ok() ? *response : v1::FacetSearchResponse();
}

std::vector<std::string> Lines(const v1::Facet& facet) {
  std::vector<std::string> lines;
  for (const v1::FacetValue& value : facet.values()) lines.push_back(Cat(value.value(), " ", value.count()));
  return lines;
}

class FacetSearchTest : public ::testing::Test {
 protected:
  std::vector<std::string> LinesOf(const v1::FacetSearchRequest& request) {
    return Lines(Count(&index_, request, &columns_).facets(0));
  }
  std::string FieldAtFault(const v1::FacetSearchRequest& request) {
    const auto response = FacetSearch(*index_.View(), request, index_.analyzer(), &columns_, nullptr);
    EXPECT_EQ(response.status().code(), absl::StatusCode::kInvalidArgument);
    return FieldOf(response.status()).value_or("");
  }

  NewsIndex index_;
  FacetColumns columns_{1 << 20};
};

TEST_F(FacetSearchTest, CountsEachFieldOverAllMatches) {
  index_.Commit({{.id = "a",
                  .title = "储能",
                  .body = "青石公司投资白鹭电池。",
                  .source = "evening",
                  .published_seconds = k2024 + 3600,
                  .facts = {{.subject = "青石公司", .predicate = "invests_in", .object = "白鹭电池"},
                            {.subject = "青石公司", .predicate = "invests_in", .object = "云栖材料"}},
                  .tags = {"Ｅnergy"},
                  .mentions = {{"林知远", v1::ENTITY_TYPE_PERSON}}},
                 {.id = "b",
                  .title = "储能",
                  .body = "青石公司扩产。",
                  .source = "evening",
                  .published_seconds = k2024 + 40 * kDay,
                  .facts = {{.subject = "青石公司", .predicate = "expands"}},
                  .tags = {"energy", "steel"}},
                 {.id = "c", .title = "水泥", .body = "别的消息。", .source = "morning", .language = "en"}});
  const v1::FacetSearchResponse response = Count(
      &index_,
      Request("储能", {v1::FacetSpec::FIELD_SOURCE, v1::FacetSpec::FIELD_LANGUAGE, v1::FacetSpec::FIELD_TAG,
                       v1::FacetSpec::FIELD_ENTITY, v1::FacetSpec::FIELD_ENTITY_TYPE, v1::FacetSpec::FIELD_PREDICATE}),
      &columns_);
  EXPECT_EQ(response.total_count(), 2u);
  ASSERT_EQ(response.facets_size(), 6);
  EXPECT_THAT(Lines(response.facets(0)), ElementsAre("evening 2"));
  EXPECT_THAT(Lines(response.facets(1)), ElementsAre("zh 2"));
  EXPECT_THAT(Lines(response.facets(2)), ElementsAre("energy 2", "steel 1"));
  ASSERT_EQ(response.facets(3).values_size(), 4);
  EXPECT_EQ(response.facets(3).values(0).value(), NewsIndex::HexIdOf("青石公司"));
  EXPECT_EQ(response.facets(3).values(0).entity_name(), "青石公司");
  EXPECT_EQ(response.facets(3).values(0).entity_type(), v1::ENTITY_TYPE_ORG);
  EXPECT_EQ(response.facets(3).values(0).count(), 2u);
  EXPECT_EQ(response.facets(3).value_count(), 4u);
  EXPECT_FALSE(response.facets(3).truncated());
  EXPECT_THAT(Lines(response.facets(4)), ElementsAre("ORG 2", "PERSON 1"));
  EXPECT_EQ(response.facets(4).values(1).entity_type(), v1::ENTITY_TYPE_PERSON);
  EXPECT_THAT(Lines(response.facets(5)), ElementsAre("expands 1", "invests_in 1"));
  EXPECT_EQ(response.facets(5).field(), v1::FacetSpec::FIELD_PREDICATE);
}

TEST_F(FacetSearchTest, AFacetsValueIsAFilterThatFindsAsManyArticles) {
  index_.Commit({{.id = "a", .body = "储能", .facts = {{.subject = "青石公司", .predicate = "expands"}}},
                 {.id = "b", .body = "储能", .facts = {{.subject = "青石公司", .predicate = "invests_in"}}},
                 {.id = "c", .body = "储能", .mentions = {{"林知远", v1::ENTITY_TYPE_PERSON}}}});
  v1::FacetSearchRequest request = Request("储能", {v1::FacetSpec::FIELD_ENTITY_TYPE});
  EXPECT_EQ(Count(&index_, request, &columns_).total_count(), 3u);
  request.mutable_filter()->add_predicates("expands");
  EXPECT_EQ(Count(&index_, request, &columns_).total_count(), 1u);
  request.mutable_filter()->add_predicates("invests_in");
  EXPECT_THAT(LinesOf(request), ElementsAre("ORG 2"));
  request.mutable_filter()->clear_predicates();
  request.mutable_filter()->add_entity_types(v1::ENTITY_TYPE_PERSON);
  EXPECT_EQ(Count(&index_, request, &columns_).total_count(), 1u);
}

TEST_F(FacetSearchTest, EntitiesOfOneTypeAlone) {
  index_.Commit(
      {{.id = "a", .body = "储能", .mentions = {{"甲公司", v1::ENTITY_TYPE_ORG}, {"林知远", v1::ENTITY_TYPE_PERSON}}},
       {.id = "b", .body = "储能", .mentions = {{"甲公司", v1::ENTITY_TYPE_ORG}, {"周晚晴", v1::ENTITY_TYPE_PERSON}}},
       {.id = "c", .body = "储能", .mentions = {{"周晚晴", v1::ENTITY_TYPE_PERSON}}}});
  v1::FacetSearchRequest request = Request("储能", {v1::FacetSpec::FIELD_ENTITY});
  request.mutable_facets(0)->set_entity_type(v1::ENTITY_TYPE_PERSON);
  v1::Facet facet = Count(&index_, request, &columns_).facets(0);
  ASSERT_EQ(facet.values_size(), 2);
  EXPECT_EQ(facet.values(0).entity_name(), "周晚晴");
  EXPECT_EQ(facet.values(1).entity_name(), "林知远");
  EXPECT_FALSE(facet.truncated());
  request.mutable_facets(0)->set_limit(1);
  facet = Count(&index_, request, &columns_).facets(0);
  EXPECT_EQ(facet.values_size(), 1);
  EXPECT_TRUE(facet.truncated());
}

TEST_F(FacetSearchTest, IntervalsBeginWhereTheCallersClockSaysSo) {
  index_.Commit({{.id = "a", .body = "储能", .published_seconds = k2024 - 1},
                 {.id = "b", .body = "储能", .published_seconds = k2024},
                 {.id = "c", .body = "储能", .published_seconds = k2024 + 7 * kDay - 1},
                 {.id = "d", .body = "储能", .published_seconds = k2024 + 31 * kDay},
                 {.id = "e", .body = "储能", .published_seconds = -1}});
  v1::FacetSearchRequest request = Request("储能", {v1::FacetSpec::FIELD_PUBLISHED});
  v1::FacetSpec& spec = *request.mutable_facets(0);
  EXPECT_THAT(LinesOf(request),
              ElementsAre("1969-12-31 1", "2023-12-31 1", "2024-01-01 1", "2024-01-07 1", "2024-02-01 1"));
  spec.set_interval(v1::FacetSpec::INTERVAL_WEEK);
  EXPECT_THAT(LinesOf(request), ElementsAre("1969-12-29 1", "2023-12-25 1", "2024-01-01 2", "2024-01-29 1"));
  spec.set_interval(v1::FacetSpec::INTERVAL_MONTH);
  EXPECT_THAT(LinesOf(request), ElementsAre("1969-12-01 1", "2023-12-01 1", "2024-01-01 2", "2024-02-01 1"));
  spec.set_utc_offset_minutes(480);
  EXPECT_THAT(LinesOf(request), ElementsAre("1970-01-01 1", "2024-01-01 3", "2024-02-01 1"));
  spec.set_interval(v1::FacetSpec::INTERVAL_YEAR);
  spec.set_limit(1);
  const v1::Facet facet = Count(&index_, request, &columns_).facets(0);
  EXPECT_THAT(Lines(facet), ElementsAre("2024-01-01 4"));
  EXPECT_TRUE(facet.truncated());
  EXPECT_EQ(facet.value_count(), 2u);
  EXPECT_EQ(facet.values(0).begin_time().seconds(), k2024 - 8 * 3600);
}

TEST_F(FacetSearchTest, ErrorsNameTheField) {
  struct Case {
    std::function<void(v1::FacetSearchRequest*)> spoil;
    std::string field;
  };
  const std::vector<Case> cases = {
      {[](auto* r) { r->set_query("("); }, "query"},
      {[](auto* r) { r->clear_facets(); }, "facets"},
      {[](auto* r) { r->set_match(static_cast<v1::SearchRequest::Match>(9)); }, "match"},
      {[](auto* r) { r->mutable_filter()->add_entity_types(v1::ENTITY_TYPE_UNSPECIFIED); }, "filter.entity_types"},
      {[](auto* r) {
         for (int i = 0; i < 21; ++i) r->mutable_filter()->add_predicates("p");
       },
       "filter.predicates"},
      {[](auto* r) {
         for (int i = 0; i < 10; ++i) *r->add_facets() = r->facets(0);
       },
       "facets"},
      {[](auto* r) { r->mutable_facets(0)->clear_field(); }, "facets[0].field"},
      {[](auto* r) { r->mutable_facets(0)->set_field(static_cast<v1::FacetSpec::Field>(99)); }, "facets[0].field"},
      {[](auto* r) { r->mutable_facets(0)->set_limit(-1); }, "facets[0].limit"},
      {[](auto* r) { r->mutable_facets(0)->set_limit(1001); }, "facets[0].limit"},
      {[](auto* r) { r->mutable_facets(0)->set_entity_type(v1::ENTITY_TYPE_ORG); }, "facets[0].entity_type"},
      {[](auto* r) { r->mutable_facets(0)->set_interval(v1::FacetSpec::INTERVAL_DAY); }, "facets[0].interval"},
      {[](auto* r) { r->mutable_facets(0)->set_utc_offset_minutes(60); }, "facets[0].utc_offset_minutes"},
      {[](auto* r) { r->mutable_facets(1)->set_interval(static_cast<v1::FacetSpec::Interval>(7)); },
       "facets[1].interval"},
      {[](auto* r) { r->mutable_facets(1)->set_utc_offset_minutes(841); }, "facets[1].utc_offset_minutes"},
      {[](auto* r) { r->mutable_facets(1)->set_limit(10001); }, "facets[1].limit"},
      {[](auto* r) { r->mutable_facets(2)->set_limit(101); }, "facets[2].limit"},
      {[](auto* r) { r->mutable_facets(2)->set_entity_type(static_cast<v1::EntityType>(99)); },
       "facets[2].entity_type"},
  };
  for (const Case& c : cases) {
    v1::FacetSearchRequest request =
        Request("储能", {v1::FacetSpec::FIELD_SOURCE, v1::FacetSpec::FIELD_PUBLISHED, v1::FacetSpec::FIELD_ENTITY});
    c.spoil(&request);
    EXPECT_EQ(FieldAtFault(request), c.field);
  }
}

TEST_F(FacetSearchTest, TheCheckEndsTheWork) {
  for (int i = 0; i < 20; ++i) index_.Commit({{.id = Cat("a", i), .body = "储能"}});
  for (int allowed = 0; allowed < 5; ++allowed) {
    int left = allowed;
    const auto response =
        FacetSearch(*index_.View(), Request("", {v1::FacetSpec::FIELD_ENTITY}), index_.analyzer(), &columns_,
                    [&left] { return left-- > 0 ? absl::OkStatus() : absl::CancelledError("gone"); });
    EXPECT_EQ(response.status().code(), absl::StatusCode::kCancelled) << allowed;
  }
}

// ---- against a plain reference ----

// Words of articles are single tokens, so that what matches is plain to see.
class RandomNews {
 public:
  explicit RandomNews(uint32_t seed) : random_(seed) {}

  int Below(int end_exclusive) { return std::uniform_int_distribution<int>(0, end_exclusive - 1)(random_); }

  NewsArticle Article(const std::string& id) {
    NewsArticle article{.id = id, .title = Cat("t", Below(3)), .source = Cat("source-", Below(4))};
    for (int i = Below(8) + 1; i > 0; --i) article.body += Cat("w", Below(6), " ");
    article.language = Below(3) == 0 ? "en" : "zh";
    article.published_seconds = k2024 + Below(500) * kDay / 2;
    for (int i = Below(3); i > 0; --i) article.tags.push_back(Cat("tag", Below(12)));
    for (int i = Below(4); i > 0; --i) {
      article.facts.push_back(
          {.subject = Cat("org", Below(30)), .predicate = Cat("p", Below(5)), .object = Cat("org", Below(30))});
    }
    for (int i = Below(4); i > 0; --i) article.mentions.emplace_back(Cat("who", Below(40)), v1::ENTITY_TYPE_PERSON);
    return article;
  }

 private:
  std::mt19937 random_;
};

// What an article counts under, each once.
std::set<std::string> ValuesOf(const NewsArticle& article, const v1::FacetSpec& spec) {
  std::set<std::string> values;
  std::set<std::pair<std::string, v1::EntityType>> entities(article.mentions.begin(), article.mentions.end());
  for (const testing::NewsFact& fact : article.facts) {
    entities.emplace(fact.subject, v1::ENTITY_TYPE_ORG);
    entities.emplace(fact.object, v1::ENTITY_TYPE_ORG);
  }
  switch (spec.field()) {
    case v1::FacetSpec::FIELD_SOURCE:
      return {article.source};
    case v1::FacetSpec::FIELD_LANGUAGE:
      return {article.language};
    case v1::FacetSpec::FIELD_TAG:
      return {article.tags.begin(), article.tags.end()};
    case v1::FacetSpec::FIELD_ENTITY:
      for (const auto& [name, type] : entities) {
        if (spec.entity_type() == 0 || spec.entity_type() == type) values.insert(NewsIndex::HexIdOf(name, type));
      }
      return values;
    case v1::FacetSpec::FIELD_ENTITY_TYPE:
      for (const auto& [name, type] : entities) values.insert(type == v1::ENTITY_TYPE_ORG ? "ORG" : "PERSON");
      return values;
    case v1::FacetSpec::FIELD_PREDICATE:
      for (const testing::NewsFact& fact : article.facts) values.insert(fact.predicate);
      return values;
    default:
      const absl::CivilSecond local = absl::ToCivilSecond(
          absl::FromUnixSeconds(article.published_seconds + spec.utc_offset_minutes() * 60), absl::UTCTimeZone());
      return {absl::FormatCivilTime(absl::CivilDay(absl::CivilMonth(local)))};
  }
}

std::vector<std::string> Reference(const std::vector<const NewsArticle*>& matches, const v1::FacetSpec& spec,
                                   size_t* value_count) {
  std::map<std::string, int> counts;
  for (const NewsArticle* article : matches) {
    for (const std::string& value : ValuesOf(*article, spec)) ++counts[value];
  }
  *value_count = counts.size();
  std::vector<std::pair<int, std::string>> sorted;
  const bool by_time = spec.field() == v1::FacetSpec::FIELD_PUBLISHED;
  for (const auto& [value, count] : counts) sorted.emplace_back(by_time ? 0 : -count, value);
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::string> lines;
  for (const auto& [count, value] : sorted) lines.push_back(Cat(value, " ", counts[value]));
  const size_t limit = std::min<size_t>(lines.size(), static_cast<size_t>(spec.limit()));
  if (by_time) return {lines.end() - static_cast<int64_t>(limit), lines.end()};
  lines.resize(limit);
  return lines;
}

struct Search {
  std::string query;
  std::function<bool(const NewsArticle&)> matches;
};

bool HasWord(const NewsArticle& article, const std::string& word) {
  return article.title == word || (" " + article.body).find(" " + word + " ") != std::string::npos;
}

class FacetModelTest : public ::testing::TestWithParam<uint32_t> {};

TEST_P(FacetModelTest, CountsAsAPlainReferenceDoesThroughUpdatesDeletionsAndMerges) {
  RandomNews random(GetParam());
  NewsIndex index;
  std::map<std::string, NewsArticle> live;
  FacetColumns kept(1 << 20), few(4 << 10), none(0);
  const std::vector<Search> searches = {
      {"", [](const NewsArticle&) { return true; }},
      {"w1", [](const NewsArticle& a) { return HasWord(a, "w1"); }},
      {"w1 OR t2", [](const NewsArticle& a) { return HasWord(a, "w1") || HasWord(a, "t2"); }},
      {"w2 w3 -w4", [](const NewsArticle& a) { return HasWord(a, "w2") && HasWord(a, "w3") && !HasWord(a, "w4"); }},
      {"w5 source:source-2", [](const NewsArticle& a) { return HasWord(a, "w5") && a.source == "source-2"; }},
      {"date:2024-03..2024-06",
       [](const NewsArticle& a) {
         return a.published_seconds >= k2024 + 60 * kDay && a.published_seconds < k2024 + 182 * kDay;
       }},
      {"nothing", [](const NewsArticle&) { return false; }},
  };
  for (int round = 0; round < 25; ++round) {
    std::vector<NewsArticle> batch;
    for (int i = random.Below(12) + 1; i > 0; --i) batch.push_back(random.Article(Cat("a", random.Below(120))));
    index.Commit(batch);
    for (const NewsArticle& article : batch) live[article.id] = article;
    for (int i = random.Below(3); i > 0 && !live.empty(); --i) {
      const std::string id = std::next(live.begin(), random.Below(static_cast<int>(live.size())))->first;
      index.Delete(id);
      live.erase(id);
    }
    if (random.Below(5) == 0) index.MergeAll();
    const Search& search = searches[static_cast<size_t>(random.Below(static_cast<int>(searches.size())))];
    std::vector<const NewsArticle*> matches;
    for (const auto& [id, article] : live) {
      if (search.matches(article)) matches.push_back(&article);
    }
    v1::FacetSearchRequest request = Request(
        search.query, {v1::FacetSpec::FIELD_SOURCE, v1::FacetSpec::FIELD_LANGUAGE, v1::FacetSpec::FIELD_TAG,
                       v1::FacetSpec::FIELD_ENTITY, v1::FacetSpec::FIELD_ENTITY_TYPE, v1::FacetSpec::FIELD_PREDICATE,
                       v1::FacetSpec::FIELD_PUBLISHED, v1::FacetSpec::FIELD_ENTITY});
    for (v1::FacetSpec& spec : *request.mutable_facets()) spec.set_limit(1 + random.Below(20));
    request.mutable_facets(6)->set_interval(v1::FacetSpec::INTERVAL_MONTH);
    request.mutable_facets(6)->set_utc_offset_minutes(480);
    request.mutable_facets(7)->set_entity_type(v1::ENTITY_TYPE_PERSON);
    for (FacetColumns* columns : {&kept, &few, &none}) {
      const v1::FacetSearchResponse response = Count(&index, request, columns);
      ASSERT_EQ(response.total_count(), matches.size()) << search.query;
      for (int i = 0; i < request.facets_size(); ++i) {
        size_t value_count = 0;
        const auto want = Reference(matches, request.facets(i), &value_count);
        ASSERT_EQ(Lines(response.facets(i)), want) << search.query << " facet " << i << " round " << round;
        EXPECT_EQ(response.facets(i).truncated(), value_count > want.size()) << i;
        if (i < 7) {
          EXPECT_EQ(response.facets(i).value_count(), value_count) << i;
        }
      }
    }
    EXPECT_LE(few.size_bytes(), 4u << 10);
    EXPECT_EQ(none.size_bytes(), 0u);
  }
  EXPECT_GT(kept.size_bytes(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, FacetModelTest, ::testing::Range<uint32_t>(1, 9));

}  // namespace
}  // namespace factline::query
