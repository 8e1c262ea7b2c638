#ifndef FACTLINE_TESTS_BENCH_CORPUS_H_
#define FACTLINE_TESTS_BENCH_CORPUS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "factline/v1/article.pb.h"

namespace factline::bench {

struct Corpus {
  std::string name;
  std::vector<v1::Article> articles;
  uint64_t text_bytes = 0;  // titles and bodies

  // Removes and returns the last `count` articles, at most half of them.
  std::vector<v1::Article> TakeLast(size_t count);
};

// The news of FACTLINE_SHARED (data/news/*.jsonl.xz, read by `xz`), at most `max_articles` of it; without that folder
// as many made-up articles.
absl::StatusOr<Corpus> LoadCorpus(size_t max_articles);

}  // namespace factline::bench

#endif  // FACTLINE_TESTS_BENCH_CORPUS_H_
