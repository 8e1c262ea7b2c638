#include "deploy/formats/json_lines.h"

#include <string>
#include <utility>

#include "deploy/formats/dates.h"
#include "deploy/formats/fields.h"
#include "deploy/formats/json.h"
#include "deploy/formats/ninjs.h"
#include "protos/vocab/status.h"
#include "protos/vocab/timestamp.h"

namespace factline::formats {
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
  std::optional<absl::Time> time = ParseDate(value.string_value());
  if (!time.has_value()) {
    return FieldError(key,
                      Cat("'", value.string_value(), "' is no date or time: want 2024-03-24 or 2024-03-24T09:30:00Z"));
  }
  *out = ToTimestamp(*time);
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
  if (key == "copyright_holder") return SetString(key, value, article.mutable_rights()->mutable_copyright_holder());
  if (key == "copyright_notice") return SetString(key, value, article.mutable_rights()->mutable_copyright_notice());
  if (key == "usage_terms") return SetString(key, value, article.mutable_rights()->mutable_usage_terms());
  if (key == "rights_url") return SetString(key, value, article.mutable_rights()->mutable_url());
  if (key == "embargo") return SetTime(key, value, article.mutable_rights()->mutable_embargo_time());
  return FieldError(key,
                    "no such key; known are id, title, body, source, published, url, language, tags, authors, "
                    "copyright_holder, copyright_notice, usage_terms, rights_url, embargo, status");
}

RecordContent FromOwnKeys(const Struct& json) {
  v1::Article article;
  std::string status;
  for (const auto& [key, value] : json.fields()) {
    const bool is_status = key == "status" && value.kind_case() != Value::kNullValue;
    FL_RETURN_IF_ERROR(is_status ? SetString(key, value, &status) : SetField(key, value, article));
  }
  if (article.id().empty()) return FieldError("id", "is missing or empty");
  return ByStatus("status", status, std::move(article));
}

class JsonLinesReader final : public RecordReader {
 public:
  JsonLinesReader(std::unique_ptr<ByteReader> in, ReadOptions options)
      : in_(std::move(in)), options_(std::move(options)) {}

  std::optional<Record> Next() override {
    while (std::optional<ByteReader::Line> line = in_->ReadLine(options_.max_item_bytes)) {
      Record record = {.place = Cat(":", ++line_number_), .bytes = line->bytes, .what = {}};
      if (line->text.find_first_not_of(" \t\r") == std::string::npos && !line->too_long) continue;
      if (line->too_long) {
        record.what = absl::InvalidArgumentError(
            Cat("the line has ", line->bytes, " bytes, more than --max_item_bytes=", options_.max_item_bytes));
        return record;
      }
      std::optional<RecordContent> content = ContentOf(line->text);
      if (!content.has_value()) {
        ++skipped_;
        continue;
      }
      record.what = *std::move(content);
      return record;
    }
    if (in_->status().ok() || std::exchange(ended_, true)) return std::nullopt;
    return Record{.place = Cat(":", line_number_ + 1), .bytes = 0, .what = in_->status()};
  }

 private:
  std::optional<RecordContent> ContentOf(std::string_view line) const {
    if (line_number_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    absl::StatusOr<Struct> json = ParseJsonObject(line);
    if (!json.ok()) return json.status();
    if (json->fields().contains("uri") && !json->fields().contains("id")) return ArticleFromNinjs(*json, options_);
    return FromOwnKeys(*json);
  }

  const std::unique_ptr<ByteReader> in_;
  const ReadOptions options_;
  uint64_t line_number_ = 0;
  bool ended_ = false;
};

}  // namespace

RecordContent ArticleFromJson(std::string_view line) {
  absl::StatusOr<Struct> json = ParseJsonObject(line);
  if (!json.ok()) return json.status();
  return FromOwnKeys(*json);
}

std::unique_ptr<RecordReader> NewJsonLinesReader(std::unique_ptr<ByteReader> in, ReadOptions options) {
  return std::make_unique<JsonLinesReader>(std::move(in), std::move(options));
}

}  // namespace factline::formats
