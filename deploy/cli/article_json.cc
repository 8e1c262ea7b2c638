#include "deploy/cli/article_json.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include "deploy/cli/arguments.h"
#include "protos/vocab/status.h"

namespace factline::cli {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

absl::Status SetString(const std::string& key, const Value& value, std::string* out) {
  if (value.kind_case() != Value::kStringValue) return FieldError(key, "want a string");
  *out = value.string_value();
  return absl::OkStatus();
}

absl::Status SetStrings(const std::string& key, const Value& value,
                        google::protobuf::RepeatedPtrField<std::string>* out) {
  if (value.kind_case() == Value::kStringValue) {
    if (!value.string_value().empty()) *out->Add() = value.string_value();
    return absl::OkStatus();
  }
  if (value.kind_case() != Value::kListValue) return FieldError(key, "want a string or a list of strings");
  for (const Value& one : value.list_value().values()) {
    if (one.kind_case() != Value::kStringValue) return FieldError(key, "want a list of strings alone");
    *out->Add() = one.string_value();
  }
  return absl::OkStatus();
}

absl::Status SetTime(const std::string& key, const Value& value, google::protobuf::Timestamp* out) {
  if (value.kind_case() != Value::kStringValue) return FieldError(key, "want a date or time as a string");
  std::optional<absl::Time> time = ParseTime(value.string_value());
  if (!time.has_value()) {
    return FieldError(key,
                      Cat("'", value.string_value(), "' is no date or time: want 2024-03-24 or 2024-03-24T09:30:00Z"));
  }
  out->set_seconds(absl::ToUnixSeconds(*time));
  return absl::OkStatus();
}

absl::Status SetField(const std::string& key, const Value& value, v1::Article& article) {
  if (value.kind_case() == Value::kNullValue) return absl::OkStatus();
  if (key == "id") return SetString(key, value, article.mutable_id());
  if (key == "title") return SetString(key, value, article.mutable_title());
  if (key == "body") return SetString(key, value, article.mutable_body());
  if (key == "source") return SetString(key, value, article.mutable_source());
  if (key == "url") return SetString(key, value, article.mutable_url());
  if (key == "language") return SetString(key, value, article.mutable_language());
  if (key == "published") return SetTime(key, value, article.mutable_published_time());
  if (key == "tags") return SetStrings(key, value, article.mutable_tags());
  if (key == "authors") return SetStrings(key, value, article.mutable_authors());
  return FieldError(key, "no such key; known are id, title, body, source, published, url, language, tags, authors");
}

}  // namespace

absl::StatusOr<v1::Article> ArticleFromJson(std::string_view line) {
  Struct json;
  auto parsed = google::protobuf::util::JsonStringToMessage({line.data(), line.size()}, &json);
  if (!parsed.ok()) {
    return absl::InvalidArgumentError(
        Cat("no JSON object: ", std::string(parsed.message().data(), parsed.message().size())));
  }
  v1::Article article;
  for (const auto& [key, value] : json.fields()) FL_RETURN_IF_ERROR(SetField(key, value, article));
  if (article.id().empty()) return FieldError("id", "is missing or empty");
  return article;
}

}  // namespace factline::cli
