// What one core does on the way from event to index, stage by stage: the ratios say where the time goes. NEWS holds a
// JSON object a line, with `id`, `title` and `body`; the index is made in DIRECTORY. On a quiet machine:
//   bazel run --config=opt //tests/rebuild:apply_bench -- NEWS.jsonl DIRECTORY [ARTICLES [BATCH]]

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "indexer/apply/document_builder.h"
#include "indexer/apply/verify.h"
#include "indexer/extract/extractor.h"
#include "indexer/store/writer.h"
#include "ingest/chunk/chunker.h"

namespace factline {
namespace {

class NoExtractor : public extract::Extractor {
 public:
  extract::Extraction Extract(const text::Analysis&, const std::vector<Span>&) const override { return {}; }
  std::string_view Version() const override { return "none"; }
};

std::string Text(const google::protobuf::Struct& line, const std::string& name) {
  const auto found = line.fields().find(name);
  return found == line.fields().end() ? std::string() : found->second.string_value();
}

storage::v1::LogEvent EventOf(const google::protobuf::Struct& line, size_t number) {
  storage::v1::LogEvent event;
  storage::v1::ArticleAccepted& accepted = *event.mutable_article_accepted();
  accepted.set_published_time_known(true);
  v1::StoredArticle& stored = *accepted.mutable_article();
  stored.set_id(Text(line, "id"));
  stored.set_version(1);
  stored.set_title(Text(line, "title"));
  stored.set_body(Text(line, "body"));
  stored.set_source("news");
  stored.set_language("zh");
  stored.mutable_published_time()->set_seconds(1'400'000'000 + static_cast<int64_t>(number) * 3600);
  for (const chunk::Chunk& chunk : chunk::ChunkBody(stored.body())) {
    v1::Chunk& added = *stored.add_chunks();
    added.mutable_span()->set_begin(chunk.span.begin);
    added.mutable_span()->set_end(chunk.span.end_exclusive);
    for (const Span sentence : chunk.sentences) {
      v1::Span& span = *added.add_sentences();
      span.set_begin(sentence.begin);
      span.set_end(sentence.end_exclusive);
    }
  }
  return event;
}

// What this thread has computed for: waits for the disk and for other processes do not count.
absl::Duration CpuTime() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return absl::DurationFromTimespec(time);
}

struct Figures {
  absl::Duration build, commit, merge;
  uint64_t facts = 0;
  uint64_t disk_bytes = 0;
};

absl::StatusOr<Figures> Measure(const std::vector<storage::v1::LogEvent>& events, const text::Analyzer& analyzer,
                                const extract::Extractor& extractor, const std::string& dir, size_t batch) {
  const apply::DocumentBuilder builder(analyzer, extractor);
  store::WriterOptions options;
  options.index_dir = dir;
  options.versions = apply::CurrentVersions(extractor);
  options.merge_bytes_per_second = 0;
  absl::StatusOr<std::unique_ptr<store::Writer>> writer = store::Writer::Open(options);
  if (!writer.ok()) return writer.status();
  Figures figures;
  for (size_t begin = 0; begin < events.size(); begin += batch) {
    const size_t end = std::min(events.size(), begin + batch);
    absl::Duration start = CpuTime();
    std::vector<store::Change> changes;
    for (size_t i = begin; i < end; ++i) {
      apply::BuiltChange built = builder.Build(Offset(i), events[i]);
      if (built.change.has_value()) changes.push_back(*std::move(built.change));
    }
    figures.build += CpuTime() - start;
    start = CpuTime();
    if (absl::Status status = (*writer)->Commit(std::move(changes), Offset(end)); !status.ok()) return status;
    figures.commit += CpuTime() - start;
    start = CpuTime();
    if (absl::Status status = (*writer)->MergeOnce().status(); !status.ok()) return status;
    figures.merge += CpuTime() - start;
  }
  const absl::StatusOr<store::IndexInfo> info = (*writer)->Info();
  if (!info.ok()) return info.status();
  figures.facts = info->facts;
  figures.disk_bytes = info->disk_bytes;
  return figures;
}

int Run(const std::string& news, const std::string& dir, size_t max_articles, size_t batch) {
  std::ifstream lines(news);
  std::vector<storage::v1::LogEvent> events;
  double megabytes = 0;
  for (std::string line; events.size() < max_articles && std::getline(lines, line);) {
    google::protobuf::Struct object;
    if (!google::protobuf::util::JsonStringToMessage(line, &object).ok()) continue;
    events.push_back(EventOf(object, events.size()));
    const v1::StoredArticle& article = events.back().article_accepted().article();
    megabytes += static_cast<double>(article.title().size() + article.body().size()) / 1e6;
  }
  if (events.empty()) return std::fprintf(stderr, "no articles in %s\n", news.c_str()), 1;
  std::printf("%zu articles, %.1f MB, batches of %zu; MB a second of CPU\n\n", events.size(), megabytes, batch);
  std::printf(
      "| what | build | commit | merge | all | facts | index bytes/input byte "
      "|\n|---|---|---|---|---|---|---|\n");
  const text::Analyzer analyzer;
  const auto row = [&](const char* what, const extract::Extractor& extractor) {
    const std::string index_dir = dir + "/apply_bench_index";
    std::filesystem::remove_all(index_dir);
    const absl::StatusOr<Figures> figures = Measure(events, analyzer, extractor, index_dir, batch);
    std::filesystem::remove_all(index_dir);
    if (!figures.ok()) return std::fprintf(stderr, "%s\n", figures.status().ToString().c_str()), false;
    const auto rate = [&](absl::Duration time) { return megabytes / absl::ToDoubleSeconds(time); };
    std::printf("| %s | %.2f | %.2f | %.2f | %.2f | %llu | %.2f |\n", what, rate(figures->build), rate(figures->commit),
                rate(figures->merge), rate(figures->build + figures->commit + figures->merge),
                static_cast<unsigned long long>(figures->facts),
                static_cast<double>(figures->disk_bytes) / 1e6 / megabytes);
    return true;
  };
  absl::StatusOr<std::unique_ptr<extract::Extractor>> extractor =
      extract::Extractor::Create(extract::BuiltInRulePacks());
  if (!extractor.ok()) return std::fprintf(stderr, "%s\n", extractor.status().ToString().c_str()), 1;
  return row("without extraction", NoExtractor()) && row("with extraction", **extractor) ? 0 : 1;
}

}  // namespace
}  // namespace factline

int main(int argc, char** argv) {
  if (argc < 3) return std::fprintf(stderr, "usage: apply_bench NEWS.jsonl DIRECTORY [ARTICLES [BATCH]]\n"), 2;
  const auto number = [&](int at, size_t otherwise) {
    return argc > at ? std::max<size_t>(1, std::strtoul(argv[at], nullptr, 10)) : otherwise;
  };
  return factline::Run(argv[1], argv[2], number(3, 10000), number(4, 64));
}
