#include "query/search/execute.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>

#include "gtest/gtest.h"
#include "query/search/explain.h"
#include "query/search/memory_index.h"

namespace factline::query {
namespace {

using Kind = Expression::Kind;
using Random = std::mt19937;
using Corpus = std::vector<std::vector<TokenDocument>>;

uint32_t Below(Random* random, uint32_t limit) {
  return std::uniform_int_distribution<uint32_t>(0, limit - 1)(*random);
}

// Few words are frequent, many are rare.
std::string RandomToken(Random* random) {
  const uint32_t skewed = Below(random, 1 + Below(random, 1 + Below(random, 40)));
  return "t" + std::to_string(skewed);
}

std::vector<std::string> RandomTokens(Random* random, uint32_t max_count) {
  std::vector<std::string> tokens(Below(random, max_count + 1));
  for (std::string& token : tokens) token = RandomToken(random);
  return tokens;
}

Corpus RandomCorpus(Random* random) {
  Corpus corpus(1 + Below(random, 4));
  const uint32_t deleted_percent = Below(random, 2) * 20;
  const uint32_t max_title_tokens = Below(random, 2) * 4;  // none: every word is of one field
  for (auto& segment : corpus) {
    segment.resize(1 + Below(random, 300));
    for (TokenDocument& document : segment) {
      document.title = RandomTokens(random, max_title_tokens);
      document.body = RandomTokens(random, 30);
      document.source = "s" + std::to_string(Below(random, 3));
      document.published_seconds = Below(random, 50);
      document.is_deleted = Below(random, 100) < deleted_percent;
    }
  }
  return corpus;
}

// Half of them anywhere, most of them of weight 1.
void PlaceAndWeigh(Random* random, Expression* leaf) {
  const uint32_t dice = Below(random, 4);
  leaf->place = dice < 2 ? Place::kAnywhere : dice == 2 ? Place::kTitle : Place::kBody;
  if (Below(random, 4) == 0) leaf->weight = 0.5 * (1 + Below(random, 6));
}

Expression Word(Random* random) {
  Expression word;
  word.word = RandomToken(random);
  if (Below(random, 5) == 0) {
    word.kind = Kind::kPrefix;
    word.word.resize(1 + Below(random, 2));
  }
  PlaceAndWeigh(random, &word);
  return word;
}

Expression Unscored(Random* random) {
  Expression leaf;
  leaf.kind = Below(random, 2) == 0 ? Kind::kAttribute : Kind::kPublished;
  leaf.value = "s" + std::to_string(Below(random, 4));
  leaf.terms = {leaf.value};
  leaf.first_second = Below(random, 40);
  leaf.last_second = leaf.first_second + Below(random, 30);
  return leaf;
}

Expression Phrase(Random* random) {
  Expression phrase;
  phrase.kind = Kind::kPhrase;
  uint32_t offset = 0, piece = 0;
  for (uint32_t grams = 1 + Below(random, 3); grams > 0; --grams) {
    phrase.grams.push_back({RandomToken(random), offset, piece});
    offset += 1 + Below(random, 2);
    piece += Below(random, 2);
  }
  if (Below(random, 2) == 0) phrase.slop = Below(random, 6);
  PlaceAndWeigh(random, &phrase);
  return phrase;
}

Expression RandomExpression(Random* random, int depth) {
  const uint32_t dice = Below(random, depth == 0 ? 5 : 12);
  if (dice < 4) return Word(random);
  if (dice == 4) return Below(random, 3) == 0 ? Unscored(random) : Phrase(random);
  Expression tree;
  tree.kind = dice < 8 ? Kind::kAnd : dice < 11 ? Kind::kOr : Kind::kNot;
  const uint32_t children = tree.kind == Kind::kNot ? 1 : 2 + Below(random, 4);
  for (uint32_t i = 0; i < children; ++i) tree.children.push_back(RandomExpression(random, depth - 1));
  return tree;
}

// The plain reading of the same rules: every document, every word, no cursors.
class Reference {
 public:
  Reference(const Corpus& corpus, const store::IndexView& view, double k1 = Bm25::kUsualK1)
      : corpus_(corpus), view_(view), bm25_(Numbers(view), k1) {}

