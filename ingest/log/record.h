#ifndef FACTLINE_INGEST_LOG_RECORD_H_
#define FACTLINE_INGEST_LOG_RECORD_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "factline/storage/v1/log_event.pb.h"

namespace factline::log {

// A record, the value of one event (FORMAT.md):
//
//   record  := version:u8  crc:u32-little-endian  payload
//   version := 1
//   crc     := mask(crc32c(key version payload))
//   payload := LogEvent, serialised
//
// The key's bytes are part of the sum, so that a record found under another key is as bad as a changed one.
inline constexpr uint8_t kRecordVersion = 1;
inline constexpr size_t kRecordHeaderBytes = 5;

// Appends the record of `event` under `key` to `out`.
void AppendRecord(std::string_view key, const storage::v1::LogEvent& event, std::string* out);

// DATA_LOSS says what is wrong with the bytes; UNIMPLEMENTED: a later program wrote them. Takes any bytes.
absl::StatusOr<storage::v1::LogEvent> DecodeRecord(std::string_view key, std::string_view record);

}  // namespace factline::log

#endif  // FACTLINE_INGEST_LOG_RECORD_H_
