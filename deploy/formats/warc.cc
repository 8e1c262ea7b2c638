#include "deploy/formats/warc.h"

#include <charconv>
#include <map>
#include <utility>

#include "deploy/formats/decompress.h"
#include "deploy/formats/fields.h"
#include "deploy/formats/html_page.h"
#include "protos/vocab/status.h"

namespace factline::formats {
namespace {

constexpr size_t kMaxHeadLines = 1000;
constexpr size_t kMaxHeadLineBytes = 64 << 10;

using Head = std::map<std::string, std::string, std::less<>>;  // by name in lower case; the first of each

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
}

void AddField(std::string_view line, Head& head) {
  const size_t colon = line.find(':');
  if (colon != std::string_view::npos) head.emplace(Lower(Trim(line.substr(0, colon))), Trim(line.substr(colon + 1)));
}

std::string Field(const Head& head, std::string_view name) {
  const auto found = head.find(name);
  return found == head.end() ? std::string() : found->second;
}

bool IsHtml(const std::string& content_type) {
  const std::string type = Lower(content_type);
  return type.starts_with("text/html") || type.starts_with("application/xhtml+xml");
}

std::string CharsetOf(const std::string& content_type) {
  const std::string type = Lower(content_type);
  const size_t at = type.find("charset=");
  if (at == std::string::npos) return "";
  const std::string_view value = std::string_view(type).substr(at + 8);
  return std::string(value.substr(value.starts_with('"') ? 1 : 0));
}

// The text up to a line break, taken from `rest`; nullopt where there is none.
std::optional<std::string_view> TakeLine(std::string_view& rest) {
  const size_t end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// An HTTP response, as far as a page needs it.
struct Page {
  std::string html;
  std::string charset;
};

// nullopt: a response that is no page. `max_bytes` of HTML at most.
absl::StatusOr<std::optional<Page>> PageOf(std::string_view response, uint64_t max_bytes) {
  const std::optional<std::string_view> status_line = TakeLine(response);
  if (!status_line.has_value() || !status_line->starts_with("HTTP/"))
    return absl::InvalidArgumentError("no HTTP response");
  const size_t blank = status_line->find(' ');
  if (blank == std::string_view::npos || !status_line->substr(blank + 1).starts_with("200")) return std::nullopt;
  Head head;
  while (true) {
    const std::optional<std::string_view> line = TakeLine(response);
    if (!line.has_value()) return absl::InvalidArgumentError("the HTTP response ends within its head");
    if (line->empty()) break;
    AddField(*line, head);
  }
  const std::string type = Field(head, "content-type");
  if (!IsHtml(type)) return std::nullopt;
  Page page = {.html = std::string(response), .charset = CharsetOf(type)};
  // Some crawlers store the body decoded, with the head as it was.
  if (Lower(Field(head, "transfer-encoding")).find("chunked") != std::string::npos) {
    if (absl::StatusOr<std::string> joined = JoinChunks(page.html); joined.ok()) page.html = *std::move(joined);
  }
  const std::string encoding = Lower(Field(head, "content-encoding"));
  if (encoding == "gzip" || encoding == "x-gzip" || encoding == "deflate") {
    absl::StatusOr<std::string> inflated = Inflate(page.html, max_bytes);
    if (!inflated.ok() && (absl::IsOutOfRange(inflated.status()) || page.html.starts_with("\x1F\x8B"))) {
      return absl::InvalidArgumentError(Cat("the page ", ToStd(inflated.status().message())));
    }
    if (inflated.ok()) page.html = *std::move(inflated);
  } else if (!encoding.empty() && encoding != "identity" && page.html.find('<') == std::string::npos) {
    return absl::InvalidArgumentError(Cat("the page's Content-Encoding '", Cut(encoding, 40), "' is not read"));
  }
  return page;
}

class WarcReader final : public RecordReader {
 public:
  WarcReader(std::unique_ptr<ByteReader> in, ReadOptions options) : in_(std::move(in)), options_(std::move(options)) {
    options_.name.clear();  // the file's name is that of none of its pages
  }

  std::optional<Record> Next() override {
    while (FindRecord()) {
      const uint64_t begin = in_->offset();
      Record record = {.place = Cat("#", ++number_, "@", begin), .bytes = 0, .what = {}};
      absl::StatusOr<std::optional<RecordContent>> content = Read();
      record.bytes = in_->offset() - begin;
      if (content.ok() && !content->has_value()) {
        ++skipped_;
        continue;
      }
      record.what = content.ok() ? RecordContent(**std::move(content)) : RecordContent(content.status());
      return record;
    }
    if (in_->status().ok() || std::exchange(ended_, true)) return std::nullopt;
    return Record{.place = Cat("#", number_ + 1, "@", in_->offset()), .bytes = 0, .what = in_->status()};
  }

 private:
  // To the next record's first byte; past blank lines, and after a damaged record past all lines that begin none.
  bool FindRecord() {
    while (true) {
      const std::string_view ahead = in_->Peek(5);
      if (ahead.empty()) return false;
      const bool is_blank = ahead[0] == '\r' || ahead[0] == '\n';
      if (!is_blank && (!lost_ || ahead.starts_with("WARC/"))) {
        lost_ = false;
        return true;
      }
      in_->ReadLine(0);
    }
  }

  // The next record is looked for at lines that begin one.
  absl::Status Lost(std::string why) {
    lost_ = true;
    ended_ = !in_->status().ok();
    if (ended_) return in_->status();
    return absl::InvalidArgumentError(Cat("WARC: ", why));
  }

  absl::StatusOr<std::optional<RecordContent>> Read() {
    const std::optional<ByteReader::Line> version = in_->ReadLine(kMaxHeadLineBytes);
    if (!version.has_value() || !version->text.starts_with("WARC/")) return Lost("no record begins here");
    FL_ASSIGN_OR_RETURN(const Head head, ReadHead());
    const std::string length = Field(head, "content-length");
    uint64_t bytes = 0;
    const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), bytes);
    if (error != std::errc() || end != length.data() + length.size() || length.empty()) {
      return Lost(Cat("Content-Length '", Cut(OneLine(length), 40), "' is no number"));
    }
    const std::string type = Lower(Field(head, "warc-type"));
    const std::string content_type = Lower(Field(head, "content-type"));
    const bool is_response = type == "response" && content_type.starts_with("application/http");
    if (!is_response && !(type == "resource" && IsHtml(content_type))) {
      if (in_->Skip(bytes) < bytes) return Lost("the file ends within the record");
      return std::nullopt;
    }
    if (bytes > options_.max_item_bytes) {
      in_->Skip(bytes);
      return absl::InvalidArgumentError(
          Cat("the record has ", bytes, " bytes, more than --max_item_bytes=", options_.max_item_bytes));
    }
    const std::string block = in_->ReadUpTo(bytes);
    if (block.size() < bytes) return Lost("the file ends within the record");
    return ReadPage(head, block, is_response);
  }

