#ifndef FACTLINE_INDEXER_TEXT_DOUBLE_ARRAY_BUILDER_H_
#define FACTLINE_INDEXER_TEXT_DOUBLE_ARRAY_BUILDER_H_

#include <cstdint>
#include <vector>

#include "indexer/text/double_array.h"

namespace factline::text {

struct DoubleArrayKey {
  std::vector<uint16_t> symbols;  // 1 or more, each at least 1
  uint32_t value = 0;             // not 0
};

// The units of a trie that holds exactly `keys`, which must be sorted by symbols and distinct.
std::vector<DoubleArrayUnit> BuildDoubleArray(const std::vector<DoubleArrayKey>& keys);

}  // namespace factline::text

#endif  // FACTLINE_INDEXER_TEXT_DOUBLE_ARRAY_BUILDER_H_
