#ifndef FACTLINE_DEPLOY_CLI_LOAD_QUERY_MIX_H_
#define FACTLINE_DEPLOY_CLI_LOAD_QUERY_MIX_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <istream>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "factline/v1/query_service.pb.h"

namespace factline::load {

using QueryRequest =
    std::variant<v1::SearchRequest, v1::ListFactsRequest, v1::GetArticleRequest, v1::FacetSearchRequest>;
inline constexpr size_t kQueryKinds = std::variant_size_v<QueryRequest>;
// By QueryRequest::index().
inline constexpr std::array<std::string_view, kQueryKinds> kQueryKindNames = {"search", "facts", "get_article",
                                                                              "facets"};

// How often each kind is asked, to each other; not all 0.
using QueryWeights = std::array<uint32_t, kQueryKinds>;
inline constexpr QueryWeights kUsualWeights = {6, 2, 1, 1};

// What queries ask for; neither list is empty.
struct QueryWords {
  std::vector<std::string> words;    // two Han characters that stand together, or a Latin word
  std::vector<std::string> phrases;  // likewise of four Han characters
};
// Draws them from a corpus, of which `sample` tells the `n`-th text; the same for the same seed and texts. Reads a
// bounded part of it. INVALID_ARGUMENT: that holds no word of four Latin letters and no two Han characters together.
using SampleText = std::function<std::string(uint64_t n)>;
absl::StatusOr<QueryWords> DrawWords(uint64_t seed, const SampleText& sample);

// What to ask next. The same for the same seed and words, but for the articles to get, and for the place of what is
// skipped. Thread-safe.
class QueryMix {
 public:
  // Searches (one word, both, a phrase, any, the newest in Chinese; ten results), lists of facts, articles that were
  // seen before (until then, searches instead) and counts by source, entity and day.
  QueryMix(uint64_t seed, const QueryWeights& weights, QueryWords words)
      : weights_(weights), words_(std::move(words)), random_(seed) {}
  // These in turn, again and again; at least one.
  explicit QueryMix(std::vector<QueryRequest> fixed) : fixed_(std::move(fixed)) {}

  QueryRequest Next();
  // Passes over the next one: its kind, QueryRequest::index().
  size_t Skip();
  void Saw(const std::string& article_id);

 private:
  // All with mutex_ held.
  size_t DrawKind();
  v1::SearchRequest Search();
  v1::ListFactsRequest Facts();
  v1::FacetSearchRequest Facets();
  const std::string& Word() { return words_.words[random_() % words_.words.size()]; }
  const std::string& Phrase() { return words_.phrases[random_() % words_.phrases.size()]; }

  const std::vector<QueryRequest> fixed_;  // empty: made as follows
  const QueryWeights weights_ = kUsualWeights;
  const QueryWords words_;

  std::mutex mutex_;  // guards what follows
  std::mt19937_64 random_;
  uint64_t asked_ = 0;
  uint64_t searches_ = 0;
  std::vector<std::string> seen_;  // the last articles
  uint64_t seen_count_ = 0;
};

// Queries from JSON lines, {"METHOD": REQUEST} in protobuf's JSON mapping: {"Search": {"query": "储能"}}. Methods are
// Search, ListFacts, GetArticle and FacetSearch. Empty lines are passed over. The error names line and fault.
absl::StatusOr<std::vector<QueryRequest>> ReadQueries(std::istream& lines, std::string_view file_name);

// `characters` (at least 1) Han characters that stand together in the text; empty if it has no such run.
std::string PickHan(std::string_view text, size_t characters, std::mt19937_64& random);

}  // namespace factline::load

#endif  // FACTLINE_DEPLOY_CLI_LOAD_QUERY_MIX_H_
