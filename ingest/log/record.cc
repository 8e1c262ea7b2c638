#include "ingest/log/record.h"

#include <limits>

#include "protos/vocab/crc32c.h"
#include "protos/vocab/status.h"

namespace factline::log {
namespace {

uint32_t Sum(std::string_view key, uint8_t version, std::string_view payload) {
  const char version_byte = static_cast<char>(version);
  return MaskCrc32c(ExtendCrc32c(ExtendCrc32c(Crc32c(key), {&version_byte, 1}), payload));
}

uint32_t ReadLittleEndian32(std::string_view bytes) {
  uint32_t value = 0;
  for (size_t i = 4; i-- > 0;) value = (value << 8) | static_cast<unsigned char>(bytes[i]);
  return value;
}

}  // namespace

void AppendRecord(std::string_view key, const storage::v1::LogEvent& event, std::string* out) {
  const size_t begin = out->size();
  out->append(kRecordHeaderBytes, '\0');
  event.AppendToString(out);
  uint32_t crc = Sum(key, kRecordVersion, std::string_view(*out).substr(begin + kRecordHeaderBytes));
  (*out)[begin] = static_cast<char>(kRecordVersion);
  for (size_t i = 1; i < kRecordHeaderBytes; ++i, crc >>= 8) (*out)[begin + i] = static_cast<char>(crc & 0xFF);
}

absl::StatusOr<storage::v1::LogEvent> DecodeRecord(std::string_view key, std::string_view record) {
  if (record.size() < kRecordHeaderBytes) {
    return absl::DataLossError(
        Cat("a record of ", record.size(), " bytes is shorter than its header of ", kRecordHeaderBytes));
  }
  const auto version = static_cast<uint8_t>(record[0]);
  if (version == 0) return absl::DataLossError("a record of version 0, which was never written");
  if (version > kRecordVersion) {
    return absl::UnimplementedError(
        Cat("a record of version ", int{version}, "; this program reads up to ", int{kRecordVersion}));
  }
  const std::string_view payload = record.substr(kRecordHeaderBytes);
  const uint32_t stored = ReadLittleEndian32(record.substr(1, 4));
  const uint32_t computed = Sum(key, version, payload);
  if (stored != computed) {
    return absl::DataLossError(Cat("checksum of a record of ", record.size(), " bytes is ", absl::Hex(stored),
                                   ", its bytes give ", absl::Hex(computed)));
  }
  storage::v1::LogEvent event;
  if (payload.size() > std::numeric_limits<int>::max() ||
      !event.ParseFromArray(payload.data(), static_cast<int>(payload.size()))) {
    return absl::DataLossError(
        Cat("the payload of ", payload.size(), " bytes is no LogEvent though its checksum holds"));
  }
  return event;
}

}  // namespace factline::log
