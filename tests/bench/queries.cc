#include "tests/bench/queries.h"

#include <random>

#include "deploy/cli/load/query_mix.h"
#include "protos/vocab/cat.h"

namespace factline::bench {

std::vector<std::pair<std::string, std::vector<v1::SearchRequest>>> MakeQueries(const Corpus& corpus, int per_kind) {
  std::mt19937_64 random(11);
  const std::vector<std::string> kinds = {"term", "and", "or", "phrase", "filtered"};
  std::vector<std::pair<std::string, std::vector<v1::SearchRequest>>> all;
  for (const std::string& kind : kinds) {
    std::vector<v1::SearchRequest> requests;
    while (requests.size() < per_kind) {
      const v1::Article& article = corpus.articles[random() % corpus.articles.size()];
      const v1::Article& other = corpus.articles[random() % corpus.articles.size()];
      const std::string one = load::PickHan(article.body(), 2, random);
      const std::string two = load::PickHan((kind == "or" ? other : article).body(), 2, random);
      const std::string phrase = load::PickHan(article.body(), 4, random);
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
