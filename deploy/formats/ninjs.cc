#include "deploy/formats/ninjs.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "deploy/formats/fields.h"
#include "deploy/formats/json.h"
#include "deploy/formats/markup.h"
#include "protos/vocab/status.h"

namespace factline::formats {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

// A JSON object by its keys in lower case. The object must outlive it.
class Keys {
 public:
  explicit Keys(const Struct& object) {
    for (const auto& [key, value] : object.fields()) values_.emplace(Lower(key), &value);
  }

  const Value* Find(std::string_view key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? nullptr : found->second;
  }

  std::string String(std::string_view key) const {
    const Value* value = Find(key);
    return value != nullptr ? value->string_value() : std::string();
  }

  // The objects of a list, or the one that stands without it.
  std::vector<Keys> Objects(std::string_view key) const {
    std::vector<Keys> objects;
    const Value* value = Find(key);
    if (value == nullptr) return objects;
    if (value->has_struct_value()) objects.emplace_back(value->struct_value());
    for (const Value& one : value->list_value().values()) {
      if (one.has_struct_value()) objects.emplace_back(one.struct_value());
    }
    return objects;
  }

  // The first key with the prefix, in order of names, whose value is a string.
  std::string First(std::string_view prefix) const {
    for (auto it = values_.lower_bound(prefix); it != values_.end() && it->first.starts_with(prefix); ++it) {
      if (!it->second->string_value().empty()) return it->second->string_value();
    }
    return "";
  }

 private:
  std::map<std::string, const Value*, std::less<>> values_;
};

// "headlines": [{"role": "main", "value": "..."}]: the main one, else the first.
std::string MainValue(const std::vector<Keys>& texts) {
  std::string first;
  for (const Keys& text : texts) {
    std::string role = Lower(text.String("role"));
    role.erase(0, role.rfind('/') + 1);
    if (role == "main" || role == "headline") return text.String("value");
    if (first.empty()) first = text.String("value");
  }
  return first;
}

std::string TitleOf(const Keys& item) {
  for (std::string title :
       {item.String("headline"), MainValue(item.Objects("headlines")), item.First("headline_"), item.String("title")}) {
    absl::StatusOr<std::string> text = TextOfHtml(title);
    if (text.ok() && !text->empty()) return *std::move(text);
  }
  return "";
}

// Plain text before markup before anything else.
std::string BodyValue(const std::vector<Keys>& bodies) {
  std::string html, other;
  for (const Keys& body : bodies) {
    const std::string type = Lower(body.String("contenttype"));
    std::string value = body.String("value");
    if (value.empty()) continue;
    if (type.starts_with("text/plain")) return value;
    std::string& kept = type.find("html") != std::string::npos ? html : other;
    if (kept.empty()) kept = std::move(value);
  }
  return html.empty() ? other : html;
}

absl::Status SetBody(const Keys& item, v1::Article& article) {
  std::string body = item.String("body_text");
  if (body.empty()) body = BodyValue(item.Objects("bodies"));
  if (body.empty()) body = item.First("body_");
  if (body.empty()) body = item.String("description_text");
  if (body.empty()) body = BodyValue(item.Objects("descriptions"));
  if (body.empty()) body = item.First("description_");
  // "text/plain" may still speak of profits < losses; a tag decides.
  if (body.find("</") != std::string::npos || body.find("/>") != std::string::npos) {
    absl::StatusOr<std::string> text = TextOfHtml(body);
    if (!text.ok()) return FieldError("body", ToStd(text.status().message()));
    body = *std::move(text);
  }
  article.set_body(std::move(body));
  return absl::OkStatus();
}

void AddNames(const Keys& item, std::string_view key, v1::Article& article) {
  for (const Keys& one : item.Objects(key)) AddTag(one.String("name"), article);
  const Value* value = item.Find(key);
  if (value == nullptr) return;
  for (const Value& one : value->list_value().values()) AddTag(one.string_value(), article);
}

void SetNamesAndRights(const Keys& item, const ReadOptions& options, v1::Article& article) {
  for (std::string_view key : {"by", "byline"}) AddAuthor(item.String(key), article);
  for (std::string_view key : {"keywords", "keyword", "subjects", "subject", "organisations", "organisation", "people",
                               "person", "places", "place"}) {
    AddNames(item, key, article);
  }
  SetLanguage(item.String("language"), article);
  for (const Keys& rendition : item.Objects("renditions")) {
    if (article.url().empty() && Lower(rendition.String("contenttype")).starts_with("text/html")) {
      SetUrl(rendition.String("href"), article);
    }
  }
  SetSource(options.defaults.source(), article);
  for (std::string_view key : {"infosources", "infosource"}) {
    for (const Keys& source : item.Objects(key)) {
      if (article.source().empty()) SetSource(source.String("name"), article);
    }
  }
  if (article.source().empty()) SetSource(item.String("copyrightholder"), article);
  SetHolder(item.String("copyrightholder"), article);
  SetNotice(item.String("copyrightnotice"), article);
  SetTerms(item.String("usageterms"), article);
  for (const Keys& rights : item.Objects("rightsinfo")) SetLicence(rights.String("linkedrights"), article);
}

absl::Status SetTimes(const Keys& item, v1::Article& article) {
  for (const char* key : {"versioncreated", "firstcreated", "contentcreated"}) {
    if (!article.has_published_time()) FL_RETURN_IF_ERROR(SetPublished(key, item.String(key), article));
  }
  const Value* embargoed = item.Find("embargoed");
  if (embargoed == nullptr || embargoed->has_null_value()) return absl::OkStatus();
  return SetEmbargo("embargoed", embargoed->string_value(), article);
}

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Finds where values end, without looking at what they say.
class NinjsReader final : public RecordReader {
 public:
  NinjsReader(std::unique_ptr<ByteReader> in, ReadOptions options) : in_(std::move(in)), options_(std::move(options)) {}

