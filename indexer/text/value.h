#ifndef FACTLINE_INDEXER_TEXT_VALUE_H_
#define FACTLINE_INDEXER_TEXT_VALUE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "protos/vocab/span.h"

namespace factline::text {

enum class ValueKind : uint8_t { kDate, kMoney, kPercent, kQuantity };

// How the number stands to the truth: 约 -> kAbout, 超/逾/以上 -> kAtLeast or kMore, 不足 -> kLess, a到b -> kRange.
enum class Comparator : uint8_t { kEqual, kAbout, kAtLeast, kMore, kAtMost, kLess, kRange };

enum class Change : uint8_t { kNone, kIncrease, kDecrease };

// A value in the text with its normal form (FACT_MODEL.md, `measure`).
struct Value {
  Span span;     // the value with its unit, comparator and change words outside
  Span context;  // the same with comparator and change words (约, 以上, 同比增长) that belong to it
  ValueKind kind = ValueKind::kQuantity;
  // DATE: ISO 8601, as precise as the text ("2022", "2024-03", "2024-03-24", "2021/2024"), and "2024-H1", "2024-Q1",
  // "1990s". Relative dates are resolved against the publication date where it is known; where it is not, a month or
  // day is "--03" or "--03-24", anything else "". Open dates (近日) are "". Others: "400000000 CNY", "32 %", "25 GWh";
  // a range is "10-15 %".
  std::string norm;
  double number = 0;                // in the base unit; 0 for dates
  std::optional<double> number_to;  // the upper end, for kRange
  std::string unit;                 // CNY, USD, %, 百分点, or as written (GWh, 人, 家, 公里)
  Comparator comparator = Comparator::kEqual;
  Change change = Change::kNone;  // the value is itself a change: 同比增长12%
  bool relative = false;          // a date that depends on the publication date: 近日, 今年, 3月24日
};

}  // namespace factline::text

#endif  // FACTLINE_INDEXER_TEXT_VALUE_H_
