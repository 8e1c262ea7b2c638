#include "ingest/accept/validate.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_format.h"
#include "ingest/page/code_points.h"
#include "protos/vocab/status.h"

namespace factline::accept {
namespace {

constexpr size_t kMaxTitleBytes = 4 << 10;
constexpr size_t kMaxNameBytes = 256;
constexpr size_t kMaxUrlBytes = 2 << 10;
constexpr size_t kMaxRightsBytes = 4 << 10;
constexpr size_t kMaxLanguageBytes = 35;
constexpr int kMaxNames = 64;
constexpr int64_t kFirstSecondOfYear1 = -62135596800;
constexpr int64_t kLastSecondOfYear9999 = 253402300799;

enum class Controls {
  kNone,        // names and ids: one printed line
  kLineBreaks,  // headlines, which print may break: tab, line feed, carriage return
  kAllButNul,   // running text: stray marks of a scan count as blanks
};

bool IsAllowed(char32_t c, Controls allowed) {
  const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
  if (!control) return true;
  if (allowed == Controls::kAllButNul) return c != 0;
  return allowed == Controls::kLineBreaks && (c == '\t' || c == '\n' || c == '\r');
}

absl::Status CheckText(std::string_view field, std::string_view text, size_t max_bytes, Controls allowed) {
  if (text.size() > max_bytes) {
    return FieldError(field, Cat("has ", text.size(), " bytes; at most ", max_bytes, " are taken"));
  }
  if (const std::optional<size_t> at = factline::FirstInvalidUtf8(text); at.has_value()) {
    return FieldError(field, Cat("is not UTF-8: byte ", *at));
  }
  for (size_t pos = 0; pos < text.size();) {
    const factline::CodePoint c = DecodeUtf8(text, pos);
    if (!IsAllowed(c.value, allowed)) {
      return FieldError(field, Cat("holds the control character ",
                                   absl::StrFormat("U+%04X", static_cast<unsigned>(c.value)), " at byte ", pos));
    }
    pos += c.size_bytes;
  }
  return absl::OkStatus();
}

template <typename Names>
absl::Status CheckNames(std::string_view field, const Names& names) {
  if (names.size() > kMaxNames) return FieldError(field, Cat("has ", names.size(), " entries; at most 64 are taken"));
  for (int i = 0; i < names.size(); ++i) {
    const std::string entry = Cat(field, "[", i, "]");
    FL_RETURN_IF_ERROR(CheckText(entry, names[i], kMaxNameBytes, Controls::kNone));
    if (page::TrimBlank(names[i]).empty()) return FieldError(entry, "is empty");
  }
  return absl::OkStatus();
}

bool IsAlnum(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsAlpha(char c) { return IsAlnum(c) && !(c >= '0' && c <= '9'); }

// The form of BCP 47: subtags of 1 to 8 letters and digits between hyphens, the first one of 2 to 8 letters.
bool IsLanguageTag(std::string_view tag) {
  for (bool first = true;; first = false) {
    const size_t end = std::min(tag.find('-'), tag.size());
    const std::string_view subtag = tag.substr(0, end);
    if (subtag.empty() || subtag.size() > 8 || (first && subtag.size() < 2)) return false;
    if (!std::all_of(subtag.begin(), subtag.end(), first ? IsAlpha : IsAlnum)) return false;
    if (end == tag.size()) return true;
    tag.remove_prefix(end + 1);
  }
}

absl::Status CheckLanguage(std::string_view field, std::string_view language) {
  if (language.empty()) return absl::OkStatus();
  if (language.size() > kMaxLanguageBytes || !IsLanguageTag(language)) {
    return FieldError(field, "is no BCP 47 tag such as \"zh\" or \"en-GB\"");
  }
  return absl::OkStatus();
}

absl::Status CheckTime(std::string_view field, const google::protobuf::Timestamp& time) {
  if (time.seconds() < kFirstSecondOfYear1 || time.seconds() > kLastSecondOfYear9999) {
    return FieldError(field, Cat("lies outside of the years 1 to 9999: ", time.seconds(), " seconds"));
  }
  if (time.nanos() < 0 || time.nanos() > 999'999'999) {
    return FieldError(field, Cat("has ", time.nanos(), " nanos; 0 to 999999999 are valid"));
  }
  return absl::OkStatus();
}

absl::Status CheckRights(const std::string& prefix, const v1::Rights& rights) {
  const auto check = [&](std::string_view field, std::string_view text) {
    return CheckText(Cat(prefix, field), text, kMaxRightsBytes, Controls::kLineBreaks);
  };
  FL_RETURN_IF_ERROR(check("copyright_holder", rights.copyright_holder()));
  FL_RETURN_IF_ERROR(check("copyright_notice", rights.copyright_notice()));
  FL_RETURN_IF_ERROR(check("usage_terms", rights.usage_terms()));
  FL_RETURN_IF_ERROR(CheckText(prefix + "url", rights.url(), kMaxUrlBytes, Controls::kNone));
  if (!rights.has_embargo_time()) return absl::OkStatus();
  return CheckTime(prefix + "embargo_time", rights.embargo_time());
}

// The fields that Article and Page share, under `prefix`.
template <typename Item>
absl::Status CheckShared(const std::string& prefix, const Item& item) {
  FL_RETURN_IF_ERROR(ValidateId(prefix + "id", item.id()));
  FL_RETURN_IF_ERROR(CheckText(prefix + "source", item.source(), kMaxNameBytes, Controls::kNone));
  if (item.has_published_time()) FL_RETURN_IF_ERROR(CheckTime(prefix + "published_time", item.published_time()));
  FL_RETURN_IF_ERROR(CheckText(prefix + "url", item.url(), kMaxUrlBytes, Controls::kNone));
  FL_RETURN_IF_ERROR(CheckLanguage(prefix + "language", item.language()));
  if (item.has_rights()) FL_RETURN_IF_ERROR(CheckRights(prefix + "rights.", item.rights()));
  return CheckNames(prefix + "tags", item.tags());
}

}  // namespace

absl::Status ValidateId(std::string_view field, std::string_view id) {
  FL_RETURN_IF_ERROR(CheckText(field, id, kMaxIdBytes, Controls::kNone));
  if (page::TrimBlank(id).empty()) return FieldError(field, "is empty");
  return absl::OkStatus();
}

absl::Status ValidateRequestId(std::string_view request_id) {
  return CheckText("request_id", request_id, kMaxRequestIdBytes, Controls::kAllButNul);
}

absl::Status ValidateArticle(const v1::Article& article, const Limits& limits) {
  FL_RETURN_IF_ERROR(CheckShared("article.", article));
  FL_RETURN_IF_ERROR(CheckText("article.title", article.title(), kMaxTitleBytes, Controls::kLineBreaks));
  FL_RETURN_IF_ERROR(CheckText("article.body", article.body(), limits.max_article_bytes, Controls::kAllButNul));
  FL_RETURN_IF_ERROR(CheckNames("article.authors", article.authors()));
  if (page::TrimBlank(article.title()).empty() && page::TrimBlank(article.body()).empty()) {
    return FieldError("article.body", "is empty, and so is the title; one of them must hold something");
  }
  return absl::OkStatus();
}

absl::Status ValidatePage(const v1::Page& page, const Limits& limits) {
  FL_RETURN_IF_ERROR(CheckShared("page.", page));
  FL_RETURN_IF_ERROR(CheckText("page.text", page.text(), limits.max_page_bytes, Controls::kAllButNul));
  if (page::TrimBlank(page.text()).empty()) return FieldError("page.text", "is empty");
  return absl::OkStatus();
}

}  // namespace factline::accept
