// Throughput of extraction beside that of the analysis it builds on:
//   bazel run --config=opt //indexer/extract:extractor_bench

#include <benchmark/benchmark.h>

#include "indexer/extract/extractor.h"
#include "indexer/extract/sample_article.h"
#include "indexer/text/analyzer.h"

namespace factline::extract {
namespace {

void BM_Analyze(benchmark::State& state) {
  const text::Analyzer analyzer;
  for (auto _ : state) benchmark::DoNotOptimize(analyzer.Analyze(kSampleArticle).tokens.size());
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(kSampleArticle.size()));
}
BENCHMARK(BM_Analyze);

void BM_AnalyzeAndExtract(benchmark::State& state) {
  const text::Analyzer analyzer;
  const auto extractor = Extractor::Create(BuiltInRulePacks());
  const std::vector<Span> sentences = SampleSentences(kSampleArticle);
  for (auto _ : state) {
    const text::Analysis analysis = analyzer.Analyze(kSampleArticle);
    benchmark::DoNotOptimize((*extractor)->Extract(analysis, sentences).facts.size());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(kSampleArticle.size()));
}
BENCHMARK(BM_AnalyzeAndExtract);

}  // namespace
}  // namespace factline::extract

BENCHMARK_MAIN();
