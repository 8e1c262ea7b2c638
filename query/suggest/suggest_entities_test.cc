#include "query/suggest/suggest_entities.h"

#include <algorithm>
#include <functional>
#include <map>
#include <random>
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
using testing::NewsArticle;
using testing::NewsIndex;

class SuggestEntitiesTest : public ::testing::Test {
 protected:
  // An article for each time that a name is given.
  void Mention(const std::vector<std::pair<std::string, v1::EntityType>>& mentions) {
    std::vector<NewsArticle> articles;
    for (const auto& mention : mentions) {
      articles.push_back({.id = Cat("m", next_++), .body = "储能", .mentions = {mention}});
    }
    index_.Commit(articles);
  }
  void MentionOrg(const std::string& name, int times = 1) {
    Mention(
        std::vector<std::pair<std::string, v1::EntityType>>(static_cast<size_t>(times), {name, v1::ENTITY_TYPE_ORG}));
  }
  v1::SuggestEntitiesResponse Suggest(const std::string& text, int limit = 0, const SuggestLimits& limits = {}) {
    v1::SuggestEntitiesRequest request;
    request.set_text(text);
    request.set_limit(limit);
    const auto response = SuggestEntities(index_.View()->facts(), request, nullptr, limits);
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? *response : v1::SuggestEntitiesResponse();
  }
  // "name/edits"
  std::vector<std::string> Lines(const std::string& text, int limit = 0, const SuggestLimits& limits = {}) {
    std::vector<std::string> lines;
    const v1::SuggestEntitiesResponse response = Suggest(text, limit, limits);
    for (const v1::EntitySuggestion& suggestion : response.suggestions()) {
      lines.push_back(Cat(suggestion.entity().name(), "/", suggestion.edits()));
    }
    return lines;
  }

  NewsIndex index_;
  int next_ = 0;
};

TEST_F(SuggestEntitiesTest, ThoseThatMoreArticlesMentionComeFirst) {
  MentionOrg("远岭储能", 2);
  MentionOrg("远岭科技", 5);
  MentionOrg("远岭材料");
  MentionOrg("青石公司", 9);
  EXPECT_THAT(Lines("远岭"), ElementsAre("远岭科技/0", "远岭储能/0", "远岭材料/0"));
  EXPECT_THAT(Lines("远岭", 1), ElementsAre("远岭科技/0"));
  EXPECT_THAT(Lines("遠嶺儲能"), ElementsAre("远岭储能/0"));
}

TEST_F(SuggestEntitiesTest, WidthCaseAndTraditionalCharactersMakeNoDifference) {
  MentionOrg("Bluestone Energy");
  MentionOrg("東湖電池");
  EXPECT_THAT(Lines("ＢＬＵＥ"), ElementsAre("Bluestone Energy/0"));
  EXPECT_THAT(Lines("东湖"), ElementsAre("東湖電池/0"));
  EXPECT_THAT(Lines(" bluestone  e"), ElementsAre("Bluestone Energy/0"));
}

TEST_F(SuggestEntitiesTest, AnAliasSuggestsItsEntityOnce) {
  index_.Commit({{.id = "a",
                  .body = "储能",
                  .facts = {{.subject = "远岭储能科技有限公司", .predicate = "expands"}},
                  .aliases = {{"远岭储能科技有限公司", "远岭"}, {"远岭储能科技有限公司", "远岭储能"}}}});
  const v1::SuggestEntitiesResponse response = Suggest("远岭");
  ASSERT_EQ(response.suggestions_size(), 1);
  EXPECT_EQ(response.suggestions(0).entity().name(), "远岭储能科技有限公司");
  EXPECT_EQ(response.suggestions(0).edits(), 0u);
}

TEST_F(SuggestEntitiesTest, OneTypeAlone) {
  Mention({{"林知远", v1::ENTITY_TYPE_PERSON}, {"林知远", v1::ENTITY_TYPE_ORG}, {"林知行", v1::ENTITY_TYPE_ORG}});
  v1::SuggestEntitiesRequest request;
  request.set_text("林");
  request.set_type(v1::ENTITY_TYPE_PERSON);
  const auto response = SuggestEntities(index_.View()->facts(), request, nullptr);
  ASSERT_TRUE(response.ok());
  ASSERT_EQ(response->suggestions_size(), 1);
  EXPECT_EQ(response->suggestions(0).entity().type(), v1::ENTITY_TYPE_PERSON);
}

TEST_F(SuggestEntitiesTest, ASlipIsForgivenWhereverItStands) {
  MentionOrg("远岭储能科技", 3);
  MentionOrg("Bluestone Energy");
  MentionOrg("无关公司");
  for (const std::string slip : {"远领储能", "远储能", "远岭岭储能", "岭远储能", "原岭储能", "岭储能", "新远岭储能"}) {
    EXPECT_THAT(Lines(slip), ElementsAre("远岭储能科技/1")) << slip;
  }
  for (const std::string slip : {"blustone", "bluestnoe", "luestone", "lbuestone", "xluestone", "xbluestone"}) {
    EXPECT_THAT(Lines(slip), ElementsAre("Bluestone Energy/1")) << slip;
  }
  EXPECT_THAT(Lines("blusttone"), ElementsAre("Bluestone Energy/2"));
  EXPECT_THAT(Lines("远领出能"), IsEmpty());
}

