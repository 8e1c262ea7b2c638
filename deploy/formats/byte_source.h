#ifndef FACTLINE_DEPLOY_FORMATS_BYTE_SOURCE_H_
#define FACTLINE_DEPLOY_FORMATS_BYTE_SOURCE_H_

#include <cstddef>
#include <istream>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace factline::formats {

// Bytes that are read once, from first to last. Not thread-safe.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // From 1 to `capacity` bytes into `out`; 0 at the end, and ever after. Blocks until there are some. `capacity` > 0.
  virtual absl::StatusOr<size_t> Read(char* out, size_t capacity) = 0;
};

// `in` must outlive it. A read ends at a line's end, so that lines of a pipe are there as soon as they are written.
std::unique_ptr<ByteSource> FromStream(std::istream* in);

// The file's bytes; the first read fails where it cannot be opened.
std::unique_ptr<ByteSource> FromFile(const std::string& path);

std::unique_ptr<ByteSource> FromString(std::string bytes);

}  // namespace factline::formats

#endif  // FACTLINE_DEPLOY_FORMATS_BYTE_SOURCE_H_
