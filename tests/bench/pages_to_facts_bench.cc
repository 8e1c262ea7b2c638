// What one core does on the way from page to facts, stage by stage, in CPU time: no log, no index, no network.
//   bazel run --config=opt //tests/bench:pages_to_facts_bench [-- --articles=2000 --rounds=5 --dump=FILE]
// --dump writes all that was extracted as text, so that the answers of two builds can be compared byte for byte.
//
// Input are FACTLINE_SHARED's newspaper pages, its pages of one article each and a sample of its news archive, each
// article as a page of title and body; without that folder the project's sample pages and made-up news.

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "indexer/extract/extractor.h"
#include "indexer/text/analyzer.h"
#include "ingest/chunk/chunker.h"
#include "ingest/page/page_splitter.h"
#include "protos/vocab/cat.h"
#include "tests/bench/corpus.h"

namespace factline::bench {
namespace {

struct PageSet {
  std::string name;
  std::vector<std::string> pages;
  uint64_t bytes = 0;
};

struct Options {
  size_t articles = 2000;
  size_t rounds = 5;
  std::string dump;
};

PageSet ReadPages(const std::string& name, const std::filesystem::path& folder) {
  PageSet set{.name = name};
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    set.pages.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    set.bytes += set.pages.back().size();
  }
  return set;
}

std::vector<PageSet> ReadInput(size_t max_articles) {
  std::vector<PageSet> sets;
  const char* shared = std::getenv("FACTLINE_SHARED");
  if (shared != nullptr && std::filesystem::exists(std::filesystem::path(shared) / "pages")) {
    sets.push_back(ReadPages("newspaper pages", std::filesystem::path(shared) / "pages"));
    sets.push_back(ReadPages("news pages", std::filesystem::path(shared) / "pages_news"));
  } else {
    sets.push_back(ReadPages("sample pages", "deploy/samples"));
  }
  absl::StatusOr<Corpus> corpus = LoadCorpus(max_articles);
  if (!corpus.ok()) {
    std::fprintf(stderr, "%s\n", std::string(corpus.status().message()).c_str());
    std::exit(1);
  }
  PageSet news{.name = corpus->name};
  for (const v1::Article& article : corpus->articles) {
    news.pages.push_back(Cat(article.title(), "\n", article.body()));
    news.bytes += news.pages.back().size();
  }
  sets.push_back(std::move(news));
  std::erase_if(sets, [](const PageSet& set) { return set.pages.empty(); });
  return sets;
}

// What this thread has computed for: waits and other processes do not count.
absl::Duration CpuTime() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return absl::DurationFromTimespec(time);
}

struct Costs {
  absl::Duration split, sentences, analysis, extraction;
  uint64_t articles = 0, entities = 0, facts = 0;

  absl::Duration Sum() const { return split + sentences + analysis + extraction; }
};

std::string Show(const extract::Argument& argument) {
  return Cat(argument.entity, "|", argument.text, "|", argument.span.begin, "-", argument.span.end_exclusive);
}

void Dump(const extract::Extraction& extraction, std::ostream& out) {
  out << "ARTICLE\n";
  for (const extract::Entity& entity : extraction.entities) {
    out << "E\t" << extract::EntityTypeName(entity.type) << "\t" << entity.name << "\t" << entity.norm;
    for (const std::string& alias : entity.aliases) out << "\t" << alias;
    for (const extract::Mention& mention : entity.mentions) {
      out << "\t" << mention.span.begin << "-" << mention.span.end_exclusive;
    }
    out << "\n";
  }
  for (const extract::Fact& fact : extraction.facts) {
    out << "F\t" << fact.rule_id << "\t" << fact.predicate << "\t" << Show(fact.subject) << "\t" << Show(fact.object);
    if (fact.value.has_value()) {
      out << "\t" << fact.value->norm << "|" << fact.value->span.begin << "-" << fact.value->span.end_exclusive << "|"
          << fact.value->context.begin << "-" << fact.value->context.end_exclusive << "|"
          << extract::ComparatorSign(fact.value->comparator) << "|" << extract::ChangeName(fact.value->change);
    }
    for (const auto& [name, text] : fact.qualifiers) out << "\t" << name << "=" << text;
    out << "\t" << extract::ModalityName(fact.modality) << "\t" << fact.source << "\t" << fact.confidence << "\t"
        << fact.evidence.begin << "-" << fact.evidence.end_exclusive << "\n";
  }
}

class Pipeline {
 public:
  explicit Pipeline(std::unique_ptr<extract::Extractor> extractor) : extractor_(std::move(extractor)) {}

