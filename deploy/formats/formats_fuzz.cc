// A libFuzzer entry: any bytes are read as any format, and what comes out is what the ingestor could be sent. The first
// byte chooses the format; one that is none leaves it to the content.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "deploy/formats/byte_source.h"
#include "deploy/formats/open.h"
#include "protos/vocab/utf8.h"

namespace factline::formats {
namespace {

constexpr uint64_t kMaxItemBytes = 64 << 10;

void Require(bool holds) {
  if (!holds) std::abort();
}

void RequireText(const std::string& text, size_t max_bytes) {
  Require(text.size() <= max_bytes && !FirstInvalidUtf8(text).has_value());
}

// Of formats whose fields we make; JSON lines are the caller's own words, which the ingestor checks.
void CheckMade(const v1::Article& article) {
  Require(!article.id().empty());
  RequireText(article.id(), 256);
  RequireText(article.title(), 4 << 10);
  RequireText(article.source(), 256);
  RequireText(article.url(), 2 << 10);
  RequireText(article.language(), 35);
  RequireText(article.body(), 16 * kMaxItemBytes);
  Require(article.authors_size() <= 64 && article.tags_size() <= 64);
  for (const std::string& author : article.authors()) RequireText(author, 256);
  for (const std::string& tag : article.tags()) RequireText(tag, 256);
  RequireText(article.rights().copyright_holder(), 4 << 10);
  RequireText(article.rights().copyright_notice(), 4 << 10);
  RequireText(article.rights().usage_terms(), 4 << 10);
  RequireText(article.rights().url(), 2 << 10);
}

}  // namespace
}  // namespace factline::formats

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace factline::formats;
  if (size == 0) return 0;
  const bool chosen = data[0] <= static_cast<uint8_t>(Format::kWarc);
  const auto format = chosen ? std::optional(static_cast<Format>(data[0])) : std::nullopt;
  std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto reader = OpenReader(FromString(std::move(bytes)), format,
                                 {.max_item_bytes = kMaxItemBytes, .max_file_bytes = 1 << 20, .name = "file"});
  size_t records = 0;
  while (std::optional<Record> record = reader->Next()) {
    Require(++records <= (1 << 20) + 2);
    const auto* article = std::get_if<factline::v1::Article>(&record->what);
    if (article != nullptr && format.has_value() && *format != Format::kJsonLines) CheckMade(*article);
  }
  Require(!reader->Next().has_value());
  return 0;
}
