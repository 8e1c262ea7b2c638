#include "deploy/cli/item_source.h"

#include <algorithm>
#include <filesystem>

#include "deploy/cli/article_json.h"
#include "protos/vocab/status.h"
#include "protos/vocab/utf8.h"

namespace factline::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kReadBytes = 64 << 10;

bool IsJsonLines(const fs::path& path) { return path.extension() == ".jsonl" || path.extension() == ".ndjson"; }
bool IsInput(const fs::path& path) { return IsJsonLines(path) || path.extension() == ".txt"; }

std::string PageId(const fs::path& path) {
  return path.extension() == ".txt" ? path.stem().string() : path.filename().string();
}

bool IsBlank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

absl::Status CheckUtf8(std::string_view field, std::string_view text) {
  std::optional<size_t> at = FirstInvalidUtf8(text);
  return at.has_value() ? FieldError(field, Cat("not UTF-8 at byte ", *at)) : absl::OkStatus();
}

// The ingestor could not say which field it is: with such a byte the whole request does not parse.
absl::Status CheckUtf8(const v1::Page& page) {
  if (FirstInvalidUtf8(page.id()).has_value()) {
    return FieldError("page.id", "not UTF-8: rename the file, its name is the id");
  }
  FL_RETURN_IF_ERROR(CheckUtf8("page.text", page.text()));
  FL_RETURN_IF_ERROR(CheckUtf8("page.source", page.source()));
  FL_RETURN_IF_ERROR(CheckUtf8("page.url", page.url()));
  FL_RETURN_IF_ERROR(CheckUtf8("page.language", page.language()));
  for (const std::string& tag : page.tags()) FL_RETURN_IF_ERROR(CheckUtf8("page.tags", tag));
  return absl::OkStatus();
}

absl::Status AddPath(const std::string& path, std::vector<std::string>& files) {
  if (path == "-") {
    files.push_back(path);
    return absl::OkStatus();
  }
  std::error_code error;
  if (fs::is_directory(path, error)) {
    size_t first = files.size();
    for (fs::recursive_directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
      if (it->is_regular_file() && IsInput(it->path())) files.push_back(it->path().string());
    }
    if (error) return absl::InvalidArgumentError(Cat(path, ": ", error.message()));
    std::sort(files.begin() + first, files.end());
    return absl::OkStatus();
  }
  if (!std::ifstream(path)) return absl::InvalidArgumentError(Cat(path, ": cannot be read"));
  files.push_back(path);
  return absl::OkStatus();
}

}  // namespace

ItemSource::ItemSource(std::istream& standard_input, ItemOptions options)
    : standard_input_(&standard_input), options_(std::move(options)) {}

absl::StatusOr<ItemSource> ItemSource::Open(const std::vector<std::string>& paths, std::istream& standard_input,
                                            ItemOptions options) {
  ItemSource source(standard_input, std::move(options));
  bool sized = true;
  for (const std::string& path : paths) FL_RETURN_IF_ERROR(AddPath(path, source.files_));
  for (const std::string& file : source.files_) {
    std::error_code error;
    uint64_t bytes = file == "-" ? 0 : fs::file_size(file, error);
    sized = sized && file != "-" && !error;
    source.total_bytes_ += error ? 0 : bytes;
  }
  if (!sized) source.total_bytes_ = 0;
  return source;
}

std::optional<ItemSource::Next> ItemSource::Read() {
  while (true) {
    if (lines_ != nullptr) {
      if (std::optional<Next> next = NextLine(); next.has_value()) return next;
      lines_ = nullptr;
    }
    if (next_file_ == files_.size()) return std::nullopt;
    const std::string& path = files_[next_file_++];
    bool standard_input = path == "-";
    if (standard_input ? options_.standard_input_is_page : !IsJsonLines(path)) {
      return PageOf(path, standard_input ? options_.page_id : PageId(path));
    }
    file_ = standard_input ? nullptr : std::make_unique<std::ifstream>(path, std::ios::binary);
    lines_ = standard_input ? standard_input_ : file_.get();
    lines_label_ = path;
    line_number_ = 0;
  }
}

// Past the bound a line is read to its end but not kept.
std::optional<ItemSource::Line> ItemSource::ReadLine(std::istream& in) const {
  Line line;
  std::streambuf* buffer = in.rdbuf();
  for (int c = buffer->sbumpc(); c != std::char_traits<char>::eof(); c = buffer->sbumpc()) {
    ++line.bytes;
    if (c == '\n') return line;
    line.too_long = line.too_long || line.text.size() >= options_.max_item_bytes;
    if (!line.too_long) line.text += static_cast<char>(c);
  }
  if (line.bytes == 0) return std::nullopt;
  return line;
}

std::optional<ItemSource::Next> ItemSource::NextLine() {
  while (std::optional<Line> line = ReadLine(*lines_)) {
    std::string label = Cat(lines_label_, ":", ++line_number_);
    if (line->too_long) {
      absl::Status status = absl::InvalidArgumentError(
          Cat("the line has ", line->bytes, " bytes, more than --max_item_bytes=", options_.max_item_bytes));
      return Next{std::nullopt, BadItem{std::move(label), std::move(status), line->bytes}};
    }
    if (IsBlank(line->text)) continue;
    absl::StatusOr<v1::Article> article = ArticleFromJson(line->text);
    if (!article.ok()) return Next{std::nullopt, BadItem{std::move(label), article.status(), line->bytes}};
    Item item;
    *item.request.mutable_article() = *std::move(article);
    SetRequestId(item.request);
    item.label = std::move(label);
    item.bytes = line->bytes;
    return Next{std::move(item), std::nullopt};
  }
  return std::nullopt;
}

void ItemSource::SetRequestId(v1::IngestRequest& request) {
  request.set_request_id(Cat(options_.run_id, "-", ++items_));
}

ItemSource::Next ItemSource::PageOf(const std::string& path, const std::string& id) {
  std::ifstream file;
  std::istream* in = standard_input_;
  if (path != "-") {
    file.open(path, std::ios::binary);
    in = &file;
  }
  std::string text;
  std::string block(kReadBytes, '\0');
  while (in->good() && text.size() <= options_.max_item_bytes) {
    in->read(block.data(), static_cast<std::streamsize>(block.size()));
    text.append(block.data(), static_cast<size_t>(in->gcount()));
  }
  auto bad = [&](const std::string& why) {
    return Next{std::nullopt, BadItem{path, FieldError("page.text", why), text.size()}};
  };
  if (in->bad() || (path != "-" && !file.is_open())) return bad("cannot be read");
  if (text.size() > options_.max_item_bytes) return bad(Cat("larger than --max_item_bytes=", options_.max_item_bytes));
  Item item;
  v1::Page& page = *item.request.mutable_page();
  page = options_.page_defaults;
  page.set_id(id);
  item.bytes = text.size();
  page.set_text(std::move(text));
  if (absl::Status status = CheckUtf8(page); !status.ok()) return {std::nullopt, BadItem{path, status, item.bytes}};
  SetRequestId(item.request);
  item.label = path;
  return {std::move(item), std::nullopt};
}

}  // namespace factline::cli
