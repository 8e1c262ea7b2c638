#ifndef FACTLINE_INDEXER_TAG_VITERBI_H_
#define FACTLINE_INDEXER_TAG_VITERBI_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "indexer/tag/tag.h"

namespace factline::tag {

// The best sequence of labels (Viterbi 1967) in saturating 16-bit numbers, eight labels at a time.
//
// `scores` holds `stride` numbers a character, the label l's at [l]; what lies behind the last label is ignored.
// `transitions` is [label][next] of the head's labels, kNever where `next` may not follow. `labels` gets one a
// character. `best` is working space.
void DecodeWords(const int16_t* scores, size_t stride, size_t size, const int16_t* transitions, uint8_t* labels,
                 std::vector<int16_t>& best);
void DecodePress(const int16_t* scores, size_t stride, size_t size, const int16_t* transitions, uint8_t* labels,
                 std::vector<int16_t>& best);
void DecodeDetail(const int16_t* scores, size_t stride, size_t size, const int16_t* transitions, uint8_t* labels,
                  std::vector<int16_t>& best);

}  // namespace factline::tag

#endif  // FACTLINE_INDEXER_TAG_VITERBI_H_
