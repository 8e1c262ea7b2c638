// The tagger's speed: megabytes of UTF-8 a second of CPU on one core, with the model of the program. With
// FACTLINE_SHARED the text is the annotated news articles' pages, else a generated one.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "indexer/tag/tagger.h"

namespace factline::tag {
namespace {

std::string SampleText() {
  std::string text;
  if (const char* shared = std::getenv("FACTLINE_SHARED"); shared != nullptr) {
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(shared) / "pages_news")) {
      std::ifstream in(entry.path());
      std::stringstream all;
      all << in.rdbuf();
      text += all.str();
    }
  }
  const std::string sentence = "远岭储能总经理林知远在松江港宣布，公司将与云泽大学合作，投资12亿元建设新型电池研究院。";
  while (text.size() < (1 << 18)) text += sentence;
  return text;
}

void Run(benchmark::State& state, const Tagger::Options& options) {
  const std::string text = SampleText();
  const Tagger tagger(Model::BuiltIn());
  Tagger::Scratch scratch;
  Tagging tagging;
  for (auto _ : state) {
    tagger.Tag(text, options, scratch, tagging);
    benchmark::DoNotOptimize(tagging.press.data());
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * static_cast<int64_t>(text.size()));
}

void BM_AllHeads(benchmark::State& state) { Run(state, {}); }
BENCHMARK(BM_AllHeads)->Unit(benchmark::kMillisecond);

void BM_NamesOnly(benchmark::State& state) { Run(state, {.words = false}); }
BENCHMARK(BM_NamesOnly)->Unit(benchmark::kMillisecond);

void BM_PressNamesOnly(benchmark::State& state) {
  Run(state, {.words = false, .details = false, .style = Style::kNeutral});
}
BENCHMARK(BM_PressNamesOnly)->Unit(benchmark::kMillisecond);

void BM_PatternsOnly(benchmark::State& state) {
  const std::string text = SampleText();
  std::vector<text::NormalChar> chars;
  text::Normalize(text, chars);
  PatternFinder finder{text::Dictionary()};
  for (auto _ : state) {
    for (size_t begin = 0, end; begin < chars.size(); begin = end) {
      end = WindowEnd(chars, begin);
      finder.Find(chars, begin, end);
      benchmark::DoNotOptimize(finder.patterns().data());
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * static_cast<int64_t>(text.size()));
}
BENCHMARK(BM_PatternsOnly)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace factline::tag

BENCHMARK_MAIN();
