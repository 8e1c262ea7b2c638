#ifndef FACTLINE_QUERY_PARSE_COMPARISON_H_
#define FACTLINE_QUERY_PARSE_COMPARISON_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace factline::query {

constexpr size_t kMaxFilterBytes = 4096;
constexpr size_t kMaxComparisons = 32;

// One `field op value` of a filter.
struct Comparison {
  enum class Op : uint8_t { kEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };
  std::string field;
  Op op = Op::kEqual;
  std::string value;       // without quotation marks, escapes and the star of a prefix
  bool is_prefix = false;  // the value ended in a star
  uint32_t field_column = 1;
  uint32_t op_column = 1;
  uint32_t value_column = 1;
};

// A filter (AIP-160, AND only) as its comparisons:
//
//   filter     = [ comparison { "AND" comparison } ]
//   comparison = FIELD ( "=" | "<" | "<=" | ">" | ">=" ) VALUE
//   VALUE      = "..." | '...' | characters without blanks, quotation marks, parentheses and operators
//
// In quotation marks (Chinese ones too) a backslash takes the next character as it is. A star ends a prefix and stands
// nowhere else unless escaped. Errors are INVALID_ARGUMENT on field "filter" and name the column.
absl::StatusOr<std::vector<Comparison>> ParseComparisons(std::string_view filter);

// "column 12: WHAT" on field "filter".
absl::Status FilterError(uint32_t column, std::string_view what);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_PARSE_COMPARISON_H_
