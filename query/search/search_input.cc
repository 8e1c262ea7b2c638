#include "query/search/search_input.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "protos/vocab/language_tag.h"
#include "protos/vocab/status.h"
#include "query/parse/page_token.h"
#include "query/parse/query_parser.h"
#include "query/search/attributes.h"
#include "query/search/collapse.h"

namespace factline::query {
namespace {

// That several words of a question occur matters more than how often one does. Chosen as the parser's weights are.
constexpr double kK1OfQuestions = 0.6;
constexpr size_t kDefaultPageSize = 10;
constexpr size_t kMaxPageSize = 100;
constexpr size_t kMaxExplainedPageSize = 20;  // an explanation may have a thousand nodes
constexpr uint32_t kDefaultPassages = 2;
constexpr int kMaxPassages = 10;
constexpr int kMaxSources = 100;
constexpr int kMaxLanguages = 100;
constexpr int kMaxEntities = 20;
constexpr int kMaxTags = 20;
constexpr int kMaxPredicates = 20;

// ---- cursors: eight-byte little-endian numbers, one after the other ----

void AppendNumber(uint64_t number, std::string* bytes) {
  for (int i = 0; i < 8; ++i) bytes->push_back(static_cast<char>(number >> (8 * i)));
}

uint64_t NumberAt(std::string_view bytes, size_t index) {
  uint64_t number = 0;
  for (int i = 7; i >= 0; --i) number = (number << 8) | static_cast<unsigned char>(bytes[index * 8 + i]);
  return number;
}

constexpr size_t kFixedNumbers = 8;  // doc, score, time, three of the collection, recency's time, count of frequencies

// ---- filters ----

absl::Status CheckCount(std::string_view field, int count, int max_count) {
  if (count <= max_count) return absl::OkStatus();
  return FieldError(field, Cat("has ", count, " values; at most ", max_count, " are allowed"));
}

absl::Status CheckTimestamp(std::string_view field, const google::protobuf::Timestamp& time) {
  constexpr int64_t kFirst = -62135596800;  // year 1
  constexpr int64_t kLast = 253402300799;   // year 9999
  if (time.seconds() >= kFirst && time.seconds() <= kLast && time.nanos() >= 0 && time.nanos() < 1'000'000'000) {
    return absl::OkStatus();
  }
  return FieldError(field, "is no time of the years 1 to 9999");
}

// Articles are kept by whole seconds: a bound within a second begins to hold with the next one.
int64_t CeilSeconds(const google::protobuf::Timestamp& time) { return time.seconds() + (time.nanos() > 0 ? 1 : 0); }

absl::Status ReadTimes(const v1::SearchFilter& from, DocumentFilter* filter) {
  if (from.has_published_from()) {
    FL_RETURN_IF_ERROR(CheckTimestamp("filter.published_from", from.published_from()));
    filter->published_first = CeilSeconds(from.published_from());
  }
  if (from.has_published_before()) {
    FL_RETURN_IF_ERROR(CheckTimestamp("filter.published_before", from.published_before()));
    filter->published_last = CeilSeconds(from.published_before()) - 1;
  }
  return absl::OkStatus();
}

absl::Status ReadEntityTypes(const v1::SearchFilter& from, DocumentFilter* filter) {
  constexpr std::string_view kPrefix = "ENTITY_TYPE_";
  FL_RETURN_IF_ERROR(CheckCount("filter.entity_types", from.entity_types_size(), v1::EntityType_ARRAYSIZE));
  std::vector<std::string> words;
  for (const int type : from.entity_types()) {
    if (type == v1::ENTITY_TYPE_UNSPECIFIED || !v1::EntityType_IsValid(type)) {
      return FieldError("filter.entity_types", Cat(type, " is no type"));
    }
    words.push_back(v1::EntityType_Name(type).substr(kPrefix.size()));
  }
  if (!words.empty()) filter->all_of.push_back({store::Field::kEntityType, std::move(words)});
  return absl::OkStatus();
}

absl::Status ReadFilter(const v1::SearchFilter& from, const store::FactReader& facts, DocumentFilter* filter) {
  FL_RETURN_IF_ERROR(CheckCount("filter.sources", from.sources_size(), kMaxSources));
  FL_RETURN_IF_ERROR(CheckCount("filter.languages", from.languages_size(), kMaxLanguages));
  FL_RETURN_IF_ERROR(CheckCount("filter.entities", from.entities_size(), kMaxEntities));
  FL_RETURN_IF_ERROR(CheckCount("filter.tags", from.tags_size(), kMaxTags));
  FL_RETURN_IF_ERROR(CheckCount("filter.predicates", from.predicates_size(), kMaxPredicates));
  FL_RETURN_IF_ERROR(ReadTimes(from, filter));
  if (from.sources_size() > 0) {
    filter->all_of.push_back({store::Field::kSource, {from.sources().begin(), from.sources().end()}});
  }
  if (from.languages_size() > 0) {
    std::vector<std::string> terms;
    for (const std::string& language : from.languages()) terms.push_back(NormalLanguage(language));
    filter->all_of.push_back({store::Field::kLanguage, std::move(terms)});
  }
  if (from.predicates_size() > 0) {
    filter->all_of.push_back({store::Field::kPredicate, {from.predicates().begin(), from.predicates().end()}});
  }
  FL_RETURN_IF_ERROR(ReadEntityTypes(from, filter));
  const auto add = [&](Attribute attribute, const std::string& value, std::string_view field) -> absl::Status {
    FL_ASSIGN_OR_RETURN(std::vector<std::string> terms, TermsOf(attribute, value, field, facts));
    filter->all_of.push_back({FieldOf(attribute), std::move(terms)});
    return absl::OkStatus();
  };
  for (const std::string& entity : from.entities()) {
    FL_RETURN_IF_ERROR(add(Attribute::kEntity, entity, "filter.entities"));
  }
  for (const std::string& tag : from.tags()) FL_RETURN_IF_ERROR(add(Attribute::kTag, tag, "filter.tags"));
  return absl::OkStatus();
}

// ---- the request ----

absl::StatusOr<Joining> ReadMatch(const v1::SearchRequest& request) {
  switch (request.match()) {
    case v1::SearchRequest::MATCH_UNSPECIFIED:
    case v1::SearchRequest::MATCH_ALL:
      return Joining::kAll;
    case v1::SearchRequest::MATCH_ANY:
      return Joining::kAny;
    default:
      return FieldError("match", Cat(static_cast<int>(request.match()), " is no way to match"));
  }
}

absl::StatusOr<HitOrder> ReadOrder(const v1::SearchRequest& request, const std::optional<Expression>& words) {
  switch (request.order()) {
    case v1::SearchRequest::ORDER_UNSPECIFIED:
    case v1::SearchRequest::ORDER_RELEVANCE:
      return words.has_value() && HasScore(*words) ? HitOrder::kRelevance : HitOrder::kNewest;
    case v1::SearchRequest::ORDER_NEWEST:
      return HitOrder::kNewest;
    case v1::SearchRequest::ORDER_OLDEST:
      return HitOrder::kOldest;
    default:
      return FieldError("order", Cat(static_cast<int>(request.order()), " is no order"));
  }
}

absl::StatusOr<size_t> ReadMaxPassages(const v1::SearchRequest& request) {
  if (!request.has_max_passages()) return kDefaultPassages;
  if (request.max_passages() < 0 || request.max_passages() > kMaxPassages) {
    return FieldError("max_passages", Cat("is ", request.max_passages(), "; 0 to ", kMaxPassages, " are allowed"));
  }
  return static_cast<size_t>(request.max_passages());
}

absl::StatusOr<bool> ReadExplain(const v1::SearchRequest& request, const SearchInput& input) {
  if (!request.explain()) return false;
  if (input.order != HitOrder::kRelevance) {
    return FieldError("explain", "wants a search by relevance: others score nothing");
  }
  if (input.page_size > kMaxExplainedPageSize) {
    return FieldError("page_size", Cat("is ", input.page_size, "; with `explain` at most ", kMaxExplainedPageSize));
  }
  return true;
}

absl::StatusOr<std::optional<Recency>> ReadRecency(const v1::SearchRequest& request, HitOrder order) {
  constexpr int64_t kLeastSeconds = 60;
  constexpr int64_t kMostSeconds = int64_t{36525} * 86400;  // 100 years
  if (!request.has_recency_half_life()) {
    if (request.has_recency_time()) return FieldError("recency_time", "wants a recency_half_life");
    return std::nullopt;
  }
  const google::protobuf::Duration& half_life = request.recency_half_life();
  if (half_life.seconds() < kLeastSeconds || half_life.seconds() > kMostSeconds) {
    return FieldError("recency_half_life",
                      Cat("is ", half_life.seconds(), " seconds; 60 to ", kMostSeconds, " are allowed"));
  }
  if (order != HitOrder::kRelevance) {
    return FieldError("recency_half_life", "wants a search by relevance: others score nothing");
  }
  if (request.has_recency_time()) FL_RETURN_IF_ERROR(CheckTimestamp("recency_time", request.recency_time()));
  return Recency{static_cast<double>(half_life.seconds()), request.recency_time().seconds()};
}

uint64_t Fingerprint(v1::SearchRequest request) {
  request.clear_page_size();
  request.clear_page_token();
  request.clear_max_passages();
  request.clear_explain();
  return RequestFingerprint("Search", request.SerializeAsString());
}

}  // namespace

std::string EncodeSearchCursor(const SearchCursor& cursor) {
  std::string bytes;
  AppendNumber(cursor.last.doc, &bytes);
  AppendNumber(std::bit_cast<uint64_t>(cursor.last.score), &bytes);
  AppendNumber(static_cast<uint64_t>(cursor.last.published_seconds), &bytes);
  AppendNumber(cursor.numbers.collection.docs, &bytes);
  AppendNumber(cursor.numbers.collection.title_tokens, &bytes);
  AppendNumber(cursor.numbers.collection.body_tokens, &bytes);
  AppendNumber(static_cast<uint64_t>(cursor.now_seconds), &bytes);
  AppendNumber(cursor.numbers.document_frequencies.size(), &bytes);
  for (const uint64_t frequency : cursor.numbers.document_frequencies) AppendNumber(frequency, &bytes);
  for (const TextSignature& signature : cursor.signatures) {
    for (const uint64_t bits : signature) AppendNumber(bits, &bytes);
  }
  return bytes;
}

std::optional<SearchCursor> DecodeSearchCursor(std::string_view bytes) {
  const size_t count = bytes.size() / 8;
  if (bytes.size() % 8 != 0 || count < kFixedNumbers) return std::nullopt;
  SearchCursor cursor;
  if (NumberAt(bytes, 0) >= kNoMoreDocs) return std::nullopt;
  cursor.last.doc = static_cast<uint32_t>(NumberAt(bytes, 0));
  cursor.last.score = std::bit_cast<double>(NumberAt(bytes, 1));
  if (!std::isfinite(cursor.last.score)) return std::nullopt;
  cursor.last.published_seconds = static_cast<int64_t>(NumberAt(bytes, 2));
  cursor.numbers.collection = {NumberAt(bytes, 3), NumberAt(bytes, 4), NumberAt(bytes, 5)};
  cursor.now_seconds = static_cast<int64_t>(NumberAt(bytes, 6));
  const uint64_t frequencies = NumberAt(bytes, 7);
  if (frequencies > kMaxQueryTerms || kFixedNumbers + frequencies > count) return std::nullopt;
  size_t next = kFixedNumbers;
  while (next < kFixedNumbers + frequencies) cursor.numbers.document_frequencies.push_back(NumberAt(bytes, next++));
  constexpr size_t kSignatureNumbers = std::tuple_size_v<TextSignature>;
  if ((count - next) % kSignatureNumbers != 0 || (count - next) / kSignatureNumbers > kMaxSignatures) {
    return std::nullopt;
  }
  while (next < count) {
    for (uint64_t& bits : cursor.signatures.emplace_back()) bits = NumberAt(bytes, next++);
  }
  return cursor;
}

absl::StatusOr<SearchInput> ReadSearchRequest(const v1::SearchRequest& request, const text::Analyzer& analyzer,
                                              const store::FactReader& facts) {
  SearchInput input;
  FL_ASSIGN_OR_RETURN(const Joining joining, ReadMatch(request));
  if (joining == Joining::kAny) input.k1 = kK1OfQuestions;
  FL_ASSIGN_OR_RETURN(input.words, ParseQuery(request.query(), analyzer, joining));
  FL_RETURN_IF_ERROR(ReadFilter(request.filter(), facts, &input.filter));
  FL_RETURN_IF_ERROR(SettleAttributes(facts, &input.words, &input.filter));
  FL_ASSIGN_OR_RETURN(input.order, ReadOrder(request, input.words));
  FL_ASSIGN_OR_RETURN(input.page_size, ReadPageSize(request.page_size(), kDefaultPageSize, kMaxPageSize));
  FL_ASSIGN_OR_RETURN(input.max_passages, ReadMaxPassages(request));
  FL_ASSIGN_OR_RETURN(input.explain, ReadExplain(request, input));
  FL_ASSIGN_OR_RETURN(input.recency, ReadRecency(request, input.order));
  input.collapse = request.collapse_near_duplicates();
  input.fingerprint = Fingerprint(request);
  if (!request.page_token().empty()) {
    FL_ASSIGN_OR_RETURN(const std::string payload, DecodePageToken(request.page_token(), input.fingerprint));
    input.after = DecodeSearchCursor(payload);
    if (!input.after.has_value()) return FieldError("page_token", "is not a token that this service made");
    if (input.recency.has_value()) input.recency->now_seconds = input.after->now_seconds;
  }
  return input;
}

}  // namespace factline::query