  std::optional<Record> Next() override {
    while (SkipToValue()) {
      const uint64_t begin = in_->offset();
      Record record = {.place = Cat("#", ++number_, "@", begin), .bytes = 0, .what = {}};
      const bool is_object = in_->Peek(1)[0] == '{';
      std::string text;
      const bool whole = is_object ? TakeObject(text) : TakeStray();
      record.bytes = in_->offset() - begin;
      if (!is_object) {
        record.what = absl::InvalidArgumentError("no JSON object stands here");
      } else if (record.bytes > options_.max_item_bytes) {
        record.what = absl::InvalidArgumentError(
            Cat("the item has ", record.bytes, " bytes, more than --max_item_bytes=", options_.max_item_bytes));
      } else if (!whole) {
        record.what = in_->status().ok() ? absl::InvalidArgumentError("the file ends within the item") : in_->status();
        reported_ = true;
      } else {
        absl::StatusOr<Struct> item = ParseJsonObject(text);
        std::optional<RecordContent> content;
        if (!item.ok()) {
          content = item.status();
        } else {
          content = ArticleFromNinjs(*item, options_);
        }
        if (!content.has_value()) {
          ++skipped_;
          continue;
        }
        record.what = *std::move(content);
      }
      return record;
    }
    if (in_->status().ok() || std::exchange(reported_, true)) return std::nullopt;
    return Record{.place = Cat("#", number_ + 1, "@", in_->offset()), .bytes = 0, .what = in_->status()};
  }

 private:
  // To the first byte of a value; false at the end. Arrays are entered and left on the way.
  bool SkipToValue() {
    if (in_->offset() == 0 && in_->Peek(3).starts_with("\xEF\xBB\xBF")) in_->Skip(3);
    while (true) {
      const std::string_view ahead = in_->Peek(1);
      if (ahead.empty()) return false;
      const size_t blanks = std::min(ahead.find_first_not_of(" \t\r\n,[]"), ahead.size());
      in_->Skip(blanks);
      if (blanks < ahead.size()) return true;
    }
  }

  // To the byte after the brace that closes the object; what is more than may be is taken but not kept.
  bool TakeObject(std::string& text) {
    uint64_t depth = 0;
    bool in_string = false;
    bool escaped = false;
    while (true) {
      const std::string_view ahead = in_->Peek(1);
      if (ahead.empty()) return false;
      size_t at = 0;
      bool closed = false;
      while (at < ahead.size() && !closed) {
        const char c = ahead[at++];
        if (in_string) {
          in_string = escaped || c != '"';
          escaped = !escaped && c == '\\';
        } else if (c == '"') {
          in_string = true;
        } else if (c == '{') {
          ++depth;
        } else if (c == '}') {  // never the first: that is a brace that opens
          closed = --depth == 0;
        }
      }
      if (text.size() <= options_.max_item_bytes) text += ahead.substr(0, at);
      in_->Skip(at);
      if (closed) return true;
    }
  }

  // Whatever stands where an object should.
  bool TakeStray() {
    while (true) {
      const std::string_view ahead = in_->Peek(1);
      if (ahead.empty()) return true;
      size_t at = 0;
      while (at < ahead.size() && !IsBlank(ahead[at]) && ahead[at] != '{') ++at;
      in_->Skip(at);
      if (at < ahead.size()) return true;
    }
  }

  const std::unique_ptr<ByteReader> in_;
  const ReadOptions options_;
  uint64_t number_ = 0;
  bool reported_ = false;
};

}  // namespace

std::optional<RecordContent> ArticleFromNinjs(const Struct& object, const ReadOptions& options) {
  const Keys item(object);
  v1::Article article;
  article.set_id(IdOf(item.String("uri")));
  if (article.id().empty()) return FieldError("uri", "is missing or empty");
  const std::string type = Lower(item.String("type"));
  if (!type.empty() && type != "text" && type != "composite") return std::nullopt;
  // What is withdrawn may have anything else wrong.
  RecordContent by_status = ByStatus("pubstatus", item.String("pubstatus"), article);
  if (!std::holds_alternative<v1::Article>(by_status)) return by_status;
  SetTitle(TitleOf(item), article);
  if (absl::Status status = SetBody(item, article); !status.ok()) return status;
  SetNamesAndRights(item, options, article);
  if (absl::Status status = SetTimes(item, article); !status.ok()) return status;
  return article;
}

std::unique_ptr<RecordReader> NewNinjsReader(std::unique_ptr<ByteReader> in, ReadOptions options) {
  return std::make_unique<NinjsReader>(std::move(in), std::move(options));
}

}  // namespace factline::formats
