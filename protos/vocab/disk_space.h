#ifndef FACTLINE_PROTOS_VOCAB_DISK_SPACE_H_
#define FACTLINE_PROTOS_VOCAB_DISK_SPACE_H_

#include <cstdint>
#include <filesystem>
#include <string>

#include "absl/status/statusor.h"
#include "protos/vocab/status.h"

namespace factline {

// Bytes that this process may still write on the file system of `path`. UNAVAILABLE if that cannot be told.
inline absl::StatusOr<uint64_t> FreeDiskBytes(const std::string& path) {
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(path, error);
  if (error) return absl::UnavailableError(Cat("free space of ", path, ": ", error.message()));
  return space.available;
}

}  // namespace factline

#endif  // FACTLINE_PROTOS_VOCAB_DISK_SPACE_H_
