#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "query/parse/query_parser.h"
#include "query/search/execute.h"
#include "query/testing/news_index.h"

// The engine over the real store, with its blocks, fresh segments, merges and deletions: pruned answers equal plain
// ones, and both find what a look at every article finds.
namespace factline::query {
namespace {

using testing::NewsArticle;
using testing::NewsIndex;
using Random = std::mt19937;

std::string RandomWord(Random* random) { return "w" + std::to_string((*random)() % (1 + (*random)() % 25)); }

std::string RandomText(Random* random, uint32_t max_words) {
  std::string text;
  for (uint32_t n = (*random)() % (max_words + 1); n > 0; --n) text += RandomWord(random) + " ";
  return text;
}

std::string RandomQuery(Random* random, int depth) {
  const uint32_t dice = (*random)() % (depth == 0 ? 4 : 8);
  if (dice < 3) return RandomWord(random);
  if (dice == 3) return "\"" + RandomWord(random) + " " + RandomWord(random) + "\"";
  const std::string left = RandomQuery(random, depth - 1);
  const std::string right = RandomQuery(random, depth - 1);
  if (dice < 6) return "(" + left + " OR " + right + ")";
  return "(" + left + (dice == 6 ? " " : " -") + right + ")";
}

bool Holds(const std::string& text, const std::string& words) {
  return (" " + text).find(" " + words + " ") != std::string::npos;
}

bool Matches(const Expression& expression, const NewsArticle& article) {
  const auto matches = [&](const Expression& child) { return Matches(child, article); };
  switch (expression.kind) {
    case Expression::Kind::kWord:
      return Holds(article.title, expression.word) || Holds(article.body, expression.word);
    case Expression::Kind::kPhrase: {
      std::string words;
      for (const PhraseGram& gram : expression.grams) words += (words.empty() ? "" : " ") + gram.term;
      return Holds(article.title, words) || Holds(article.body, words);
    }
    case Expression::Kind::kAnd:
      return std::all_of(expression.children.begin(), expression.children.end(), matches);
    case Expression::Kind::kOr:
      return std::any_of(expression.children.begin(), expression.children.end(), matches);
    case Expression::Kind::kNot:
      return !matches(expression.children.front());
  }
  return false;
}

Outcome Answer(const store::IndexView& view, const Expression& expression, ExecuteOptions options) {
  const DocumentFilter filter;
  const auto plan = SearchPlan::Make(view, &expression, filter, nullptr);
  EXPECT_TRUE(plan.ok()) << plan.status();
  Interrupt interrupt(nullptr);
  const absl::StatusOr<Outcome> outcome = Execute(plan->get(), options, &interrupt);
  EXPECT_TRUE(outcome.ok()) << outcome.status();
  return outcome.ok() ? *outcome : Outcome();
}

void ExpectSameHits(const Outcome& got, const Outcome& want, const std::string& query) {
  ASSERT_EQ(got.hits.size(), want.hits.size()) << query;
  for (size_t i = 0; i < got.hits.size(); ++i) {
    EXPECT_EQ(got.hits[i].doc, want.hits[i].doc) << query << " at " << i;
    EXPECT_EQ(got.hits[i].score, want.hits[i].score) << query << " at " << i;
  }
}

std::set<std::string> IdsOf(const store::IndexView& view, const Outcome& outcome) {
  std::set<std::string> ids;
  for (const Hit& hit : outcome.hits) {
    const auto record = view.Document(hit.doc);
    EXPECT_TRUE(record.ok() && record->has_value());
    if (record.ok() && record->has_value()) ids.insert((*record)->article().id());
  }
  return ids;
}

// Writes some articles anew, some again, deletes some, merges now and then.
void Change(Random* random, NewsIndex* index, std::map<std::string, NewsArticle>* live) {
  std::map<std::string, NewsArticle> batch;
  for (int i = 0; i < 150; ++i) {
    NewsArticle article;
    article.id = "a" + std::to_string((*random)() % 2000);
    article.title = RandomText(random, 4);
    article.body = "w0 " + RandomText(random, 40);
    article.published_seconds = static_cast<int64_t>((*random)() % 100);
    batch[article.id] = article;
  }
  std::vector<NewsArticle> articles;
  for (const auto& [id, article] : batch) articles.push_back(article);
  index->Commit(articles);
  for (const auto& [id, article] : batch) (*live)[id] = article;
  for (int i = 0; i < 5; ++i) {
    const auto doomed = std::next(live->begin(), static_cast<int64_t>((*random)() % live->size()));
    index->Delete(doomed->first);
    live->erase(doomed);
  }
  if ((*random)() % 3 == 0) index->MergeAll();
}

TEST(RealIndexTest, PrunedAnswersEqualPlainOnesThroughDeletesAndMerges) {
  Random random(20);
  NewsIndex index;
  std::map<std::string, NewsArticle> live;
  for (int round = 0; round < 12; ++round) {
    Change(&random, &index, &live);
    const std::shared_ptr<const store::IndexView> view = index.View();
    for (int i = 0; i < 15; ++i) {
      const std::string query = RandomQuery(&random, 2);
      const std::optional<Expression> expression = *ParseQuery(query, index.analyzer());
      ASSERT_TRUE(expression.has_value());
      ExecuteOptions options;
      options.limit = 100'000;
      options.prune = false;
      const Outcome all = Answer(*view, *expression, options);
      std::set<std::string> want;
      for (const auto& [id, article] : live) {
        if (Matches(*expression, article)) want.insert(id);
      }
      EXPECT_EQ(IdsOf(*view, all), want) << query;
      EXPECT_EQ(all.total_count, want.size()) << query;

      Outcome first = all;
      first.hits.resize(std::min<size_t>(first.hits.size(), 10));
      options.limit = 10;
      options.prune = true;
      const Outcome counted = Answer(*view, *expression, options);
      ExpectSameHits(counted, first, query);
      EXPECT_EQ(counted.total_count, want.size()) << query;
      options.count = false;
      ExpectSameHits(Answer(*view, *expression, options), first, query);
    }
  }
}

}  // namespace
}  // namespace factline::query
