#include "indexer/store/fact_row.h"

#include <cmath>

#include "indexer/store/bytes.h"

namespace factline::store {
namespace {

constexpr char kRowFormat = 1;
constexpr uint8_t kMaxPercent = 100;

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
  PutSigned(row.first_published_seconds, &bytes);
  PutSigned(row.last_published_seconds, &bytes);
  for (const auto& [percent, count] : row.evidences_by_percent) {
    bytes.push_back(static_cast<char>(percent));
    PutVarint(count, &bytes);
  }
  return bytes;
}

absl::StatusOr<FactRow> DecodeFactRow(std::string_view bytes) {
  const auto corrupt = [](const char* what) { return absl::DataLossError(what); };
  if (bytes.empty() || bytes.front() != kRowFormat) return corrupt("fact row: unknown format");
  ByteReader reader(bytes.substr(1));
  FactRow row;
  row.first_published_seconds = reader.Signed();
  row.last_published_seconds = reader.Signed();
  if (!reader.ok()) return corrupt("fact row: times are cut off");
  while (!reader.done()) {
    const uint8_t percent = reader.Byte();
    const uint64_t count = reader.Varint();
    if (!reader.ok() || count == 0) return corrupt("fact row: bad count of evidences");
    if (percent > kMaxPercent || (!row.evidences_by_percent.empty() && percent <= row.best_percent())) {
      return corrupt("fact row: confidences are out of range or order");
    }
    row.evidences_by_percent.emplace(percent, count);
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
  PutVarint(count, &bytes);
  return bytes;
}

absl::StatusOr<uint64_t> DecodeCount(std::string_view bytes) {
  ByteReader reader(bytes);
  const uint64_t count = reader.Varint();
  if (!reader.ok() || !reader.done()) return absl::DataLossError("a count in the fact tables is corrupt");
  return count;
}

}  // namespace factline::store
