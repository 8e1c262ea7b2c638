#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "query/parse/query_parser.h"
#include "query/search/attributes.h"
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
  if (dice == 0) return RandomWord(random) + ((*random)() % 4 == 0 ? "*" : "");
  if (dice == 1) return ((*random)() % 2 == 0 ? "title:" : "body:") + RandomWord(random);
  if (dice == 2) {
    const uint32_t day = (*random)() % 9;
    const std::string first = "date:1970-01-0" + std::to_string(1 + day);
    return (*random)() % 2 == 0 ? first + ".." : "source:s" + std::to_string(day % 3);
  }
  if (dice == 3) {
    const std::string phrase = "\"" + RandomWord(random) + " " + RandomWord(random) + "\"";
    return (*random)() % 2 == 0 ? phrase : phrase + "~" + std::to_string((*random)() % 8);
  }
  const std::string left = RandomQuery(random, depth - 1);
  const std::string right = RandomQuery(random, depth - 1);
  if (dice < 6) return "(" + left + " OR " + right + ")";
  return "(" + left + (dice == 6 ? " " : " -") + right + ")";
}

bool Holds(const std::string& text, const std::string& words) {
  return (" " + text).find(" " + words + " ") != std::string::npos;
}

// Whether the two words stand in this order with at most `slop` others between them.
bool HoldsLoosely(const std::string& text, const Expression& phrase) {
  const std::vector<std::string> words = absl::StrSplit(text, ' ');
  for (size_t i = 0; i < words.size(); ++i) {
    for (size_t j = i + 1; j < words.size() && j - i - 1 <= phrase.slop; ++j) {
      if (words[i] == phrase.grams[0].term && words[j] == phrase.grams[1].term) return true;
    }
  }
  return false;
}

bool Matches(const Expression& expression, const NewsArticle& article) {
  const auto matches = [&](const Expression& child) { return Matches(child, article); };
  const auto holds = [&](const std::string& words) {
    return (expression.place != Place::kBody && Holds(article.title, words)) ||
           (expression.place != Place::kTitle && Holds(article.body, words));
  };
  switch (expression.kind) {
    case Expression::Kind::kWord:
      return holds(expression.word);
    case Expression::Kind::kPrefix:
      return (" " + article.title + article.body).find(" " + expression.word) != std::string::npos;
    case Expression::Kind::kPhrase: {
      if (expression.slop > 0) {
        return (expression.place != Place::kBody && HoldsLoosely(article.title, expression)) ||
               (expression.place != Place::kTitle && HoldsLoosely(article.body, expression));
      }
      std::string words;
      for (const PhraseGram& gram : expression.grams) words += (words.empty() ? "" : " ") + gram.term;
      return holds(words);
    }
    case Expression::Kind::kAttribute:
      return expression.value == article.source;
    case Expression::Kind::kPublished:
      return expression.first_second <= article.published_seconds &&
             article.published_seconds <= expression.last_second;

    case Expression::Kind::kAnd:
      return std::all_of(expression.children.begin(), expression.children.end(), matches);
    case Expression::Kind::kOr:
      return std::any_of(expression.children.begin(), expression.children.end(), matches);
    case Expression::Kind::kNot:
      return !matches(expression.children.front());
  }
  return false;
}

// A query whose attributes the index knows, and whose date and source may have become a filter.
struct Question {
  std::optional<Expression> words;
  DocumentFilter filter;
};

Outcome Answer(const store::IndexView& view, const Question& question, ExecuteOptions options) {
  const Expression* const words = question.words.has_value() ? &*question.words : nullptr;
  const auto plan = SearchPlan::Make(view, words, question.filter, nullptr);
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
    article.source = "s" + std::to_string((*random)() % 4);
    article.published_seconds = static_cast<int64_t>((*random)() % (10 * 86400));
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
      Question question{expression, {}};
      ASSERT_TRUE(SettleAttributes(view->facts(), &question.words, &question.filter).ok());
      ExecuteOptions options;
      if (!question.words.has_value()) options.order = HitOrder::kNewest;
      options.limit = 100'000;
      options.prune = false;
      const Outcome all = Answer(*view, question, options);
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
      const Outcome counted = Answer(*view, question, options);
      ExpectSameHits(counted, first, query);
      EXPECT_EQ(counted.total_count, want.size()) << query;
      options.count = false;
      ExpectSameHits(Answer(*view, question, options), first, query);
    }
  }
}

}  // namespace
}  // namespace factline::query
