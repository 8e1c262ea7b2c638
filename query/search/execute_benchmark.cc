#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "query/parse/query_parser.h"
#include "query/search/execute.h"
#include "query/testing/news_index.h"

// Top-10 latencies over a synthetic corpus in a real index: the claim that pruning pays, also with an exact count.
namespace factline::query {
namespace {

constexpr size_t kArticles = 20'000;
constexpr size_t kWords = 30'000;

// Words by a Zipf law, so that w0 stands in most articles and w9999 in few.
class WordSource {
 public:
  std::string Next() {
    const double u = std::uniform_real_distribution<double>(0, 1)(random_);
    const double rank = std::exp(u * std::log(static_cast<double>(kWords))) - 1;
    return "w" + std::to_string(static_cast<size_t>(rank));
  }
  uint32_t Length() { return 80 + static_cast<uint32_t>(random_() % 240); }

 private:
  std::mt19937 random_{42};
};

testing::NewsIndex* TheIndex() {
  static testing::NewsIndex* const index = [] {
    auto* made = new testing::NewsIndex();
    WordSource words;
    std::vector<testing::NewsArticle> batch;
    for (size_t i = 0; i < kArticles; ++i) {
      testing::NewsArticle article;
      article.id = "a" + std::to_string(i);
      for (int t = 0; t < 8; ++t) article.title += words.Next() + " ";
      for (uint32_t n = words.Length(); n > 0; --n) article.body += words.Next() + " ";
      article.published_seconds = static_cast<int64_t>(i);
      batch.push_back(std::move(article));
      if (batch.size() < 1000 && i + 1 < kArticles) continue;
      made->Commit(batch);
      made->MergeAll();
      batch.clear();
    }
    return made;
  }();
  return index;
}

void Run(benchmark::State& state, const char* query, bool count, bool prune) {
  const std::shared_ptr<const store::IndexView> view = TheIndex()->View();
  const std::optional<Expression> expression = *ParseQuery(query, TheIndex()->analyzer());
  const DocumentFilter filter;
  ExecuteOptions options;
  options.count = count;
  options.prune = prune;
  uint64_t total = 0;
  for (auto _ : state) {
    const auto plan = SearchPlan::Make(*view, &*expression, filter, nullptr);
    Interrupt interrupt(nullptr);
    const absl::StatusOr<Outcome> outcome = Execute(plan->get(), options, &interrupt);
    if (!outcome.ok()) std::abort();
    total = outcome->total_count;
    benchmark::DoNotOptimize(outcome->hits);
  }
  state.counters["matches"] = static_cast<double>(total);
  state.counters["segments"] = static_cast<double>(view->segments().size());
}

void Register(const char* name, const char* query) {
  const auto add = [&](const char* mode, bool count, bool prune) {
    const std::string line = std::string(name) + "/" + mode;
    benchmark::RegisterBenchmark(line.c_str(), [=](benchmark::State& state) {
      Run(state, query, count, prune);
    })->Unit(benchmark::kMicrosecond);
  };
  add("every_match_scored", true, false);
  add("pruned_and_counted", true, true);
  add("pruned", false, true);
}

}  // namespace
}  // namespace factline::query

int main(int argc, char** argv) {
  using factline::query::Register;
  Register("term_high", "w3");
  Register("term_mid", "w100");
  Register("term_low", "w5000");
  Register("and_2", "w5 w60");
  Register("and_3", "w2 w30 w400");
  Register("or_2", "w5 OR w60");
  Register("or_4", "w2 OR w30 OR w400 OR w3000");
  Register("phrase", "\"w1 w2\"");
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
