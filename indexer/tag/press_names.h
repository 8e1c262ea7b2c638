#ifndef FACTLINE_INDEXER_TAG_PRESS_NAMES_H_
#define FACTLINE_INDEXER_TAG_PRESS_NAMES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "indexer/tag/pattern.h"

namespace factline::tag {

// The press head's names are patterns for the detail head: it learns from a sixth of the text, and knows through
// them what the press head has learned of persons, bodies and places (stacking, Wolpert 1992). `labels` are the press
// head's; adds two patterns for each name: its type, and type with length.
void AddPressNamePatterns(const uint8_t* labels, size_t size, std::vector<Pattern>& patterns);

}  // namespace factline::tag

#endif  // FACTLINE_INDEXER_TAG_PRESS_NAMES_H_
