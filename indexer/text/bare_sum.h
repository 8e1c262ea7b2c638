#ifndef FACTLINE_INDEXER_TEXT_BARE_SUM_H_
#define FACTLINE_INDEXER_TEXT_BARE_SUM_H_

#include <cstddef>

#include "indexer/text/numeral.h"
#include "indexer/text/value_chars.h"

namespace factline::text {

// A number of 万 or 亿 without a unit is a sum of money where the words around it say so: 套现45亿, 以30亿收购,
// 11亿贷款, 2.54亿元、1.18亿. Nothing before `floor`, the end of the value before, is taken; it is looked at.
bool IsBareSum(const ValueChars& chars, size_t floor, const Numeral& numeral);

}  // namespace factline::text

#endif  // FACTLINE_INDEXER_TEXT_BARE_SUM_H_
