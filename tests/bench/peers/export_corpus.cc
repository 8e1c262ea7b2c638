// Writes the corpus of tests/bench as lines of tokens that every engine indexes alike (README.md, "Corpus").
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "indexer/text/analyzer.h"
#include "indexer/text/index_terms.h"
#include "tests/bench/corpus.h"

namespace factline::bench {
namespace {

constexpr size_t kMaxTokenBytes = 200;  // Xapian's terms end at 245
constexpr size_t kDealtSources = 40;

struct Options {
  size_t articles = 40'000;
  size_t times = 1;
  uint32_t seed = 1;
  std::string out;
};

bool IsToken(std::string_view term) {
  return !term.empty() && term.size() <= kMaxTokenBytes && term.find_first_of(" \t\r\n") == std::string_view::npos;
}

std::string Tokens(const text::Analyzer& analyzer, std::string_view text) {
  std::string tokens;
  const text::Analysis analysis = analyzer.Tokenize(text);
  text::ForEachDocumentWord(analysis, [&tokens](std::string_view term, Span) {
    if (!IsToken(term)) return;
    if (!tokens.empty()) tokens += ' ';
    tokens += term;
  });
  return tokens;
}

// The text cut after each Chinese or line end.
std::vector<std::string_view> Sentences(std::string_view text) {
  constexpr std::string_view kEnds[] = {"。", "！", "？", "\n"};
  std::vector<std::string_view> sentences;
  while (!text.empty()) {
    size_t end = text.size();
    for (const std::string_view mark : kEnds) {
      const size_t at = text.find(mark);
      if (at != std::string_view::npos) end = std::min(end, at + mark.size());
    }
    sentences.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return sentences;
}

class Exporter {
 public:
  Exporter(const Options& options, std::FILE* out) : times_(options.times), random_(options.seed), out_(out) {}

  void Run(const Corpus& corpus) {
    for (const v1::Article& article : corpus.articles) Take(article);
    for (size_t round = 0; round < times_; ++round) {
      // The first round is the corpus itself; in the others each sentence goes to another place.
      if (round > 0) std::shuffle(sentences_.begin(), sentences_.end(), random_);
      size_t next = 0;
      for (const Head& head : heads_) {
        std::fprintf(out_, "%zu\t%lld\t%s\t%s\t", number_++, static_cast<long long>(head.published_seconds),
                     SourceOf(head).c_str(), head.title.c_str());
        const char* separator = "";
        for (size_t i = 0; i < head.sentence_count; ++i, ++next) {
          if (sentences_[next].empty()) continue;
          std::fprintf(out_, "%s%s", separator, sentences_[next].c_str());
          separator = " ";
        }
        std::fputc('\n', out_);
      }
    }
  }

 private:
  struct Head {
    int64_t published_seconds = 0;
    std::string source;
    std::string title;
    size_t sentence_count = 0;
  };

  void Take(const v1::Article& article) {
    Head head{article.published_time().seconds(), article.source(), Tokens(analyzer_, article.title())};
    if (heads_.empty()) {
      first_source_ = head.source;
    } else {
      has_sources_ = has_sources_ || head.source != first_source_;
    }
    for (const std::string_view sentence : Sentences(article.body())) {
      sentences_.push_back(Tokens(analyzer_, sentence));
      ++head.sentence_count;
    }
    heads_.push_back(std::move(head));
  }

  // A corpus of one source is dealt to forty, the first of which get most.
  std::string SourceOf(const Head& head) {
    if (has_sources_) return head.source;
    const size_t a = random_() % kDealtSources;
    const size_t b = random_() % kDealtSources;
    return "source" + std::to_string(a * b / kDealtSources);
  }

  const text::Analyzer analyzer_;
  const size_t times_;
  std::mt19937 random_;
  std::FILE* const out_;
  std::vector<Head> heads_;
  std::vector<std::string> sentences_;  // of all articles, in order
  std::string first_source_;
  bool has_sources_ = false;
  size_t number_ = 0;
};

Options ReadOptions(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--articles") options.articles = std::strtoull(argv[i + 1], nullptr, 10);
    if (name == "--times") options.times = std::strtoull(argv[i + 1], nullptr, 10);
    if (name == "--seed") options.seed = static_cast<uint32_t>(std::strtoull(argv[i + 1], nullptr, 10));
    if (name == "--out") options.out = argv[i + 1];
  }
  return options;
}

int Main(int argc, char** argv) {
  const Options options = ReadOptions(argc, argv);
  if (options.out.empty()) {
    std::fprintf(stderr, "usage: export_corpus --out FILE [--articles N] [--times N] [--seed N]\n");
    return 2;
  }
  const absl::StatusOr<Corpus> corpus = LoadCorpus(options.articles);
  if (!corpus.ok()) {
    std::fprintf(stderr, "%s\n", corpus.status().ToString().c_str());
    return 1;
  }
  std::FILE* const out = std::fopen(options.out.c_str(), "w");
  if (out == nullptr) {
    std::fprintf(stderr, "cannot write %s\n", options.out.c_str());
    return 1;
  }
  Exporter(options, out).Run(*corpus);
  if (std::fclose(out) != 0) return 1;
  std::printf("%s\t%zu\n", corpus->name.c_str(), corpus->articles.size() * options.times);
  return 0;
}

}  // namespace
}  // namespace factline::bench

int main(int argc, char** argv) { return factline::bench::Main(argc, argv); }
