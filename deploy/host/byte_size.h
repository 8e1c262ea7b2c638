#ifndef FACTLINE_DEPLOY_HOST_BYTE_SIZE_H_
#define FACTLINE_DEPLOY_HOST_BYTE_SIZE_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace factline::host {

// A flag's number of bytes: "4096", "64KiB", "512MiB", "2GiB", "1TiB".
struct ByteSize {
  uint64_t bytes = 0;
};

bool AbslParseFlag(absl::string_view text, ByteSize* size, std::string* error);
std::string AbslUnparseFlag(ByteSize size);

constexpr ByteSize KiB(uint64_t n) { return {n << 10}; }
constexpr ByteSize MiB(uint64_t n) { return {n << 20}; }
constexpr ByteSize GiB(uint64_t n) { return {n << 30}; }

}  // namespace factline::host

#endif  // FACTLINE_DEPLOY_HOST_BYTE_SIZE_H_
