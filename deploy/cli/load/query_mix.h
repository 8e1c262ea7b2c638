#ifndef FACTLINE_DEPLOY_CLI_LOAD_QUERY_MIX_H_
#define FACTLINE_DEPLOY_CLI_LOAD_QUERY_MIX_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <istream>
#include <mutex>
#include <optional>
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

// A text that queries take their words from: the `n`-th of a corpus.
using SampleText = std::function<std::string(uint64_t n)>;

// What to ask next. The same for the same seed and texts, but for the articles to get. One thread asks; Saw is for any.
class QueryMix {
 public:
  // Searches (one word, both, a phrase, any, the newest in Chinese; ten results), lists of facts, articles that were
  // seen before (until then, searches instead) and counts by source, entity and day.
  QueryMix(uint64_t seed, const QueryWeights& weights, SampleText sample)
      : weights_(weights), sample_(std::move(sample)), random_(seed) {}
  // These in turn, again and again; at least one.
  explicit QueryMix(std::vector<QueryRequest> fixed) : fixed_(std::move(fixed)) {}

  QueryRequest Next();
  void Saw(const std::string& article_id);

 private:
  v1::SearchRequest Search();
  v1::ListFactsRequest Facts();
  v1::FacetSearchRequest Facets();
  std::string Words(size_t han_characters);
  std::optional<std::string> ArticleSeen();

  std::vector<QueryRequest> fixed_;  // empty: made as follows
  QueryWeights weights_ = kUsualWeights;
  SampleText sample_;
  std::mt19937_64 random_;
  uint64_t asked_ = 0;
  uint64_t searches_ = 0;

  std::mutex mutex_;               // guards what follows
  std::vector<std::string> seen_;  // the last articles
  uint64_t seen_count_ = 0;
};

// Queries from JSON lines, {"METHOD": REQUEST} in protobuf's JSON mapping: {"Search": {"query": "储能"}}. Methods are
// Search, ListFacts, GetArticle and FacetSearch. Empty lines are passed over. The error names line and fault.
absl::StatusOr<std::vector<QueryRequest>> ReadQueries(std::istream& lines, std::string_view file_name);

// `characters` Han characters that stand together in the text; empty if it has no such run.
std::string PickHan(std::string_view text, size_t characters, std::mt19937_64& random);

}  // namespace factline::load

#endif  // FACTLINE_DEPLOY_CLI_LOAD_QUERY_MIX_H_
