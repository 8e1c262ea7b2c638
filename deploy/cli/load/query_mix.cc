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
// What words are drawn from.
constexpr uint64_t kSampleTexts = 4096;
constexpr uint64_t kSampleBytes = 64 << 20;
constexpr int kWordsOfEachText = 4;
// QueryRequest::index().
constexpr size_t kSearch = 0, kFacts = 1, kGetArticle = 2, kFacets = 3;
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

absl::StatusOr<QueryWords> DrawWords(uint64_t seed, const SampleText& sample) {
  std::mt19937_64 random(seed);
  QueryWords drawn;
  uint64_t bytes = 0;
  for (uint64_t n = 0; n < kSampleTexts && bytes < kSampleBytes; ++n) {
    const std::string text = sample(n);
    bytes += text.size();
    for (int i = 0; i < kWordsOfEachText; ++i) {
      for (auto& [list, characters] : {std::pair(&drawn.words, 2), std::pair(&drawn.phrases, 4)}) {
        std::string word = PickHan(text, characters, random);
        if (word.empty()) word = PickLatin(text, random);
        if (!word.empty()) list->push_back(std::move(word));
      }
    }
  }
  if (drawn.words.empty()) {
    return absl::InvalidArgumentError(
        "the texts hold nothing to search for: no word of four Latin letters, no two Han characters together");
  }
  if (drawn.phrases.empty()) drawn.phrases = drawn.words;
  return drawn;
}

size_t QueryMix::DrawKind() {
  if (!fixed_.empty()) return fixed_[asked_++ % fixed_.size()].index();
  uint64_t draw = random_() % std::accumulate(weights_.begin(), weights_.end(), uint64_t{0});
  size_t kind = 0;
  for (; draw >= weights_[kind]; ++kind) draw -= weights_[kind];
  return kind == kGetArticle && seen_.empty() ? kSearch : kind;
}

size_t QueryMix::Skip() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return DrawKind();
}

QueryRequest QueryMix::Next() {
  const std::lock_guard<std::mutex> lock(mutex_);
  const size_t kind = DrawKind();
  if (!fixed_.empty()) return fixed_[(asked_ - 1) % fixed_.size()];
  switch (kind) {
    case kFacts:
      return Facts();
    case kGetArticle: {
      v1::GetArticleRequest request;
      request.set_id(seen_[random_() % seen_.size()]);
      return request;
    }
    case kFacets:
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

v1::SearchRequest QueryMix::Search() {
  v1::SearchRequest request;
  request.set_page_size(kPageSize);
  const std::string& word = Word();
  switch (searches_++ % 5) {
    case 0:
      request.set_query(word);
      break;
    case 1:
      request.set_query(Cat(word, " ", Word()));
      break;
    case 2:
      request.set_query(Cat("\"", Phrase(), "\""));
      break;
    case 3:
      request.set_query(Cat(word, " ", Word()));
      request.set_match(v1::SearchRequest::MATCH_ANY);
      break;
    default:
      request.set_query(word);
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
  request.set_query(Word());
  for (const auto field : {v1::FacetSpec::FIELD_SOURCE, v1::FacetSpec::FIELD_ENTITY, v1::FacetSpec::FIELD_PUBLISHED}) {
    request.add_facets()->set_field(field);
  }
  return request;
}

}  // namespace factline::load
