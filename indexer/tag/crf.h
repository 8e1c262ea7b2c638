#ifndef FACTLINE_INDEXER_TAG_CRF_H_
#define FACTLINE_INDEXER_TAG_CRF_H_

#include <cstdint>
#include <vector>

#include "indexer/tag/tag.h"
#include "indexer/tag/training_set.h"

namespace factline::tag {

struct CrfOptions {
  int epochs = 10;
  float rate = 0.15f;    // AdaGrad's, at the start; falls linearly to a tenth
  float decay = 1e-6f;   // L2, at each touch of a row
  float drop = 0.2f;     // share of pattern instances that a step does not see: keeps any from being leant on alone
  float unknown = 0.0f;  // share of words at which a step takes a stretch of text for unknown (crf.cc)
  uint64_t seed = 1;
};

// A linear-chain conditional random field (Lafferty, McCallum and Pereira 2001) over a head's labels, learned by
// stochastic gradient with AdaGrad steps (Duchi, Hazan and Singer 2011). One thread; the same input gives the same
// weights. Label 0 has weight 0 throughout, so that the others are relative to it.
class Crf {
 public:
  static constexpr size_t kMaxLabels = 36;

  Crf(Head head, uint32_t row_count);

  void Train(const std::vector<TrainingWindow>& windows, const CrfOptions& options);

  size_t lanes() const { return lanes_; }
  size_t stride() const { return stride_; }
  float* row(uint32_t r) { return &weights_[size_t{r} * stride_]; }
  const float* row(uint32_t r) const { return &weights_[size_t{r} * stride_]; }
  float transition(int label, int next) const { return transitions_[label * kMaxLabels + next]; }

  // Rows that are zeroed stay so: training leaves them out.
  void SetDead(uint32_t r);

  // The scores of the window's characters, `stride` floats each.
  void Score(const TrainingWindow& window, std::vector<float>& scores) const;

 private:
  void Blur(const TrainingWindow& window, const CrfOptions& options, uint64_t& random, TrainingWindow& seen);
  // The largest slope.
  float Step(const TrainingWindow& window, const CrfOptions& options, float rate);
  // Leaves the gradient of the log-likelihood in gradient_ and transition_gradient_, by scores_.
  void Gradient(const TrainingWindow& window, size_t size);
  void SetPotentials(size_t size);
  void Forward(size_t size);
  void Backward(size_t size);
  void AddLabelGradient(const TrainingWindow& window, size_t i);
  void AddTransitionGradient(const TrainingWindow& window, size_t i);
  void Update(const TrainingWindow& window, float rate, float decay);
  void UpdateTransitions(float rate);
  void AddToAverage();
  void TakeAverage();

  const Head head_;
  const size_t labels_;
  const size_t lanes_;
  const size_t stride_;
  const size_t padded_;  // labels, up to a multiple of four
  std::vector<float> weights_;
  std::vector<float> squares_;  // AdaGrad's sums
  std::vector<uint8_t> dead_;
  // Of the weights at the ends of the last epochs: the steps' noise goes out of it (Polyak and Juditsky 1992).
  std::vector<float> average_, transition_average_;
  int averaged_ = 0;
  std::vector<float> transitions_;
  std::vector<float> transition_squares_;
  std::vector<float> exp_transitions_;
  std::vector<float> transition_gradient_;

  // Of the step at hand.
  std::vector<float> scores_;
  std::vector<float> alpha_, beta_, psi_;
  std::vector<float> gradient_;
  std::vector<uint8_t> active_;
  std::vector<uint8_t> unknown_;
};

}  // namespace factline::tag

#endif  // FACTLINE_INDEXER_TAG_CRF_H_