  absl::StatusOr<Head> ReadHead() {
    Head head;
    for (size_t lines = 0; lines < kMaxHeadLines; ++lines) {
      const std::optional<ByteReader::Line> line = in_->ReadLine(kMaxHeadLineBytes);
      if (!line.has_value()) return Lost("the file ends within a record's head");
      if (line->text.empty() || line->text == "\r") return head;
      AddField(line->text, head);
    }
    return Lost(Cat("the record's head has more than ", kMaxHeadLines, " lines"));
  }

  absl::StatusOr<std::optional<RecordContent>> ReadPage(const Head& head, const std::string& block,
                                                        bool is_response) const {
    std::string url = Field(head, "warc-target-uri");
    if (url.starts_with('<') && url.ends_with('>')) url = url.substr(1, url.size() - 2);  // as WARC 1.0 has it
    Page page;
    if (is_response) {
      FL_ASSIGN_OR_RETURN(std::optional<Page> found, PageOf(block, options_.max_item_bytes));
      if (!found.has_value()) return std::nullopt;
      page = *std::move(found);
    } else {
      page = {.html = block, .charset = CharsetOf(Field(head, "content-type"))};
    }
    return ArticleFromHtml(page.html, {.url = url, .charset = page.charset}, options_);
  }

  const std::unique_ptr<ByteReader> in_;
  ReadOptions options_;
  uint64_t number_ = 0;
  bool lost_ = false;
  bool ended_ = false;
};

}  // namespace

absl::StatusOr<std::string> JoinChunks(std::string_view body) {
  std::string joined;
  while (true) {
    const std::optional<std::string_view> line = TakeLine(body);
    if (!line.has_value()) return absl::InvalidArgumentError("the chunks end too early");
    uint64_t bytes = 0;
    const auto [end, error] = std::from_chars(line->data(), line->data() + line->size(), bytes, 16);
    const bool ends_there = end == line->data() + line->size() || *end == ';' || *end == ' ';
    if (error != std::errc() || !ends_there) return absl::InvalidArgumentError("no chunk begins here");
    if (bytes == 0) return joined;
    if (bytes > body.size()) return absl::InvalidArgumentError("the chunks end too early");
    joined += body.substr(0, bytes);
    body.remove_prefix(bytes);
    TakeLine(body);
  }
}

std::unique_ptr<RecordReader> NewWarcReader(std::unique_ptr<ByteReader> in, ReadOptions options) {
  return std::make_unique<WarcReader>(std::move(in), std::move(options));
}

}  // namespace factline::formats
