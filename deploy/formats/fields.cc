#include "deploy/formats/fields.h"

#include <algorithm>
#include <utility>

#include "deploy/formats/dates.h"
#include "protos/vocab/hash.h"
#include "protos/vocab/limits.h"
#include "protos/vocab/status.h"
#include "protos/vocab/timestamp.h"
#include "protos/vocab/utf8.h"

namespace factline::formats {
namespace {

// What the ingestor takes (ingest/accept/validate.cc).
constexpr size_t kMaxTitleBytes = 4 << 10;
constexpr size_t kMaxRightsBytes = 4 << 10;
constexpr size_t kMaxNameBytes = 256;
constexpr int kMaxNames = 64;
constexpr size_t kIdPrefixBytes = 220;
constexpr int64_t kUntilFurtherNotice = 253402300799;  // the last second of the year 9999

bool IsBlank(char32_t c) {
  return c <= 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0x3000 || c == 0xFEFF || c == 0x200B || c == 0x2028 ||
         c == 0x2029;
}

// Whether a blank ends a line where lines are kept.
bool IsBreak(char32_t c) { return c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029; }

std::string Tidy(std::string_view text, bool keep_lines) {
  std::string out;
  bool gap = false;
  bool line_ends = false;
  for (size_t pos = 0; pos < text.size();) {
    const CodePoint c = DecodeUtf8(text, pos);
    pos += c.size_bytes;
    if (IsBlank(c.value)) {
      gap = true;
      line_ends = line_ends || (keep_lines && IsBreak(c.value));
      continue;
    }
    if (gap && !out.empty()) out += line_ends ? '\n' : ' ';
    gap = line_ends = false;
    AppendUtf8(c.value, out);
  }
  return out;
}

template <typename Names>
void AddName(std::string_view text, Names* names) {
  std::string name = Cut(OneLine(text), kMaxNameBytes);
  if (name.empty() || names->size() >= kMaxNames) return;
  if (std::find(names->begin(), names->end(), name) == names->end()) *names->Add() = std::move(name);
}

bool IsAlnum(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsAlpha(char c) { return IsAlnum(c) && !(c >= '0' && c <= '9'); }

// Two or three letters, then subtags of 1 to 8 letters and digits.
bool IsLanguageTag(std::string_view tag) {
  const std::string_view first = tag.substr(0, tag.find('-'));
  if (tag.size() > 35 || first.size() < 2 || first.size() > 3 || !std::all_of(first.begin(), first.end(), IsAlpha)) {
    return false;
  }
  while (tag.find('-') != std::string_view::npos) {
    tag.remove_prefix(tag.find('-') + 1);
    const std::string_view subtag = tag.substr(0, tag.find('-'));
    if (subtag.empty() || subtag.size() > 8 || !std::all_of(subtag.begin(), subtag.end(), IsAlnum)) return false;
  }
  return true;
}

}  // namespace

std::string OneLine(std::string_view text) { return Tidy(text, false); }
std::string Lines(std::string_view text) { return Tidy(text, true); }

std::string Cut(std::string text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  text.resize(PreviousCodePoint(text, max_bytes + 1));
  return text;
}

std::string IdOf(std::string_view name) {
  std::string id = OneLine(name);
  if (id.size() <= kMaxIdBytes) return id;
  std::string hash = ToHex(StableHash({"long id", id}));
  return Cat(Cut(std::move(id), kIdPrefixBytes), "~", hash);
}

std::string HostOf(std::string_view url) {
  const size_t scheme = url.find("://");
  if (!url.starts_with("http") || scheme == std::string_view::npos || scheme > 5) return "";
  url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  url.remove_prefix(url.rfind('@') == std::string_view::npos ? 0 : url.rfind('@') + 1);
  url = url.substr(0, url.find(':'));
  std::string host(url);
  for (char& c : host) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (host.starts_with("www.")) host.erase(0, 4);
  return host;
}

void SetTitle(std::string_view text, v1::Article& article) {
  if (std::string title = OneLine(text); !title.empty()) article.set_title(Cut(std::move(title), kMaxTitleBytes));
}

void AddAuthor(std::string_view name, v1::Article& article) { AddName(name, article.mutable_authors()); }
void AddTag(std::string_view tag, v1::Article& article) { AddName(tag, article.mutable_tags()); }

void SetSource(std::string_view name, v1::Article& article) {
  if (std::string source = OneLine(name); !source.empty()) article.set_source(Cut(std::move(source), kMaxNameBytes));
}

void SetUrl(std::string_view url, v1::Article& article) {
  if (std::string line = OneLine(url); !line.empty() && line.size() <= kMaxUrlBytes) article.set_url(std::move(line));
}

void SetLanguage(std::string_view tag, v1::Article& article) {
  std::string language = OneLine(tag);
  std::replace(language.begin(), language.end(), '_', '-');
  if (IsLanguageTag(language)) article.set_language(std::move(language));
}

void SetHolder(std::string_view text, v1::Article& article) {
  if (std::string line = OneLine(text); !line.empty()) {
    article.mutable_rights()->set_copyright_holder(Cut(std::move(line), kMaxRightsBytes));
  }
}

void SetNotice(std::string_view text, v1::Article& article) {
  if (std::string lines = Lines(text); !lines.empty()) {
    article.mutable_rights()->set_copyright_notice(Cut(std::move(lines), kMaxRightsBytes));
  }
}

void SetTerms(std::string_view text, v1::Article& article) {
  if (std::string lines = Lines(text); !lines.empty()) {
    article.mutable_rights()->set_usage_terms(Cut(std::move(lines), kMaxRightsBytes));
  }
}

void SetLicence(std::string_view url, v1::Article& article) {
  if (std::string line = OneLine(url); !line.empty() && line.size() <= kMaxUrlBytes) {
    article.mutable_rights()->set_url(std::move(line));
  }
}

absl::Status SetPublished(std::string_view field, std::string_view text, v1::Article& article) {
  const std::string line = OneLine(text);
  if (line.empty()) return absl::OkStatus();
  std::optional<absl::Time> time = ParseDate(line);
  if (!time.has_value()) return FieldError(field, Cat("'", Cut(line, 100), "' is no date"));
  *article.mutable_published_time() = ToTimestamp(*time);
  return absl::OkStatus();
}

absl::Status SetEmbargo(std::string_view field, std::string_view text, v1::Article& article) {
  const std::string line = OneLine(text);
  if (line.empty()) {
    article.mutable_rights()->mutable_embargo_time()->set_seconds(kUntilFurtherNotice);
    return absl::OkStatus();
  }
  std::optional<absl::Time> time = ParseDate(line);
  if (!time.has_value()) return FieldError(field, Cat("'", Cut(line, 100), "' is no date"));
  *article.mutable_rights()->mutable_embargo_time() = ToTimestamp(*time);
  return absl::OkStatus();
}

RecordContent ByStatus(std::string_view field, std::string_view status, v1::Article article) {
  std::string word = OneLine(status);
  word.erase(0, word.rfind(':') + 1);
  word.erase(0, word.rfind('/') + 1);  // "http://cv.iptc.org/newscodes/pubstatusg2/usable"
  if (word.empty() || word == "usable") return article;
  if (word == "canceled" || word == "cancelled" || word == "withheld") return Withdrawal{article.id()};
  return FieldError(field, Cat("'", Cut(word, 100), "' is none of usable, withheld, canceled"));
}

void FillIn(const v1::Page& defaults, v1::Article& article) {
  if (article.source().empty()) article.set_source(defaults.source());
  if (!article.has_published_time() && defaults.has_published_time()) {
    *article.mutable_published_time() = defaults.published_time();
  }
  if (article.url().empty()) article.set_url(defaults.url());
  if (article.language().empty()) article.set_language(defaults.language());
  if (article.tags().empty()) *article.mutable_tags() = defaults.tags();
}

}  // namespace factline::formats
