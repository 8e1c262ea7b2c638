#include "indexer/store/fact_row.h"

#include <cmath>
#include <optional>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace factline::store {
namespace {

constexpr char kRowFormat = 1;
constexpr uint8_t kMaxPercent = 100;

void AppendVarint(uint64_t value, std::string& out) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

std::optional<uint64_t> TakeVarint(std::string_view& in) {
  uint64_t value = 0;
  for (int shift = 0; shift < 64 && !in.empty(); shift += 7) {
    const uint8_t byte = static_cast<uint8_t>(in.front());
    in.remove_prefix(1);
    if (shift == 63 && byte > 1) return std::nullopt;
    value |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

uint64_t ZigZag(int64_t value) { return static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63); }
int64_t UnZigZag(uint64_t value) { return static_cast<int64_t>(value >> 1 ^ (~(value & 1) + 1)); }

}  // namespace

uint64_t FactRow::evidence_count() const {
  uint64_t sum = 0;
  for (const auto& [percent, count] : evidences_by_percent) sum += count;
  return sum;
}

uint8_t FactRow::best_percent() const {
  return evidences_by_percent.empty() ? 0 : evidences_by_percent.rbegin()->first;
}

std::string EncodeFactRow(const FactRow& row) {
  std::string bytes(1, kRowFormat);
  AppendVarint(ZigZag(row.first_published_seconds), bytes);
  AppendVarint(ZigZag(row.last_published_seconds), bytes);
  for (const auto& [percent, count] : row.evidences_by_percent) {
    bytes.push_back(static_cast<char>(percent));
    AppendVarint(count, bytes);
  }
  return bytes;
}

absl::StatusOr<FactRow> DecodeFactRow(std::string_view bytes) {
  const auto corrupt = [](const char* what) { return absl::DataLossError(what); };
  if (bytes.empty() || bytes.front() != kRowFormat) return corrupt("fact row: unknown format");
  bytes.remove_prefix(1);
  const std::optional<uint64_t> first = TakeVarint(bytes);
  const std::optional<uint64_t> last = TakeVarint(bytes);
  if (!first.has_value() || !last.has_value()) return corrupt("fact row: times are cut off");
  FactRow row{UnZigZag(*first), UnZigZag(*last), {}};
  while (!bytes.empty()) {
    const uint8_t percent = static_cast<uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    const std::optional<uint64_t> count = TakeVarint(bytes);
    if (!count.has_value() || *count == 0) return corrupt("fact row: bad count of evidences");
    if (percent > kMaxPercent || (!row.evidences_by_percent.empty() && percent <= row.best_percent())) {
      return corrupt("fact row: confidences are out of range or order");
    }
    row.evidences_by_percent.emplace(percent, *count);
  }
  if (row.evidences_by_percent.empty()) return corrupt("fact row: no evidence");
  return row;
}

uint8_t ConfidencePercent(float confidence) {
  if (!(confidence > 0)) return 0;
  return confidence >= 1 ? kMaxPercent : static_cast<uint8_t>(std::lround(confidence * kMaxPercent));
}

std::string EncodeCount(uint64_t count) {
  std::string bytes;
  AppendVarint(count, bytes);
  return bytes;
}

absl::StatusOr<uint64_t> DecodeCount(std::string_view bytes) {
  const std::optional<uint64_t> count = TakeVarint(bytes);
  if (!count.has_value() || !bytes.empty()) return absl::DataLossError("a count in the fact tables is corrupt");
  return *count;
}

std::string SerializeDeterministically(const google::protobuf::MessageLite& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializePartialToCodedStream(&coded);
  }
  return bytes;
}

}  // namespace factline::store