  void Run(const std::string& text, Costs& costs, std::ostream* dump) const {
    absl::Duration before = CpuTime();
    const auto lap = [&](absl::Duration& cost) {
      const absl::Duration now = CpuTime();
      cost += now - before;
      before = now;
    };
    const absl::StatusOr<std::vector<page::PageArticle>> articles = page::SplitPage(text);
    lap(costs.split);
    if (!articles.ok()) return;
    for (const page::PageArticle& article : *articles) {
      std::vector<Span> sentences;
      for (const chunk::Chunk& chunk : chunk::ChunkBody(article.body)) {
        sentences.insert(sentences.end(), chunk.sentences.begin(), chunk.sentences.end());
      }
      lap(costs.sentences);
      const absl::CivilDay published(2018, 6, 1);
      const text::Analysis analysis = analyzer_.Analyze(article.body, published);
      lap(costs.analysis);
      const extract::Extraction extraction = extractor_->Extract(analysis, sentences);
      lap(costs.extraction);
      ++costs.articles;
      costs.entities += extraction.entities.size();
      costs.facts += extraction.facts.size();
      if (dump != nullptr) Dump(extraction, *dump);
      before = CpuTime();
    }
  }

 private:
  const text::Analyzer analyzer_;
  const std::unique_ptr<extract::Extractor> extractor_;
};

double Rate(uint64_t bytes, absl::Duration cost) {
  return static_cast<double>(bytes) / 1e6 / absl::ToDoubleSeconds(cost);
}

void Measure(const Pipeline& pipeline, const PageSet& set, const Options& options, std::ostream* dump) {
  // A set of a few pages is read several times a round, so that a round is no blink.
  constexpr uint64_t kRoundBytes = 1'000'000;
  const uint64_t times = 1 + kRoundBytes / set.bytes;
  Costs best;
  for (size_t round = 0; round < options.rounds; ++round) {
    Costs costs;
    for (uint64_t i = 0; i < times; ++i) {
      for (const std::string& page : set.pages) pipeline.Run(page, costs, round == 0 && i == 0 ? dump : nullptr);
    }
    if (round == 0 || costs.Sum() < best.Sum()) best = costs;
  }
  const uint64_t bytes = set.bytes * times;
  std::printf("%-28s %8llu %8.1f %8.1f %8.1f %8.1f %8.1f %8.2f %8llu %8llu\n", set.name.c_str(),
              static_cast<unsigned long long>(best.articles / times), static_cast<double>(set.bytes) / 1e3,
              Rate(bytes, best.split), Rate(bytes, best.sentences), Rate(bytes, best.analysis),
              Rate(bytes, best.extraction), Rate(bytes, best.Sum()),
              static_cast<unsigned long long>(best.entities / times),
              static_cast<unsigned long long>(best.facts / times));
}

// What this process holds in memory, in MB.
double ResidentMegabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    constexpr std::string_view kName = "VmRSS:";
    if (line.starts_with(kName)) return std::strtod(line.c_str() + kName.size(), nullptr) * 1024 / 1e6;
  }
  return 0;
}

int Main(const Options& options) {
  auto extractor = extract::Extractor::Create(extract::BuiltInRulePacks());
  if (!extractor.ok()) {
    std::fprintf(stderr, "%s\n", std::string(extractor.status().message()).c_str());
    return 1;
  }
  const Pipeline pipeline(*std::move(extractor));
  std::ofstream dump;
  if (!options.dump.empty()) dump.open(options.dump, std::ios::binary);
  std::printf("MB/s of UTF-8 in CPU time of one thread, best of %zu rounds\n", options.rounds);
  std::printf("%-28s %8s %8s %8s %8s %8s %8s %8s %8s %8s\n", "input", "articles", "kB", "split", "sentence", "analyse",
              "extract", "whole", "entities", "facts");
  const double loaded = ResidentMegabytes();
  uint64_t input_bytes = 0;
  for (const PageSet& set : ReadInput(options.articles)) {
    Measure(pipeline, set, options, dump.is_open() ? &dump : nullptr);
    input_bytes += set.bytes;
  }
  std::printf("resident memory: %.0f MB with everything loaded, %.0f MB at the end, which holds %.0f MB of input\n",
              loaded, ResidentMegabytes(), static_cast<double>(input_bytes) / 1e6);
  return 0;
}

}  // namespace
}  // namespace factline::bench

int main(int argc, char** argv) {
  factline::bench::Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const auto value = [&](std::string_view flag) { return argv[i] + flag.size(); };
    if (argument.starts_with("--articles=")) {
      options.articles = std::strtoul(value("--articles="), nullptr, 10);
    } else if (argument.starts_with("--rounds=")) {
      options.rounds = std::max<size_t>(1, std::strtoul(value("--rounds="), nullptr, 10));
    } else if (argument.starts_with("--dump=")) {
      options.dump = value("--dump=");
    } else {
      std::fprintf(stderr, "want --articles=N, --rounds=N or --dump=FILE: %s\n", argv[i]);
      return 2;
    }
  }
  return factline::bench::Main(options);
}
