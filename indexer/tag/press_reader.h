#ifndef FACTLINE_INDEXER_TAG_PRESS_READER_H_
#define FACTLINE_INDEXER_TAG_PRESS_READER_H_

#include <cstdint>
#include <vector>

#include "indexer/tag/model_builder.h"
#include "indexer/tag/pattern_finder.h"
#include "indexer/tag/training_set.h"

namespace factline::tag {

// Labels windows by a press head that was just trained, as the model made of it will: numbers of the same steps, no
// contrast. One thread.
class PressReader {
 public:
  explicit PressReader(const HeadWeights& press);

  // Of the window that `window` found last; valid until the next call.
  const uint8_t* LabelsOf(const PatternFinder& window, size_t size);

 private:
  const HeadWeights press_;
  const float scale_;
  const std::vector<int16_t> transitions_;
  TrainingWindow read_;
  std::vector<float> scores_;
  std::vector<int16_t> sums_, best_;
  std::vector<uint8_t> labels_;
};

}  // namespace factline::tag

#endif  // FACTLINE_INDEXER_TAG_PRESS_READER_H_
