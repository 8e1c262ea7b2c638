#ifndef FACTLINE_TESTS_HARNESS_NEWS_H_
#define FACTLINE_TESTS_HARNESS_NEWS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "factline/v1/article.pb.h"

namespace factline::harness {

// Made-up news, the same for the same seed: sentences with companies, people, money, plans and measures, so that
// extraction and search have work to do. The word "marker" with the seed ("marker42") occurs in the title alone and
// finds it.
struct NewsOptions {
  size_t body_bytes = 1500;  // about; at least one sentence
  std::string id_prefix = "n";
};
v1::Article MakeArticle(uint64_t seed, const NewsOptions& options = {});

// The word of an article's title that no other article has.
std::string MarkerOf(uint64_t seed);

// A page with three articles, bylines and a caption.
v1::Page MakePage(uint64_t seed);

}  // namespace factline::harness

#endif  // FACTLINE_TESTS_HARNESS_NEWS_H_