TEST_F(SuggestEntitiesTest, WhatTheTextBeginsStandsBeforeWhatIsNearlySo) {
  MentionOrg("远岭储能", 1);
  MentionOrg("远峰储能", 9);
  EXPECT_THAT(Lines("远岭储"), ElementsAre("远岭储能/0", "远峰储能/1"));
  EXPECT_THAT(Lines("远岭储", 1), ElementsAre("远岭储能/0"));
}

TEST_F(SuggestEntitiesTest, WorkIsBoundedAndSaysSo) {
  for (int i = 0; i < 30; ++i) MentionOrg(Cat("公司", i));
  EXPECT_TRUE(Suggest("公司", 5, {.max_names = 10}).truncated());
  EXPECT_TRUE(Suggest("公司", 5, {.max_entities = 10}).truncated());
  EXPECT_FALSE(Suggest("公司", 5).truncated());
  for (int i = 0; i < 30; ++i) MentionOrg(Cat(std::string(1, static_cast<char>('a' + i % 26)), "bcd", i));
  EXPECT_TRUE(Suggest("9xyz", 5, {.max_first_chars = 5}).truncated());
  EXPECT_FALSE(Suggest("9xyz", 5).truncated());
  int left = 3;
  v1::SuggestEntitiesRequest request;
  request.set_text("9xyz");
  const auto response = SuggestEntities(index_.View()->facts(), request, [&left] {
    return left-- > 0 ? absl::OkStatus() : absl::CancelledError("gone");
  });
  EXPECT_TRUE(response.ok() || absl::IsCancelled(response.status()));
  left = 0;
  EXPECT_TRUE(absl::IsCancelled(SuggestEntities(index_.View()->facts(), request, [&left] {
                                  return left-- > 0 ? absl::OkStatus() : absl::CancelledError("gone");
                                }).status()));
}

TEST_F(SuggestEntitiesTest, ErrorsNameTheField) {
  const std::vector<std::pair<std::function<void(v1::SuggestEntitiesRequest*)>, std::string>> cases = {
      {[](auto* r) { r->clear_text(); }, "text"},
      {[](auto* r) { r->set_text(std::string(257, 'x')); }, "text"},
      {[](auto* r) { r->set_text("  "); }, "text"},
      {[](auto* r) { r->set_limit(51); }, "limit"},
      {[](auto* r) { r->set_limit(-1); }, "limit"},
      {[](auto* r) { r->set_type(static_cast<v1::EntityType>(99)); }, "type"},
  };
  for (const auto& [spoil, field] : cases) {
    v1::SuggestEntitiesRequest request;
    request.set_text("x");
    spoil(&request);
    const auto response = SuggestEntities(index_.View()->facts(), request, nullptr);
    EXPECT_EQ(FieldOf(response.status()), field);
  }
}

// Against all names, one by one, with updates and deletions on the way.
TEST_F(SuggestEntitiesTest, FindsWhatALookAtAllNamesFinds) {
  std::mt19937 random(5);
  const auto name = [&random] {
    std::string out;
    for (int i = 0; i < 4 + static_cast<int>(random() % 4); ++i) out.push_back(static_cast<char>('a' + random() % 3));
    return out;
  };
  std::map<std::string, std::string> name_of;  // by article
  for (int round = 0; round < 12; ++round) {
    std::vector<NewsArticle> articles;
    for (int i = 0; i < 25; ++i) {
      const std::string id = Cat("a", random() % 150);
      name_of[id] = name();
      articles.push_back({.id = id, .body = "x", .mentions = {{name_of[id], v1::ENTITY_TYPE_ORG}}});
    }
    index_.Commit(articles);
    const std::string gone = name_of.begin()->first;
    index_.Delete(gone);
    name_of.erase(gone);
    if (round % 4 == 3) index_.MergeAll();
    std::map<std::string, int> counts;
    for (const auto& [id, of] : name_of) ++counts[of];
    for (int i = 0; i < 10; ++i) {
      const std::string typed = name().substr(0, 4);  // up to one slip
      std::vector<std::pair<int, int>> want;          // edits, -articles
      for (const auto& [of, count] : counts) {
        // One edit, by trying each.
        int edits = of.starts_with(typed) ? 0 : 2;
        for (size_t at = 0; at <= typed.size() && edits > 1; ++at) {
          for (const char c : {'a', 'b', 'c', '\0'}) {
            std::string inserted = typed, changed = typed;
            inserted.insert(at, 1, c);
            if (c != '\0' && of.starts_with(inserted)) edits = 1;
            if (at == typed.size()) continue;
            c == '\0' ? changed.erase(at, 1) : changed.replace(at, 1, 1, c);
            if (of.starts_with(changed)) edits = 1;
          }
          std::string swapped = typed;
          if (at + 1 < typed.size()) std::swap(swapped[at], swapped[at + 1]);
          if (of.starts_with(swapped)) edits = 1;
        }
        if (edits < 2) want.emplace_back(edits, -count);
      }
      std::sort(want.begin(), want.end());
      const size_t prefixes = static_cast<size_t>(
          std::count_if(want.begin(), want.end(), [](const auto& pair) { return pair.first == 0; }));
      if (prefixes >= 50) want.resize(prefixes);
      if (want.size() > 50) want.resize(50);
      std::vector<std::pair<int, int>> got;
      const v1::SuggestEntitiesResponse response = Suggest(typed, 50);
      for (const v1::EntitySuggestion& suggestion : response.suggestions()) {
        got.emplace_back(suggestion.edits(), -static_cast<int>(suggestion.entity().article_count()));
      }
      ASSERT_EQ(got, want) << typed << " in round " << round;
    }
  }
}

}  // namespace
}  // namespace factline::query
