#ifndef FACTLINE_DEPLOY_FORMATS_BYTE_READER_H_
#define FACTLINE_DEPLOY_FORMATS_BYTE_READER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "deploy/formats/byte_source.h"

namespace factline::formats {

// A buffer over a source: looks ahead, and takes lines and runs of bytes. It holds what was looked ahead at and one
// block. Where the source fails it ends, and `status` tells why. Not thread-safe.
class ByteReader {
 public:
  explicit ByteReader(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {}

  // What comes next, not taken: all that is buffered, which is at least `min_bytes` unless the end comes before.
  std::string_view Peek(size_t min_bytes);
  // One read of the source more than is buffered; the same again at the end.
  std::string_view PeekMore() { return Peek(buffer_.size() - at_ + 1); }

  struct Line {
    std::string text;    // without its line feed; cut where the line is longer than asked for
    uint64_t bytes = 0;  // of the whole line, with its line feed
    bool too_long = false;
  };
  // The next line, of which at most `max_bytes` are kept; nullopt at the end.
  std::optional<Line> ReadLine(size_t max_bytes);

  // From 1 to `capacity` bytes; 0 at the end.
  size_t Read(char* out, size_t capacity);
  // The next `bytes` bytes, fewer only at the end.
  std::string ReadUpTo(size_t bytes);
  // Takes so many bytes without keeping them; returns how many there were.
  uint64_t Skip(uint64_t bytes);

  // Bytes taken so far.
  uint64_t offset() const { return offset_; }
  // OK also at the end.
  const absl::Status& status() const { return status_; }

 private:
  bool Fill();
  void Take(size_t bytes);

  const std::unique_ptr<ByteSource> source_;
  std::string buffer_;  // bytes from at_ on are still to be taken
  size_t at_ = 0;
  uint64_t offset_ = 0;
  bool ended_ = false;
  absl::Status status_;
};

}  // namespace factline::formats

#endif  // FACTLINE_DEPLOY_FORMATS_BYTE_READER_H_
