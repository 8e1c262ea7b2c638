#ifndef FACTLINE_INDEXER_TEXT_QUANTITY_PARSER_H_
#define FACTLINE_INDEXER_TEXT_QUANTITY_PARSER_H_

#include <cstddef>
#include <optional>
#include <string>

#include "indexer/text/value.h"
#include "indexer/text/value_chars.h"

namespace factline::text {

struct QuantityMatch {
  size_t begin = 0;  // before where it was asked for, if a sign stands there
  size_t end = 0;    // exclusive
  ValueKind kind = ValueKind::kQuantity;
  double number = 0;
  std::optional<double> number_to;
  std::string unit;
  Comparator comparator = Comparator::kEqual;  // by what stands inside: 2000多人, 三四十家
};

// The sum of money, percentage or quantity whose number, or currency sign, begins at `at`. Nothing before `floor` is
// looked at.
std::optional<QuantityMatch> ReadQuantity(const ValueChars& chars, size_t floor, size_t at);

}  // namespace factline::text

#endif  // FACTLINE_INDEXER_TEXT_QUANTITY_PARSER_H_
