#ifndef FACTLINE_INGEST_LOG_ROCKS_STATUS_H_
#define FACTLINE_INGEST_LOG_ROCKS_STATUS_H_

#include <rocksdb/slice.h>
#include <rocksdb/status.h>

#include <string_view>

#include "protos/vocab/status.h"

namespace factline::log {

inline rocksdb::Slice ToSlice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
inline std::string_view FromSlice(rocksdb::Slice slice) { return {slice.data(), slice.size()}; }

// `doing` says what failed: "reading events".
inline absl::Status FromRocks(const rocksdb::Status& status, std::string_view doing) {
  if (status.ok()) return absl::OkStatus();
  const std::string text = Cat(doing, ": ", status.ToString());
  if (status.IsCorruption()) return absl::DataLossError(text);
  if (status.IsNoSpace()) return WithReason(absl::ResourceExhaustedError(text), "DISK_FULL");
  return absl::UnavailableError(text);
}

}  // namespace factline::log

#endif  // FACTLINE_INGEST_LOG_ROCKS_STATUS_H_
