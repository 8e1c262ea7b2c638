#ifndef FACTLINE_INDEXER_STORE_FACT_ROW_H_
#define FACTLINE_INDEXER_STORE_FACT_ROW_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

// The values of the fact families (FACTS_FORMAT.md, "Values").
namespace factline::store {

// What all live evidences of a fact come to. The value of a row in the family `facts`:
//
//   row   := format(1 byte = 1) first(zigzag) last(zigzag) pair*      first, last: Unix seconds
//   pair  := percent(1 byte, 0 to 100, growing) count(varint, at least 1)
//
// How many evidences there are is the sum of the counts; there is at least one.
struct FactRow {
  int64_t first_published_seconds = 0;
  int64_t last_published_seconds = 0;
  std::map<uint8_t, uint64_t> evidences_by_percent;  // confidence in percent -> evidences; keeps the best one exact

  uint64_t evidence_count() const;
  uint8_t best_percent() const;  // 0 if there is no evidence

  friend bool operator==(const FactRow&, const FactRow&) = default;
};

std::string EncodeFactRow(const FactRow& row);
absl::StatusOr<FactRow> DecodeFactRow(std::string_view bytes);  // DATA_LOSS

uint8_t ConfidencePercent(float confidence);  // rounded; 0 to 100, NaN is 0

// A count that stands alone in a value: a varint.
std::string EncodeCount(uint64_t count);
absl::StatusOr<uint64_t> DecodeCount(std::string_view bytes);  // DATA_LOSS

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_FACT_ROW_H_
