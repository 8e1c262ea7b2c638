#include "deploy/cli/load/query_mix.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/ascii.h"
#include "protos/vocab/status.h"

namespace factline::load {
namespace {

constexpr size_t kSeenArticles = 1024;
constexpr size_t kMaxQueries = 1'000'000;
constexpr int32_t kPageSize = 10;
constexpr std::array<std::string_view, kQueryKinds> kMethods = {"Search", "ListFacts", "GetArticle", "FacetSearch"};

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

// A word of ASCII letters; empty if there is none of four or more.
std::string PickLatin(std::string_view text, std::mt19937_64& random) {
  std::vector<std::string> words;
  std::string word;
  for (char c : text) {
    if (absl::ascii_isalpha(static_cast<unsigned char>(c))) {
      word += c;
      continue;
    }
    if (word.size() >= 4) words.push_back(word);
    word.clear();
  }
  if (word.size() >= 4) words.push_back(word);
  return words.empty() ? "" : words[random() % words.size()];
}

template <size_t kind = 0>
QueryRequest EmptyRequest(size_t wanted) {
  if constexpr (kind + 1 < kQueryKinds) {
    if (wanted != kind) return EmptyRequest<kind + 1>(wanted);
  }
  return QueryRequest(std::in_place_index<kind>);
}

absl::StatusOr<QueryRequest> ParseQuery(const std::string& line) {
  google::protobuf::Struct object;
  if (!google::protobuf::util::JsonStringToMessage(line, &object).ok() || object.fields_size() != 1) {
    return absl::InvalidArgumentError("want {\"METHOD\": REQUEST}");
  }
  const auto& [method, value] = *object.fields().begin();
  const auto* const found = std::find(kMethods.begin(), kMethods.end(), method);
  if (found == kMethods.end()) {
    return absl::InvalidArgumentError(Cat("'", method, "': want Search, ListFacts, GetArticle or FacetSearch"));
  }
  QueryRequest request = EmptyRequest(static_cast<size_t>(found - kMethods.begin()));
  std::string json;
  auto status = google::protobuf::util::MessageToJsonString(value, &json);
  if (status.ok()) {
    status =
        std::visit([&](auto& message) { return google::protobuf::util::JsonStringToMessage(json, &message); }, request);
  }
  if (!status.ok()) return absl::InvalidArgumentError(Cat(method, ": ", std::string(status.message())));
  return request;
}

}  // namespace

std::string PickHan(std::string_view text, size_t characters, std::mt19937_64& random) {
  std::vector<std::string_view> long_enough;
  for (std::string_view run : HanRuns(text)) {
    if (run.size() >= characters * 3) long_enough.push_back(run);
  }
  if (long_enough.empty()) return "";
  const std::string_view run = long_enough[random() % long_enough.size()];
  return std::string(run.substr(random() % (run.size() / 3 - characters + 1) * 3, characters * 3));
}

absl::StatusOr<std::vector<QueryRequest>> ReadQueries(std::istream& lines, std::string_view file_name) {
  std::vector<QueryRequest> requests;
  size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (absl::StripAsciiWhitespace(line).empty()) continue;
    absl::StatusOr<QueryRequest> request = ParseQuery(line);
    if (!request.ok()) {
      return absl::InvalidArgumentError(Cat(file_name, ":", number, ": ", ToStd(request.status().message())));
    }
    if (requests.size() == kMaxQueries) {
      return absl::InvalidArgumentError(Cat(file_name, ": more than ", kMaxQueries, " queries"));
    }
    requests.push_back(*std::move(request));
  }
  if (requests.empty()) return absl::InvalidArgumentError(Cat(file_name, ": holds no query"));
  return requests;
}

QueryRequest QueryMix::Next() {
  ++asked_;
  if (!fixed_.empty()) return fixed_[(asked_ - 1) % fixed_.size()];
  uint64_t draw = random_() % std::accumulate(weights_.begin(), weights_.end(), uint64_t{0});
  size_t kind = 0;
  for (; draw >= weights_[kind]; ++kind) draw -= weights_[kind];
  switch (kind) {  // as in QueryRequest
    case 1:
      return Facts();
    case 2:
      if (std::optional<std::string> id = ArticleSeen(); id.has_value()) {
        v1::GetArticleRequest request;
        request.set_id(*std::move(id));
        return request;
      }
      return Search();
    case 3:
      return Facets();
    default:
      return Search();
  }
}

void QueryMix::Saw(const std::string& article_id) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (seen_.size() < kSeenArticles) {
    seen_.push_back(article_id);
  } else {
    seen_[seen_count_ % kSeenArticles] = article_id;
  }
  ++seen_count_;
}

std::optional<std::string> QueryMix::ArticleSeen() {
  const uint64_t draw = random_();
  const std::lock_guard<std::mutex> lock(mutex_);
  if (seen_.empty()) return std::nullopt;
  return seen_[draw % seen_.size()];
}

std::string QueryMix::Words(size_t han_characters) {
  constexpr int kTries = 8;
  for (int i = 0; i < kTries; ++i) {
    const std::string text = sample_(random_());
    std::string words = PickHan(text, han_characters, random_);
    if (words.empty()) words = PickLatin(text, random_);
    if (!words.empty()) return words;
  }
  return "";
}

v1::SearchRequest QueryMix::Search() {
  v1::SearchRequest request;
  request.set_page_size(kPageSize);
  switch (searches_++ % 5) {
    case 0:
      request.set_query(Words(2));
      break;
    case 1:
      request.set_query(Cat(Words(2), " ", Words(2)));
      break;
    case 2:
      request.set_query(Cat("\"", Words(4), "\""));
      break;
    case 3:
      request.set_query(Cat(Words(2), Words(2)));
      request.set_match(v1::SearchRequest::MATCH_ANY);
      break;
    default:
      request.set_query(Words(2));
      request.mutable_filter()->add_languages("zh");
      request.set_order(v1::SearchRequest::ORDER_NEWEST);
  }
  return request;
}

v1::ListFactsRequest QueryMix::Facts() {
  constexpr std::string_view kFilters[] = {
      "",
      "predicate = invests_in",
      "modality = planned",
      "predicate = measure AND unit = CNY AND value >= 100000000",
      "published >= 2024-01-01",
  };
  v1::ListFactsRequest request;
  request.set_page_size(kPageSize);
  request.set_filter(std::string(kFilters[random_() % std::size(kFilters)]));
  return request;
}

v1::FacetSearchRequest QueryMix::Facets() {
  v1::FacetSearchRequest request;
  request.set_query(Words(2));
  for (const auto field : {v1::FacetSpec::FIELD_SOURCE, v1::FacetSpec::FIELD_ENTITY, v1::FacetSpec::FIELD_PUBLISHED}) {
    request.add_facets()->set_field(field);
  }
  return request;
}

}  // namespace factline::load
