// What a commit, a catch-up, a merge, an opening and a posting cost. Documents are random: as many words as a news
// article has, with frequencies that fall like those of a language.
#include <benchmark/benchmark.h>

#include <cmath>
#include <random>

#include "indexer/store/store_test_util.h"
#include "protos/vocab/cat.h"

namespace factline::store {
namespace {

using testing::Check;
using testing::MakeDocument;
using testing::Must;
using testing::TempDir;

std::string RandomText(size_t words, std::mt19937* rng) {
  std::string text;
  std::uniform_real_distribution<double> uniform(0, 1);
  for (size_t i = 0; i < words; ++i) {
    text += Cat("w", static_cast<uint64_t>(std::exp(uniform(*rng) * std::log(200'000.0))), " ");
  }
  return text;
}

std::vector<Change> RandomBatch(size_t documents, std::mt19937* rng) {
  static uint64_t next_id = 0;
  std::vector<Change> batch;
  for (size_t i = 0; i < documents; ++i) {
    batch.push_back(
        testing::Put(MakeDocument(Cat("article ", next_id++), 1, RandomText(12, rng), RandomText(400, rng))));
  }
  return batch;
}

WriterOptions Options(const TempDir& dir) {
  WriterOptions options = testing::SmallWriter(dir.path());
  options.max_fresh_segments = 24;
  return options;
}

void Commit(Writer* writer, std::vector<Change> batch) {
  Check(writer->Commit(std::move(batch), Offset(writer->consumed_offset().value() + 1)));
}

// Synced commits of `range` documents, merges kept up with outside the clock.
void BM_Commit(benchmark::State& state) {
  TempDir dir;
  std::mt19937 rng(1);
  const auto writer = Must(Writer::Open(Options(dir)));
  for (auto _ : state) {
    state.PauseTiming();
    while (Must(writer->MergeOnce())) {
    }
    std::vector<Change> batch = RandomBatch(static_cast<size_t>(state.range(0)), &rng);
    state.ResumeTiming();
    Commit(writer.get(), std::move(batch));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_Commit)->Arg(1)->Arg(64)->Arg(512)->Unit(benchmark::kMillisecond)->UseRealTime();

// A catch-up that finds one batch of `range` documents; 0: nothing new.
void BM_CatchUp(benchmark::State& state) {
  TempDir dir;
  std::mt19937 rng(2);
  const auto writer = Must(Writer::Open(Options(dir)));
  Commit(writer.get(), RandomBatch(64, &rng));
  const auto reader = Must(Reader::Open(testing::SmallReader(dir.path())));
  for (auto _ : state) {
    if (state.range(0) > 0) {
      state.PauseTiming();
      while (Must(writer->MergeOnce())) {
      }
      Commit(writer.get(), RandomBatch(static_cast<size_t>(state.range(0)), &rng));
      state.ResumeTiming();
    }
    Check(reader->CatchUp());
  }
}
BENCHMARK(BM_CatchUp)->Arg(0)->Arg(64)->Unit(benchmark::kMicrosecond)->UseRealTime();

// One merge of 25 fresh segments of 64 documents.
void BM_MergeFresh(benchmark::State& state) {
  std::mt19937 rng(3);
  uint64_t merged_bytes = 0;
  for (auto _ : state) {
    state.PauseTiming();
    auto dir = std::make_unique<TempDir>();
    auto writer = Must(Writer::Open(Options(*dir)));
    for (int i = 0; i < 25; ++i) Commit(writer.get(), RandomBatch(64, &rng));
    state.ResumeTiming();
    Must(writer->MergeOnce());
    state.PauseTiming();
    merged_bytes += Must(writer->Info()).merged_bytes;
    writer.reset();
    dir.reset();
    state.ResumeTiming();
  }
  state.SetBytesProcessed(static_cast<int64_t>(merged_bytes));
}
BENCHMARK(BM_MergeFresh)->Unit(benchmark::kMillisecond)->UseRealTime();

// Opening a reader on 40,000 articles, up to its first view.
void BM_OpenReader(benchmark::State& state) {
  TempDir dir;
  std::mt19937 rng(4);
  {
    const auto writer = Must(Writer::Open(Options(dir)));
    for (int i = 0; i < 40'000 / 256; ++i) {
      Commit(writer.get(), RandomBatch(256, &rng));
      while (Must(writer->MergeOnce())) {
      }
    }
    const IndexInfo info = Must(writer->Info());
    state.counters["disk_MiB"] = static_cast<double>(info.disk_bytes) / (1 << 20);
    state.counters["segments"] = static_cast<double>(info.segments.size());
  }
  for (auto _ : state) {
    const auto reader = Must(Reader::Open(testing::SmallReader(dir.path())));
    benchmark::DoNotOptimize(reader->View());
  }
}
BENCHMARK(BM_OpenReader)->Unit(benchmark::kMillisecond)->UseRealTime()->MinTime(2);

// Postings of the most frequent word, warm: time a posting.
void BM_WalkPostings(benchmark::State& state) {
  TempDir dir;
  std::mt19937 rng(5);
  const auto writer = Must(Writer::Open(Options(dir)));
  for (int i = 0; i < 25; ++i) Commit(writer.get(), RandomBatch(256, &rng));
  while (Must(writer->MergeOnce())) {
  }
  const auto reader = Must(Reader::Open(testing::SmallReader(dir.path())));
  const auto view = reader->View();
  int64_t postings = 0;
  for (auto _ : state) {
    for (const auto& segment : view->segments()) {
      const auto cursor = Must(segment->Postings(Field::kBodyWord, "w1"));
      while (cursor != nullptr && cursor->Next() != kNoMoreDocs) ++postings;
    }
  }
  state.SetItemsProcessed(postings);
}
BENCHMARK(BM_WalkPostings)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace factline::store

BENCHMARK_MAIN();