  Outcome Find(const Expression* expression, const DocumentFilter& filter, const ExecuteOptions& options) const {
    std::vector<Hit> all;
    for (size_t s = 0; s < corpus_.size(); ++s) {
      for (size_t i = 0; i < corpus_[s].size(); ++i) {
        const TokenDocument& document = corpus_[s][i];
        if (document.is_deleted || !Passes(document, filter)) continue;
        Hit hit;
        hit.doc = view_.segments()[s]->base_doc() + static_cast<uint32_t>(i);
        double score = 0;
        if (expression != nullptr && !Matches(*expression, document, &score)) continue;
        if (options.order == HitOrder::kRelevance) hit.score = score;
        if (options.recency.has_value()) hit.score *= options.recency->FactorOf(document.published_seconds);
        if (options.order != HitOrder::kRelevance) hit.published_seconds = document.published_seconds;
        all.push_back(hit);
      }
    }
    Outcome outcome;
    outcome.total_count = all.size();
    const auto before = [&](const Hit& a, const Hit& b) { return RanksBefore(options.order, a, b); };
    std::sort(all.begin(), all.end(), before);
    for (const Hit& hit : all) {
      if (outcome.hits.size() == options.limit) break;
      if (!options.after.has_value() || before(*options.after, hit)) outcome.hits.push_back(hit);
    }
    return outcome;
  }

 private:
  static CollectionNumbers Numbers(const store::IndexView& view) {
    return {view.stats().docs, view.stats().title_tokens, view.stats().body_tokens};
  }

  static bool Passes(const TokenDocument& document, const DocumentFilter& filter) {
    if (!filter.Holds(document.published_seconds)) return false;
    return std::all_of(filter.all_of.begin(), filter.all_of.end(), [&](const DocumentFilter::AnyOf& any_of) {
      return std::count(any_of.terms.begin(), any_of.terms.end(), document.source) > 0;
    });
  }

  static bool IsIn(Place place, store::NormField field) {
    return place == Place::kAnywhere || (place == Place::kTitle) == (field == store::NormField::kTitle);
  }

  static uint32_t CountPrefix(const std::vector<std::string>& tokens, const std::string& prefix) {
    return static_cast<uint32_t>(std::count_if(tokens.begin(), tokens.end(),
                                               [&](const std::string& token) { return token.starts_with(prefix); }));
  }

  uint64_t Frequency(const std::string& term, bool is_prefix, Place place) const {
    const auto known = frequencies_.find({term, is_prefix, place});
    if (known != frequencies_.end()) return known->second;
    const auto has = [&](const std::vector<std::string>& tokens) {
      return is_prefix ? CountPrefix(tokens, term) > 0 : std::count(tokens.begin(), tokens.end(), term) > 0;
    };
    uint64_t title = 0, body = 0;
    for (const auto& segment : corpus_) {
      for (const TokenDocument& document : segment) {
        title += has(document.title);
        body += has(document.body);
      }
    }
    if (!IsIn(place, store::NormField::kTitle)) title = 0;
    if (!IsIn(place, store::NormField::kBody)) body = 0;
    return frequencies_[{term, is_prefix, place}] = std::max(title, body);
  }

  bool Matches(const Expression& expression, const TokenDocument& document, double* score) const {
    switch (expression.kind) {
      case Kind::kWord:
      case Kind::kPrefix:
        return MatchesPhrase({{expression.word, 0, 0}}, expression, document, score);
      case Kind::kPhrase:
        return MatchesPhrase(expression.grams, expression, document, score);
      case Kind::kAttribute:
        return expression.terms.front() == document.source;
      case Kind::kPublished:
        return expression.first_second <= document.published_seconds &&
               document.published_seconds <= expression.last_second;
      case Kind::kAnd:
      case Kind::kOr:
        return MatchesChildren(expression, document, score);
      case Kind::kNot: {
        double ignored = 0;
        return !Matches(expression.children.front(), document, &ignored);
      }
    }
    return false;
  }

