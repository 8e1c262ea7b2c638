#include "deploy/formats/byte_reader.h"

#include <algorithm>
#include <cstring>

namespace factline::formats {
namespace {

constexpr size_t kBlockBytes = 64 << 10;

}  // namespace

// One more read into the buffer; false at the end.
bool ByteReader::Fill() {
  if (ended_) return false;
  buffer_.erase(0, at_);
  at_ = 0;
  const size_t before = buffer_.size();
  buffer_.resize(before + kBlockBytes);
  absl::StatusOr<size_t> read = source_->Read(buffer_.data() + before, kBlockBytes);
  buffer_.resize(before + (read.ok() ? *read : 0));
  if (!read.ok()) status_ = read.status();
  ended_ = buffer_.size() == before;
  return !ended_;
}

void ByteReader::Take(size_t bytes) {
  at_ += bytes;
  offset_ += bytes;
}

std::string_view ByteReader::Peek(size_t min_bytes) {
  while (buffer_.size() - at_ < min_bytes && Fill()) {
  }
  return std::string_view(buffer_).substr(at_);
}

std::optional<ByteReader::Line> ByteReader::ReadLine(size_t max_bytes) {
  Line line;
  while (true) {
    const std::string_view ahead = Peek(1);
    if (ahead.empty()) break;
    const size_t end = ahead.find('\n');
    const std::string_view part = ahead.substr(0, end);
    const size_t kept = std::min(part.size(), max_bytes - line.text.size());
    line.text += part.substr(0, kept);
    line.too_long = line.too_long || kept < part.size();
    const size_t taken = part.size() + (end == std::string_view::npos ? 0 : 1);
    line.bytes += taken;
    Take(taken);
    if (end != std::string_view::npos) return line;
  }
  if (line.bytes == 0) return std::nullopt;
  return line;
}

size_t ByteReader::Read(char* out, size_t capacity) {
  const std::string_view ahead = Peek(1);
  const size_t size = std::min(capacity, ahead.size());
  std::memcpy(out, ahead.data(), size);
  Take(size);
  return size;
}

std::string ByteReader::ReadUpTo(size_t bytes) {
  std::string out;
  while (out.size() < bytes) {
    const std::string_view ahead = Peek(1).substr(0, bytes - out.size());
    if (ahead.empty()) break;
    out += ahead;
    Take(ahead.size());
  }
  return out;
}

uint64_t ByteReader::Skip(uint64_t bytes) {
  uint64_t skipped = 0;
  while (skipped < bytes) {
    const size_t size = static_cast<size_t>(std::min<uint64_t>(Peek(1).size(), bytes - skipped));
    if (size == 0) break;
    Take(size);
    skipped += size;
  }
  return skipped;
}

}  // namespace factline::formats
