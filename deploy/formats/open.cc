#include "deploy/formats/open.h"

#include <algorithm>
#include <utility>

#include "deploy/formats/byte_reader.h"
#include "deploy/formats/decompress.h"
#include "deploy/formats/feed.h"
#include "deploy/formats/fields.h"
#include "deploy/formats/html_page.h"
#include "deploy/formats/json_lines.h"
#include "deploy/formats/news_ml.h"
#include "deploy/formats/ninjs.h"
#include "deploy/formats/page_reader.h"
#include "deploy/formats/warc.h"
#include "protos/vocab/status.h"

namespace factline::formats {
namespace {

constexpr size_t kMaxStartBytes = 64 << 10;  // looked at to tell a format

struct NamedFormat {
  std::string_view name;
  Format format;
};
constexpr NamedFormat kFormats[] = {
    {"page", Format::kPage}, {"jsonl", Format::kJsonLines}, {"ninjs", Format::kNinjs}, {"newsml", Format::kNewsMl},
    {"rss", Format::kRss},   {"atom", Format::kAtom},       {"html", Format::kHtml},   {"warc", Format::kWarc},
};

constexpr std::string_view kCompressions[] = {".gz", ".xz", ".zst"};
constexpr std::string_view kExtensions[] = {".txt", ".jsonl", ".ndjson", ".json", ".ninjs", ".xml", ".rss",
                                            ".rdf", ".atom",  ".html",   ".htm",  ".xhtml", ".warc"};

bool EndsWith(std::string_view name, std::string_view extension) { return name.ends_with(extension); }

// JSON lines begin with a line that is an object, whole; anything else in braces or brackets is ninjs.
std::optional<Format> FormatOfJson(std::string_view start, bool is_all) {
  if (start[0] == '[') return Format::kNinjs;
  int depth = 0;
  bool in_string = false;
  bool escaped = false;
  for (const char c : start) {
    if (c == '\n') return Format::kNinjs;
    if (in_string) {
      in_string = escaped || c != '"';
      escaped = !escaped && c == '\\';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      return Format::kJsonLines;
    }
  }
  // An object that goes on past what is looked at is a long line: what is laid out over lines breaks early.
  if (is_all || start.size() >= kMaxStartBytes) return Format::kJsonLines;
  return std::nullopt;
}

bool IsHtmlDoctype(std::string_view declaration) {
  std::string start(declaration.substr(0, 14));
  for (char& c : start) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return start == "<!doctype html";
}

// By the name of the first element; "<?xml", comments and a doctype stand before it.
std::optional<Format> FormatOfMarkup(std::string_view start, bool is_all) {
  const bool is_xml = start.starts_with("<?xml");
  while (true) {
    const size_t open = start.find('<');
    if (open == std::string_view::npos) break;
    start.remove_prefix(open);
    const std::string_view end_mark = start.starts_with("<!--") ? "-->" : start.starts_with("<?") ? "?>" : ">";
    const size_t end = start.find(end_mark);
    if (end == std::string_view::npos && !is_all) return std::nullopt;
    if (start.starts_with("<?") || start.starts_with("<!")) {
      if (start.size() > 9 && IsHtmlDoctype(start)) return Format::kHtml;
      start.remove_prefix(std::min(end, start.size() - end_mark.size()) + end_mark.size());
      continue;
    }
    std::string_view name = start.substr(1, start.find_first_of(" \t\r\n/>") - 1);
    name.remove_prefix(name.find(':') == std::string_view::npos ? 0 : name.find(':') + 1);
    if (name == "rss" || name == "RDF") return Format::kRss;
    if (name == "feed") return Format::kAtom;
    if (name == "newsItem" || name == "newsMessage") return Format::kNewsMl;
    return Format::kHtml;
  }
  if (!is_all && start.size() < kMaxStartBytes) return std::nullopt;
  return is_xml ? Format::kHtml : Format::kPage;
}

std::unique_ptr<RecordReader> NewReader(Format format, std::unique_ptr<ByteReader> in, ReadOptions options) {
  switch (format) {
    case Format::kJsonLines:
      return NewJsonLinesReader(std::move(in), std::move(options));
    case Format::kNinjs:
      return NewNinjsReader(std::move(in), std::move(options));
    case Format::kNewsMl:
      return NewNewsMlReader(std::move(in), std::move(options));
    case Format::kRss:
    case Format::kAtom:
      return NewFeedReader(std::move(in), std::move(options));
    case Format::kHtml:
      return NewHtmlReader(std::move(in), std::move(options));
    case Format::kWarc:
      return NewWarcReader(std::move(in), std::move(options));
    case Format::kPage:
      break;
  }
  return NewPageReader(std::move(in), std::move(options));
}

class AnyReader final : public RecordReader {
 public:
  AnyReader(std::unique_ptr<ByteSource> file, std::optional<Format> format, ReadOptions options)
      : in_(std::make_unique<ByteReader>(Decompress(std::move(file), options.max_file_bytes))),
        format_(format),
        options_(std::move(options)) {}