  bool MatchesChildren(const Expression& expression, const TokenDocument& document, double* score) const {
    size_t matching = 0;
    double sum = 0;
    for (const Expression& child : expression.children) {
      double child_score = 0;
      if (!Matches(child, document, &child_score)) continue;
      ++matching;
      sum += child_score;
    }
    *score = sum;
    return expression.kind == Kind::kAnd ? matching == expression.children.size() : matching > 0;
  }

  bool MatchesPhrase(const std::vector<PhraseGram>& grams, const Expression& leaf, const TokenDocument& document,
                     double* score) const {
    double idf = 0;
    const bool is_prefix = leaf.kind == Kind::kPrefix;
    for (const PhraseGram& gram : grams) idf += leaf.weight * bm25_.Idf(Frequency(gram.term, is_prefix, leaf.place));
    double sum = 0;
    bool any = false;
    for (const auto field : {store::NormField::kTitle, store::NormField::kBody}) {
      if (!IsIn(leaf.place, field)) continue;
      const auto& tokens = field == store::NormField::kTitle ? document.title : document.body;
      const auto count =
          is_prefix ? CountPrefix(tokens, leaf.word) : static_cast<uint32_t>(EndsOf(grams, leaf.slop, tokens).size());
      if (count == 0) continue;
      any = true;
      sum += bm25_.Weight(field, idf, count, store::EncodeNorm(static_cast<uint32_t>(tokens.size())));
    }
    *score = sum;
    return any;
  }

  // Where occurrences end: for each start the end that needs the least room, if the slop has it.
  static std::set<size_t> EndsOf(const std::vector<PhraseGram>& grams, uint32_t slop,
                                 const std::vector<std::string>& tokens) {
    std::set<size_t> ends;
    for (size_t start = 0; start < tokens.size(); ++start) {
      for (size_t room = 0; room <= slop; ++room) {
        if (!Stands(grams, tokens, 0, start, room)) continue;
        ends.insert(start + grams.back().offset + room);
        break;
      }
    }
    return ends;
  }

  // Whether the gram stands there and those behind it do with exactly so much room shared out between pieces.
  static bool Stands(const std::vector<PhraseGram>& grams, const std::vector<std::string>& tokens, size_t gram,
                     size_t place, size_t room) {
    if (place >= tokens.size() || tokens[place] != grams[gram].term) return false;
    if (gram + 1 == grams.size()) return room == 0;
    const size_t next = place + grams[gram + 1].offset - grams[gram].offset;
    if (grams[gram + 1].piece == grams[gram].piece) return Stands(grams, tokens, gram + 1, next, room);
    for (size_t taken = 0; taken <= room; ++taken) {
      if (Stands(grams, tokens, gram + 1, next + taken, room - taken)) return true;
    }
    return false;
  }

