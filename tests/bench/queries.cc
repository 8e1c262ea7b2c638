#include "tests/bench/queries.h"

#include <random>
#include <string_view>

#include "protos/vocab/cat.h"

namespace factline::bench {
namespace {

// Runs of Han characters of a text, three bytes a character in the common planes.
std::vector<std::string_view> HanRuns(std::string_view text) {
  std::vector<std::string_view> runs;
  size_t begin = 0;
  size_t at = 0;
  const auto is_han = [&](size_t i) {
    return i + 3 <= text.size() && static_cast<unsigned char>(text[i]) >= 0xE4 &&
           static_cast<unsigned char>(text[i]) <= 0xE9;
  };
  while (at < text.size()) {
    if (is_han(at)) {
      at += 3;
      continue;
    }
    if (at > begin) runs.push_back(text.substr(begin, at - begin));
    begin = ++at;
  }
  if (at > begin) runs.push_back(text.substr(begin, at - begin));
  return runs;
}

// `characters` Han characters that stand together in the article; empty if it has no such run.
std::string Pick(const v1::Article& article, size_t characters, std::mt19937_64& random) {
  std::vector<std::string_view> long_enough;
  for (std::string_view run : HanRuns(article.body())) {
    if (run.size() >= characters * 3) long_enough.push_back(run);
  }
  if (long_enough.empty()) return "";
  const std::string_view run = long_enough[random() % long_enough.size()];
  return std::string(run.substr(random() % (run.size() / 3 - characters + 1) * 3, characters * 3));
}

}  // namespace

std::vector<std::pair<std::string, std::vector<v1::SearchRequest>>> MakeQueries(const Corpus& corpus, int per_kind) {
  std::mt19937_64 random(11);
  const std::vector<std::string> kinds = {"term", "and", "or", "phrase", "filtered"};
  std::vector<std::pair<std::string, std::vector<v1::SearchRequest>>> all;
  for (const std::string& kind : kinds) {
    std::vector<v1::SearchRequest> requests;
    while (requests.size() < per_kind) {
      const v1::Article& article = corpus.articles[random() % corpus.articles.size()];
      const v1::Article& other = corpus.articles[random() % corpus.articles.size()];
      const std::string one = Pick(article, 2, random);
      const std::string two = Pick(kind == "or" ? other : article, 2, random);
      const std::string phrase = Pick(article, 4, random);
      if (one.empty() || two.empty() || phrase.empty()) continue;
      v1::SearchRequest request;
      request.set_page_size(10);
      request.set_query(kind == "and"      ? Cat(one, " ", two)
                        : kind == "or"     ? Cat(one, " OR ", two)
                        : kind == "phrase" ? Cat("\"", phrase, "\"")
                                           : one);
      if (kind == "filtered") {
        request.mutable_filter()->add_sources(article.source());
        request.mutable_filter()->mutable_published_from()->set_seconds(article.published_time().seconds() -
                                                                        90 * 86400);
        request.mutable_filter()->mutable_published_before()->set_seconds(article.published_time().seconds() +
                                                                          90 * 86400);
      }
      requests.push_back(request);
    }
    all.emplace_back(kind, std::move(requests));
  }
  return all;
}

}  // namespace factline::bench
