#include "indexer/tag/press_names.h"

#include <algorithm>

#include "indexer/tag/tag.h"

namespace factline::tag {
namespace {

constexpr size_t kLongest = 8;  // longer names have one pattern

uint64_t KeyOf(int type, size_t length) {
  // Far from the keys of characters and words, which are hashes of their own seeds.
  return (0x50726573734E616Du + static_cast<uint64_t>(type) * 16 + length) * 0x9E3779B97F4A7C15u;
}

}  // namespace

void AddPressNamePatterns(const uint8_t* labels, size_t size, std::vector<Pattern>& patterns) {
  size_t first = 0;
  for (size_t i = 0; i < size; ++i) {
    const int label = labels[i];
    if (label == 0) continue;
    if (!LabelContinues(Head::kPress, label)) first = i;
    if (LabelOpens(Head::kPress, label)) continue;
    const int type = (label - 1) / 4;
    const size_t length = i + 1 - first;
    for (const size_t key_length : {size_t{0}, std::min(length, kLongest)}) {
      patterns.push_back(
          {KeyOf(type, key_length), static_cast<int16_t>(first), static_cast<uint16_t>(length), RowScheme::kMatch});
    }
  }
}

}  // namespace factline::tag
