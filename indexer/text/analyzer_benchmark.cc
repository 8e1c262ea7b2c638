// The claim: text is analysed faster than the network brings it. Prints MB/s of UTF-8.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "indexer/text/analyzer.h"
#include "indexer/text/index_terms.h"

namespace factline::text {
namespace {

constexpr size_t kTextBytes = 1 << 20;

// News-like text: words and values in random order, a mark after every few.
std::string Generated() {
  static constexpr const char* kPieces[] = {
      "公司",
      "研究",
      "发布",
      "新材料",
      "合作",
      "经济",
      "发展",
      "技术",
      "的",
      "在",
      "了",
      "和",
      "重庆",
      "大学",
      "实验室",
      "今年1-2月",
      "同比增长12.5%",
      "约4亿元",
      "2024年3月24日",
      "2000多人",
      "25GWh",
      "表示",
      "产业",
      "国际",
      "會議",
      "项目",
      "GPT-4",
      "数据显示",
      "高质量",
      "生产线",
      "汽车",
      "镁合金",
      "市场",
      "负责人",
      "介绍",
      "推动",
      "创新",
      "企业",
      "建设",
  };
  std::mt19937 random(1);
  std::string text;
  while (text.size() < kTextBytes) {
    text += kPieces[random() % std::size(kPieces)];
    if (random() % 8 == 0) text += random() % 3 == 0 ? "。" : "，";
    if (random() % 100 == 0) text += "\n";
  }
  return text;
}

// The pages of the shared folder one after the other; empty where there is none.
std::string Pages() {
  const char* const shared = std::getenv("FACTLINE_SHARED");
  std::string text;
  if (shared == nullptr) return text;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(shared) / "pages", error)) {
    std::ifstream in(entry.path(), std::ios::binary);
    text.append(std::istreambuf_iterator<char>(in), {});
  }
  return text;
}

const std::string& TextFor(benchmark::State& state) {
  static const auto* const generated = new std::string(Generated());
  static const auto* const pages = new std::string(Pages());
  if (state.range(0) == 1 && pages->empty()) state.SkipWithError("FACTLINE_SHARED names no pages");
  return state.range(0) == 0 ? *generated : *pages;
}

template <typename Work>
void Run(benchmark::State& state, Work work) {
  const Analyzer analyzer;
  const std::string& text = TextFor(state);
  for (auto _ : state) work(analyzer, text);
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * static_cast<int64_t>(text.size()));
  state.SetLabel(state.range(0) == 0 ? "generated" : "pages");
}

void BM_Normalize(benchmark::State& state) {
  std::vector<NormalChar> chars;
  Run(state, [&](const Analyzer&, const std::string& text) {
    Normalize(text, chars);
    benchmark::DoNotOptimize(chars.data());
  });
}
BENCHMARK(BM_Normalize)->Arg(0)->Arg(1);

void BM_Tokenize(benchmark::State& state) {
  Run(state,
      [](const Analyzer& analyzer, const std::string& text) { benchmark::DoNotOptimize(analyzer.Tokenize(text)); });
}
BENCHMARK(BM_Tokenize)->Arg(0)->Arg(1);

void BM_Analyze(benchmark::State& state) {
  Run(state, [](const Analyzer& analyzer, const std::string& text) {
    benchmark::DoNotOptimize(analyzer.Analyze(text, absl::CivilDay(2024, 3, 24)));
  });
}
BENCHMARK(BM_Analyze)->Arg(0)->Arg(1);

// All that indexing one text takes.
void BM_TokenizeWordsAndGrams(benchmark::State& state) {
  Run(state, [](const Analyzer& analyzer, const std::string& text) {
    size_t terms = 0;
    const Analysis analysis = analyzer.Tokenize(text);
    ForEachDocumentWord(analysis, [&](std::string_view, Span) { ++terms; });
    ForEachGram(analysis, [&](std::string_view, uint32_t, Span) { ++terms; });
    benchmark::DoNotOptimize(terms);
  });
}
BENCHMARK(BM_TokenizeWordsAndGrams)->Arg(0)->Arg(1);

}  // namespace
}  // namespace factline::text

BENCHMARK_MAIN();
