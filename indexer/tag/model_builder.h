#ifndef FACTLINE_INDEXER_TAG_MODEL_BUILDER_H_
#define FACTLINE_INDEXER_TAG_MODEL_BUILDER_H_

#include <array>
#include <cstdint>
#include <string>

#include "indexer/tag/crf.h"
#include "indexer/tag/training_set.h"

namespace factline::tag {

// A trained head, as the model takes it in.
struct HeadWeights {
  const Crf* crf = nullptr;
  const Vocabulary* vocabulary = nullptr;
  float name_bias = 0;  // added to the weight of each name's label
};

// The weight that the number 1 stands for.
float ScaleOf(const HeadWeights& weights);

// [label][next], in steps of `scale`; kNever where `next` may not follow.
std::vector<int16_t> TransitionsOf(Head head, const HeadWeights& weights, float scale);

class StyleLearner;

// The bytes of a model of these heads, in their order: weights as 8-bit numbers, rows of small weights left out, as
// many as it takes to stay within `max_bytes`. The same heads give the same bytes.
std::string BuildModel(const std::array<HeadWeights, kHeadCount>& heads, const StyleLearner& styles,
                       uint32_t dictionary_fingerprint, size_t max_bytes);

}  // namespace factline::tag

#endif  // FACTLINE_INDEXER_TAG_MODEL_BUILDER_H_
