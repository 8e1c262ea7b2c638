#include "deploy/cli/item_source.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "deploy/formats/byte_source.h"
#include "deploy/formats/open.h"
#include "protos/vocab/status.h"
#include "protos/vocab/timestamp.h"

namespace factline::cli {
namespace {

namespace fs = std::filesystem;

// The file's name without how it is compressed and without ".txt", ".html".
std::string NameOf(const std::string& path) {
  const std::string file_name = fs::path(path).filename().string();
  const fs::path name(std::string(formats::WithoutCompression(file_name)));
  const fs::path extension = name.extension();
  const bool is_told = extension == ".txt" || extension == ".html" || extension == ".htm" || extension == ".xhtml";
  return is_told ? name.stem().string() : name.string();
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
      std::error_code unknown;  // what cannot be looked at is no file to read
      if (it->is_regular_file(unknown) && formats::IsNewsFile(it->path().filename().string())) {
        files.push_back(it->path().string());
      }
    }
    if (error) return absl::InvalidArgumentError(Cat(path, ": ", error.message()));
    if (files.size() == first) {
      return absl::InvalidArgumentError(Cat(path, ": has no file whose name ends as news do, such as .txt or .jsonl"));
    }
    std::sort(files.begin() + first, files.end());
    return absl::OkStatus();
  }
  if (!std::ifstream(path)) return absl::InvalidArgumentError(Cat(path, ": cannot be read: ", std::strerror(errno)));
  files.push_back(path);
  return absl::OkStatus();
}

}  // namespace

ItemSource::ItemSource(std::istream& standard_input, ItemOptions options)
    : standard_input_(&standard_input),
      options_(std::move(options)),
      skipped_records_(std::make_unique<std::atomic<uint64_t>>(0)) {}

absl::StatusOr<ItemSource> ItemSource::Open(const std::vector<std::string>& paths, std::istream& standard_input,
                                            ItemOptions options) {
  ItemSource source(standard_input, std::move(options));
  bool sized = true;
  for (const std::string& path : paths) FL_RETURN_IF_ERROR(AddPath(path, source.files_));
  for (const std::string& file : source.files_) {
    std::error_code error;
    uint64_t bytes = file == "-" ? 0 : fs::file_size(file, error);
    sized = sized && file != "-" && !error && formats::WithoutCompression(file) == file;
    source.total_bytes_ += error ? 0 : bytes;
  }
  if (!sized) source.total_bytes_ = 0;
  return source;
}

std::optional<ItemSource::Next> ItemSource::Read() {
  while (true) {
    if (reader_ == nullptr) {
      if (next_file_ == files_.size()) return std::nullopt;
      OpenNextFile();
    }
    std::optional<formats::Record> record = reader_->Next();
    *skipped_records_ = skipped_before_ + reader_->skipped();
    if (record.has_value()) return ItemOf(*std::move(record));
    skipped_before_ = *skipped_records_;
    reader_ = nullptr;
  }
}

void ItemSource::OpenNextFile() {
  file_label_ = files_[next_file_++];
  const bool standard_input = file_label_ == "-";
  formats::ReadOptions read = options_.read;
  read.name = standard_input ? options_.standard_input_id : NameOf(file_label_);
  std::optional<formats::Format> format = options_.format;
  if (!format.has_value() && !standard_input) format = formats::FormatOfName(file_label_);
  reader_ = formats::OpenReader(standard_input ? formats::FromStream(standard_input_) : formats::FromFile(file_label_),
                                format, std::move(read));
}

ItemSource::Next ItemSource::ItemOf(formats::Record record) {
  std::string label = Cat(file_label_, record.place);
  const auto bad = [&](absl::Status status) {
    return Next{std::nullopt, BadItem{std::move(label), std::move(status), record.bytes}};
  };
  if (auto* status = std::get_if<absl::Status>(&record.what)) return bad(*std::move(status));
  Item item;
  if (auto* article = std::get_if<v1::Article>(&record.what)) {
    const absl::Time embargo = FromTimestamp(article->rights().embargo_time());
    if (article->rights().has_embargo_time() && embargo > options_.embargoed_after) {
      return bad(FieldError("article.rights.embargo_time",
                            Cat("under embargo until ", absl::FormatTime(embargo, absl::UTCTimeZone()))));
    }
    *item.request.mutable_article() = std::move(*article);
  } else if (auto* page = std::get_if<v1::Page>(&record.what)) {
    *item.request.mutable_page() = std::move(*page);
  } else {
    item.request.set_delete_id(std::get<formats::Withdrawal>(std::move(record.what)).id);
  }
  item.request.set_request_id(Cat(options_.run_id, "-", ++items_));
  item.label = std::move(label);
  item.bytes = record.bytes;
  return {std::move(item), std::nullopt};
}

}  // namespace factline::cli
