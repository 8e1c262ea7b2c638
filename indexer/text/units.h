#ifndef FACTLINE_INDEXER_TEXT_UNITS_H_
#define FACTLINE_INDEXER_TEXT_UNITS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "indexer/text/value_chars.h"

namespace factline::text {

enum class UnitKind : uint8_t {
  kMoney,       // 元, 亿美元's 美元, dollars
  kPercent,     // %, percent
  kMeasure,     // of a physical size, or of time
  kClassifier,  // of things counted: 家, 台, 人; 一 before it is an article, no number
};

struct UnitMatch {
  size_t end = 0;  // exclusive
  UnitKind kind = UnitKind::kMeasure;
  std::string name;   // as Value::unit has it: CNY, %, or as written
  double factor = 1;  // of the number: 1 but for ‰
};

// The longest unit that begins at `at`, with what it is taken per: Wh/kg is a unit of its own, 元/吨 is money.
std::optional<UnitMatch> MatchUnit(const ValueChars& chars, size_t at);

// A sign or code of money that stands before its number: $, US$, 人民币.
struct CurrencyPrefix {
  size_t end = 0;  // exclusive
  std::string_view code;
};
std::optional<CurrencyPrefix> MatchCurrencyPrefix(const ValueChars& chars, size_t at);

}  // namespace factline::text

#endif  // FACTLINE_INDEXER_TEXT_UNITS_H_
