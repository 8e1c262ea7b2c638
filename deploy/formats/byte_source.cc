#include "deploy/formats/byte_source.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <utility>

#include "protos/vocab/status.h"

namespace factline::formats {
namespace {

class StreamSource final : public ByteSource {
 public:
  explicit StreamSource(std::istream* in) : in_(in) {}

  absl::StatusOr<size_t> Read(char* out, size_t capacity) override {
    std::streambuf* buffer = in_->rdbuf();
    size_t size = 0;
    while (size < capacity) {
      const int c = buffer->sbumpc();
      if (c == std::char_traits<char>::eof()) break;
      out[size++] = static_cast<char>(c);
      if (c == '\n') break;
    }
    return size;
  }

 private:
  std::istream* const in_;
};

class FileSource final : public ByteSource {
 public:
  explicit FileSource(const std::string& path) : in_(path, std::ios::binary) {}

  absl::StatusOr<size_t> Read(char* out, size_t capacity) override {
    if (!in_.is_open()) return absl::InvalidArgumentError("cannot be read");
    in_.read(out, static_cast<std::streamsize>(capacity));
    if (in_.bad()) return absl::InvalidArgumentError("cannot be read");
    return static_cast<size_t>(in_.gcount());
  }

 private:
  std::ifstream in_;
};

class StringSource final : public ByteSource {
 public:
  explicit StringSource(std::string bytes) : bytes_(std::move(bytes)) {}

  absl::StatusOr<size_t> Read(char* out, size_t capacity) override {
    const size_t size = std::min(capacity, bytes_.size() - at_);
    std::memcpy(out, bytes_.data() + at_, size);
    at_ += size;
    return size;
  }

 private:
  const std::string bytes_;
  size_t at_ = 0;
};

}  // namespace

std::unique_ptr<ByteSource> FromStream(std::istream* in) { return std::make_unique<StreamSource>(in); }

std::unique_ptr<ByteSource> FromFile(const std::string& path) { return std::make_unique<FileSource>(path); }

std::unique_ptr<ByteSource> FromString(std::string bytes) { return std::make_unique<StringSource>(std::move(bytes)); }

}  // namespace factline::formats