  const Corpus& corpus_;
  const store::IndexView& view_;
  const Bm25 bm25_;
  mutable std::map<std::tuple<std::string, bool, Place>, uint64_t> frequencies_;
};

std::string Describe(const Outcome& outcome) {
  std::string text = std::to_string(outcome.total_count) + ":";
  for (const Hit& hit : outcome.hits) {
    char line[96];
    snprintf(line, sizeof(line), " %u/%.17g/%lld", hit.doc, hit.score, static_cast<long long>(hit.published_seconds));
    text += line;
  }
  return text;
}

Outcome Engine(const store::IndexView& view, const Expression* expression, const DocumentFilter& filter,
               const ExecuteOptions& options, double k1 = Bm25::kUsualK1) {
  const auto plan = SearchPlan::Make(view, expression, filter, nullptr, nullptr, k1);
  EXPECT_TRUE(plan.ok()) << plan.status();
  Interrupt interrupt(nullptr);
  const absl::StatusOr<Outcome> outcome = Execute(plan->get(), options, &interrupt);
  EXPECT_TRUE(outcome.ok()) << outcome.status();
  return outcome.ok() ? *outcome : Outcome();
}

// That sums and products are those of the children, to the last bit.
void ExpectAddsUp(const v1::Explanation& node) {
  const bool is_sum = node.description().starts_with("sum"), is_product = node.description().starts_with("product");
  double value = is_product ? 1 : 0;
  for (const v1::Explanation& child : node.children()) {
    ExpectAddsUp(child);
    value = is_product ? value * child.value() : value + child.value();
  }
  if (is_sum || is_product) {
    EXPECT_EQ(value, node.value()) << node.DebugString();
  }
}

DocumentFilter RandomFilter(Random* random) {
  DocumentFilter filter;
  if (Below(random, 4) == 0) filter.all_of.push_back({store::Field::kSource, {"s0", "s2", "none"}});
  if (Below(random, 4) == 0) filter.published_first = Below(random, 40);
  if (Below(random, 4) == 0) filter.published_last = 10 + Below(random, 40);
  return filter;
}

class ExecutePropertyTest : public ::testing::TestWithParam<int> {};

TEST_P(ExecutePropertyTest, PrunedCountedAndPagedResultsEqualThePlainOnes) {
  Random random(static_cast<uint32_t>(GetParam()));
  const Corpus corpus = RandomCorpus(&random);
  const auto view = MakeMemoryIndex(corpus, Below(&random, 2) == 0 ? 1 + Below(&random, 8) : 128);
  const double k1 = GetParam() % 2 == 0 ? Bm25::kUsualK1 : 0.6;
  const Reference reference(corpus, *view, k1);
  for (int round = 0; round < 40; ++round) {
    const Expression expression = RandomExpression(&random, 2);
    const Expression* const words = Below(&random, 20) == 0 ? nullptr : &expression;
    const DocumentFilter filter = RandomFilter(&random);
    ExecuteOptions options;
    options.order = static_cast<HitOrder>(Below(&random, 8) < 6 ? 0 : 1 + Below(&random, 2));
    options.limit = 1 + Below(&random, 12);
    if (Below(&random, 3) == 0) options.recency = Recency{1.0 + Below(&random, 40), 20 + Below(&random, 60)};
    for (int page = 0; page < 3; ++page) {
      const Outcome want = reference.Find(words, filter, options);
      const std::string what = words == nullptr ? "all" : ToString(expression);
      EXPECT_EQ(Describe(Engine(*view, words, filter, options, k1)), Describe(want)) << what;
      options.prune = false;
      EXPECT_EQ(Describe(Engine(*view, words, filter, options, k1)), Describe(want)) << what;
      options.prune = true;
      options.count = false;  // then every expression is pruned
      Outcome uncounted = want;
      uncounted.total_count = 0;
      EXPECT_EQ(Describe(Engine(*view, words, filter, options, k1)), Describe(uncounted)) << what;
      options.count = true;
      if (want.hits.size() < options.limit) break;
      options.after = want.hits.back();
    }
  }
}

TEST_P(ExecutePropertyTest, ExplanationsAddUpToTheScores) {
  Random random(static_cast<uint32_t>(GetParam()));
  const Corpus corpus = RandomCorpus(&random);
  const auto view = MakeMemoryIndex(corpus, 8);
  const double k1 = GetParam() % 2 == 0 ? Bm25::kUsualK1 : 0.6;
  size_t explained = 0;
  for (int round = 0; round < 20; ++round) {
    const Expression expression = RandomExpression(&random, 2);
    if (!HasScore(expression)) continue;
    const DocumentFilter filter = RandomFilter(&random);
    const auto plan = SearchPlan::Make(*view, &expression, filter, nullptr, nullptr, k1);
    Interrupt interrupt(nullptr);
    ExecuteOptions options;
    if (Below(&random, 2) == 0) options.recency = Recency{1.0 + Below(&random, 40), 45};
    const Outcome outcome = *Execute(plan->get(), options, &interrupt);
    Explainer explainer(*view, expression, (*plan)->numbers(), k1, options.recency);
    for (const Hit& hit : outcome.hits) {
      const absl::StatusOr<v1::Explanation> explanation = explainer.Explain(hit.doc);
      ASSERT_TRUE(explanation.ok()) << explanation.status();
      EXPECT_EQ(explanation->value(), hit.score) << ToString(expression) << explanation->DebugString();
      ExpectAddsUp(*explanation);
      ++explained;
    }
  }
  EXPECT_GT(explained, 0u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ExecutePropertyTest, ::testing::Range(0, 24));

// Long lists, so that the separate counting pass is taken.
TEST(ExecuteTest, LongListsArePrunedAndCountedApart) {
  Random random(7);
  for (const bool with_deletes : {false, true}) {
    Corpus corpus(2);
    for (auto& segment : corpus) {
      segment.resize(6000);
      for (TokenDocument& document : segment) {
        document.title = RandomTokens(&random, 3);
        document.body = RandomTokens(&random, 12);
        document.published_seconds = Below(&random, 50);
        document.is_deleted = with_deletes && Below(&random, 10) == 0;
      }
    }
    const auto view = MakeMemoryIndex(corpus, 16);
    const Reference reference(corpus, *view);
    for (const std::vector<const char*>& terms :
         {std::vector<const char*>{"t0"}, {"t0", "t1"}, {"t0", "t9", "t30"}, {"t1", "t2", "t3", "t4"}}) {
      Expression expression;
      expression.kind = Kind::kOr;
      for (const char* term : terms) {
        Expression word;
        word.word = term;
        expression.children.push_back(word);
      }
      if (terms.size() == 1) expression = Expression(expression.children.front());
      for (const bool in_time : {false, true}) {
        DocumentFilter filter;
        if (in_time) filter.published_first = 20;
        ExecuteOptions options;
        for (const bool by_recency : {false, true}) {
          if (by_recency) options.recency = Recency{5, 40};
          EXPECT_EQ(Describe(Engine(*view, &expression, filter, options)),
                    Describe(reference.Find(&expression, filter, options)))
              << ToString(expression);
        }
      }
    }
  }
}

// Words so rare that a block of postings reaches over more documents than conjunctions mark and disjunctions sum up at
// once; none of them in titles, so that trees of words walk blocks.
TEST(ExecuteTest, BlocksLongerThanAWindowAreFoundWhole) {
  Random random(13);
  Corpus corpus(1);
  corpus.front().resize(20'000);
  for (TokenDocument& document : corpus.front()) {
    document.body.resize(Below(&random, 20), "filler");
    if (Below(&random, 80) != 0) continue;
    for (const char* const term : {"t0", "t1", "t2"}) {
      if (Below(&random, 3) > 0) document.body.insert(document.body.end(), 1 + Below(&random, 4), term);
    }
  }
  const auto view = MakeMemoryIndex(corpus, store::kMaxBlockPostings);
  const Reference reference(corpus, *view);
  for (const std::vector<const char*>& terms : {std::vector<const char*>{"t0", "t1"}, {"t0", "t1", "t2"}}) {
    for (const Kind kind : {Kind::kAnd, Kind::kOr}) {
      Expression expression;
      expression.kind = kind;
      for (const char* term : terms) expression.children.emplace_back().word = term;
      for (const size_t limit : {1, 10, 100}) {
        ExecuteOptions options;
        options.limit = limit;
        Outcome want = reference.Find(&expression, DocumentFilter(), options);
        EXPECT_EQ(Describe(Engine(*view, &expression, DocumentFilter(), options)), Describe(want));
        options.prune = false;
        EXPECT_EQ(Describe(Engine(*view, &expression, DocumentFilter(), options)), Describe(want));
        options.prune = true;
        options.count = false;
        want.total_count = 0;
        EXPECT_EQ(Describe(Engine(*view, &expression, DocumentFilter(), options)), Describe(want));
      }
    }
  }
}

TEST(ExecuteTest, PinnedNumbersKeepScoresWhileTheCollectionGrows) {
  Random random(11);
  Corpus corpus = RandomCorpus(&random);
  const auto before = MakeMemoryIndex(corpus, 4);
  Expression word;
  word.word = "t0";
  const DocumentFilter filter;
  const auto first_plan = SearchPlan::Make(*before, &word, filter, nullptr);
  const ScoringNumbers numbers = (*first_plan)->numbers();
  ExecuteOptions options;
  options.limit = 5;
  Interrupt interrupt(nullptr);
  const Outcome first = *Execute(first_plan->get(), options, &interrupt);

  corpus.push_back(corpus.front());
  const auto after = MakeMemoryIndex(corpus, 4);
  const auto second_plan = SearchPlan::Make(*after, &word, filter, &numbers);
  options.limit = 10'000;
  const Outcome second = *Execute(second_plan->get(), options, &interrupt);
  for (const Hit& hit : first.hits) {
    const auto found =
        std::find_if(second.hits.begin(), second.hits.end(), [&](const Hit& h) { return h.doc == hit.doc; });
    ASSERT_NE(found, second.hits.end());
    EXPECT_EQ(found->score, hit.score);
  }
}

TEST(ExecuteTest, NumbersOfAnotherExpressionAreRefused) {
  Random random(1);
  const auto view = MakeMemoryIndex(RandomCorpus(&random), 4);
  Expression word;
  word.word = "t0";
  for (const size_t count : {size_t{0}, size_t{2}}) {
    ScoringNumbers numbers;
    numbers.document_frequencies.resize(count);
    EXPECT_EQ(SearchPlan::Make(*view, &word, DocumentFilter(), &numbers).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
}

TEST(ExecuteTest, AnInterruptEndsALongWalk) {
  Corpus corpus(1);
  corpus.front().resize(10'000);
  for (TokenDocument& document : corpus.front()) document.body = {"t0"};
  const auto view = MakeMemoryIndex(corpus, 128);
  Expression word;
  word.word = "t0";
  const DocumentFilter filter;
  const auto plan = SearchPlan::Make(*view, &word, filter, nullptr);
  int calls = 0;
  Interrupt interrupt([&calls] { return ++calls < 5 ? absl::OkStatus() : absl::CancelledError("the caller left"); });
  ExecuteOptions options;
  options.prune = false;
  EXPECT_EQ(Execute(plan->get(), options, &interrupt).status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(calls, 5);
}

TEST(ExecuteTest, AnInterruptEndsALongWalkThatFindsNoCandidate) {
  Corpus corpus(1);
  corpus.front().resize(20'000);
  for (size_t i = 0; i < corpus.front().size(); ++i) corpus.front()[i].body = {i % 2 == 0 ? "t0" : "t1"};
  const auto view = MakeMemoryIndex(corpus, 128);
  Expression both;
  both.kind = Expression::Kind::kAnd;
  both.children.resize(2);
  both.children[0].word = "t0";
  both.children[1].word = "t1";
  const DocumentFilter filter;
  int calls = 0;
  const auto plan = SearchPlan::Make(*view, &both, filter, nullptr, [&calls] {
    return ++calls < 5 ? absl::OkStatus() : absl::CancelledError("the caller left");
  });
  ASSERT_TRUE(plan.ok()) << plan.status();
  Interrupt interrupt(nullptr);
  EXPECT_EQ(Execute(plan->get(), ExecuteOptions(), &interrupt).status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(calls, 5);
}

}  // namespace
}  // namespace factline::query
