#include "deploy/formats/page_reader.h"

#include <utility>

#include "protos/vocab/status.h"
#include "protos/vocab/utf8.h"

namespace factline::formats {
namespace {

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

class PageReader final : public RecordReader {
 public:
  PageReader(std::unique_ptr<ByteReader> in, ReadOptions options) : in_(std::move(in)), options_(std::move(options)) {}

  std::optional<Record> Next() override {
    if (in_ == nullptr) return std::nullopt;
    Record record;
    record.what = Read();
    record.bytes = in_->offset();
    in_.reset();
    return record;
  }

 private:
  RecordContent Read() {
    v1::Page page = options_.defaults;
    FL_ASSIGN_OR_RETURN(*page.mutable_text(), ReadWhole("page.text", *in_, options_.max_item_bytes));
    if (options_.name.empty()) return FieldError("page.id", "a page from standard input has no name: say --id=ID");
    page.set_id(options_.name);
    FL_RETURN_IF_ERROR(CheckUtf8(page));
    return page;
  }

  std::unique_ptr<ByteReader> in_;  // null once read
  const ReadOptions options_;
};

}  // namespace

absl::StatusOr<std::string> ReadWhole(std::string_view field, ByteReader& in, uint64_t max_bytes) {
  std::string text = in.ReadUpTo(max_bytes + 1);
  if (!in.status().ok()) return FieldError(field, ToStd(in.status().message()));
  if (text.size() > max_bytes) return FieldError(field, Cat("larger than --max_item_bytes=", max_bytes));
  return text;
}

std::unique_ptr<RecordReader> NewPageReader(std::unique_ptr<ByteReader> in, ReadOptions options) {
  return std::make_unique<PageReader>(std::move(in), std::move(options));
}

}  // namespace factline::formats
