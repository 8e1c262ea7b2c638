#include "deploy/formats/test_util.h"

#include <gtest/gtest.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include "protos/vocab/status.h"

namespace factline::formats {

std::string Gzip(std::string_view bytes) {
  z_stream stream = {};
  deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string Xz(std::string_view bytes) {
  std::string out(lzma_stream_buffer_bound(bytes.size()), '\0');
  size_t size = 0;
  EXPECT_EQ(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, nullptr, reinterpret_cast<const uint8_t*>(bytes.data()),
                                    bytes.size(), reinterpret_cast<uint8_t*>(out.data()), &size, out.size()),
            LZMA_OK);
  out.resize(size);
  return out;
}

std::string Zstd(std::string_view bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), 1));
  return out;
}

std::unique_ptr<ByteReader> ReaderOf(std::string bytes) {
  return std::make_unique<ByteReader>(FromString(std::move(bytes)));
}

std::string Brief(const Record& record) {
  if (const auto* article = std::get_if<v1::Article>(&record.what))
    return Cat(record.place, " article ", article->id());
  if (const auto* page = std::get_if<v1::Page>(&record.what)) return Cat(record.place, " page ", page->id());
  if (const auto* gone = std::get_if<Withdrawal>(&record.what)) return Cat(record.place, " withdraws ", gone->id);
  const auto& status = std::get<absl::Status>(record.what);
  const std::string field = FieldOf(status).value_or("");
  std::string_view message = ToStd(status.message());
  if (!field.empty() && message.starts_with(field + ": ")) message.remove_prefix(field.size() + 2);
  return Cat(record.place, " !", field, ": ", message);
}

std::vector<std::string> ReadAll(RecordReader& reader) {
  std::vector<std::string> lines;
  while (std::optional<Record> record = reader.Next()) lines.push_back(Brief(*record));
  EXPECT_FALSE(reader.Next().has_value()) << "the end must stay the end";
  return lines;
}

std::vector<v1::Article> ArticlesOf(RecordReader& reader) {
  std::vector<v1::Article> articles;
  while (std::optional<Record> record = reader.Next()) {
    if (auto* article = std::get_if<v1::Article>(&record->what)) {
      articles.push_back(std::move(*article));
    } else {
      ADD_FAILURE() << Brief(*record);
    }
  }
  return articles;
}

}  // namespace factline::formats