  std::optional<Record> Next() override {
    if (done_) return std::nullopt;
    if (reader_ == nullptr) {
      const Format format = Tell();
      reader_ = NewReader(format, std::move(in_), options_);
    }
    std::optional<Record> record = reader_->Next();
    skipped_ = reader_->skipped();
    done_ = !record.has_value();
    if (done_) return std::nullopt;
    if (++items_ > options_.max_items) {
      done_ = true;
      record->what = absl::InvalidArgumentError(
          Cat("the file holds more than ", options_.max_items, " items: the rest is not read"));
    }
    if (auto* article = std::get_if<v1::Article>(&record->what)) FillIn(options_.defaults, *article);
    return record;
  }

 private:
  Format Tell() {
    if (format_.has_value()) return *format_;
    std::string_view start = in_->Peek(1);
    while (true) {
      const bool is_all = start.size() >= kMaxStartBytes;  // no more is looked at
      std::optional<Format> told = FormatOfContent(start.substr(0, kMaxStartBytes), is_all);
      if (told.has_value()) return *told;
      const size_t before = start.size();
      start = in_->PeekMore();
      if (start.size() == before) return FormatOfContent(start, true).value_or(Format::kPage);
    }
  }

  std::unique_ptr<ByteReader> in_;  // null once there is a reader
  const std::optional<Format> format_;
  const ReadOptions options_;
  std::unique_ptr<RecordReader> reader_;
  uint64_t items_ = 0;
  bool done_ = false;
};

}  // namespace

std::optional<Format> FormatNamed(std::string_view name) {
  for (const NamedFormat& one : kFormats) {
    if (one.name == name) return one.format;
  }
  return std::nullopt;
}

std::string FormatNames() {
  std::string names = "auto";
  for (const NamedFormat& one : kFormats) names += Cat(", ", one.name);
  return names;
}

std::string_view WithoutCompression(std::string_view file_name) {
  for (std::string_view extension : kCompressions) {
    if (EndsWith(file_name, extension)) return file_name.substr(0, file_name.size() - extension.size());
  }
  return file_name;
}

std::optional<Format> FormatOfName(std::string_view file_name) {
  const std::string_view name = WithoutCompression(file_name);
  if (EndsWith(name, ".txt")) return Format::kPage;
  if (EndsWith(name, ".jsonl") || EndsWith(name, ".ndjson")) return Format::kJsonLines;
  return std::nullopt;
}

bool IsNewsFile(std::string_view file_name) {
  const std::string_view name = WithoutCompression(file_name);
  return std::any_of(std::begin(kExtensions), std::end(kExtensions),
                     [name](std::string_view extension) { return EndsWith(name, extension); });
}

std::optional<Format> FormatOfContent(std::string_view start, bool is_all) {
  if (start.starts_with("\xEF\xBB\xBF")) start.remove_prefix(3);
  const size_t first = start.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return is_all ? std::optional(Format::kPage) : std::nullopt;
  start.remove_prefix(first);
  if (start[0] == '{' || start[0] == '[') return FormatOfJson(start, is_all);
  if (start[0] == '<') return FormatOfMarkup(start, is_all);
  if (start.starts_with("WARC/")) return Format::kWarc;
  if (!is_all && std::string_view("WARC/").starts_with(start)) return std::nullopt;
  return Format::kPage;
}

std::unique_ptr<RecordReader> OpenReader(std::unique_ptr<ByteSource> file, std::optional<Format> format,
                                         ReadOptions options) {
  return std::make_unique<AnyReader>(std::move(file), format, std::move(options));
}

}  // namespace factline::formats
