#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "query/facets/facet_search.h"
#include "query/testing/news_index.h"

// Facets over a synthetic corpus in a real index: the claim that columns pay. `walk` keeps no column, `cold` makes each
// for one request, `columns` has them.
namespace factline::query {
namespace {

constexpr size_t kArticles = 20'000;
constexpr size_t kEntities = 30'000;

class NewsSource {
 public:
  // Ranks by a Zipf law.
  size_t Rank(size_t count) {
    const double u = std::uniform_real_distribution<double>(0, 1)(random_);
    return static_cast<size_t>(std::exp(u * std::log(static_cast<double>(count))) - 1);
  }
  testing::NewsArticle Article(size_t number) {
    testing::NewsArticle article;
    article.id = "a" + std::to_string(number);
    for (int i = 0; i < 20; ++i) article.body += "w" + std::to_string(Rank(5000)) + " ";
    article.source = "source" + std::to_string(Rank(50));
    article.published_seconds = static_cast<int64_t>(number) * 3600;
    for (int i = 0; i < 12; ++i) {
      article.mentions.emplace_back("name" + std::to_string(Rank(kEntities)), v1::ENTITY_TYPE_ORG);
    }
    return article;
  }

 private:
  std::mt19937 random_{42};
};

testing::NewsIndex* TheIndex() {
  static testing::NewsIndex* const index = [] {
    auto* made = new testing::NewsIndex();
    NewsSource source;
    std::vector<testing::NewsArticle> batch;
    for (size_t i = 0; i < kArticles; ++i) {
      batch.push_back(source.Article(i));
      if (batch.size() < 1000 && i + 1 < kArticles) continue;
      made->Commit(batch);
      made->MergeAll();
      batch.clear();
    }
    return made;
  }();
  return index;
}

void Run(benchmark::State& state, const char* query, v1::FacetSpec::Field field, size_t budget_bytes, bool cold) {
  const std::shared_ptr<const store::IndexView> view = TheIndex()->View();
  v1::FacetSearchRequest request;
  request.set_query(query);
  request.add_facets()->set_field(field);
  auto columns = std::make_unique<FacetColumns>(budget_bytes);
  uint64_t total = 0;
  for (auto _ : state) {
    if (cold) columns = std::make_unique<FacetColumns>(budget_bytes);
    const auto response = FacetSearch(*view, request, TheIndex()->analyzer(), columns.get(), nullptr);
    if (!response.ok()) std::abort();
    total = response->total_count();
  }
  state.counters["matches"] = static_cast<double>(total);
  state.counters["column_bytes"] = static_cast<double>(columns->size_bytes());
}

void Register(const char* name, const char* query, v1::FacetSpec::Field field) {
  const auto add = [&](const char* mode, size_t budget_bytes, bool cold) {
    const std::string line = std::string(name) + "/" + mode;
    benchmark::RegisterBenchmark(line.c_str(), [=](benchmark::State& state) {
      Run(state, query, field, budget_bytes, cold);
    })->Unit(benchmark::kMicrosecond);
  };
  add("walk", 0, false);
  add("cold", 64 << 20, true);
  add("columns", 64 << 20, false);
}

}  // namespace
}  // namespace factline::query

int main(int argc, char** argv) {
  using factline::v1::FacetSpec;
  factline::query::Register("entity/all", "", FacetSpec::FIELD_ENTITY);
  factline::query::Register("entity/many", "w1", FacetSpec::FIELD_ENTITY);
  factline::query::Register("entity/few", "w900", FacetSpec::FIELD_ENTITY);
  factline::query::Register("source/all", "", FacetSpec::FIELD_SOURCE);
  factline::query::Register("source/few", "w900", FacetSpec::FIELD_SOURCE);
  factline::query::Register("day/all", "", FacetSpec::FIELD_PUBLISHED);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
