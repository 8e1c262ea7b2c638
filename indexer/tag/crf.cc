#include "indexer/tag/crf.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <type_traits>

#include "indexer/tag/random.h"

namespace factline::tag {
namespace {

// e^x for x <= 0, to seven digits, in code that the compiler can do four at a time.
inline float Exp(float x) {
  x = std::max(x, -80.0f);
  const float k = std::floor(x * 1.44269504f + 0.5f);
  const float r = x - k * 0.693145752f - k * 1.42860677e-6f;
  const float p =
      1 + r * (1 + r * (0.5f + r * (0.166666667f + r * (0.0416666667f + r * (0.00833333333f + r * 0.00138888889f)))));
  const int32_t bits = (static_cast<int32_t>(k) + 127) << 23;
  float scale;
  std::memcpy(&scale, &bits, sizeof(scale));
  return p * scale;
}

constexpr float kStartSquare = 0.1f;
constexpr float kSmallestGradient = 0.005f;
// A window that a step finds all but certain is passed over in the next epochs: there is little to learn from it.
constexpr float kSure = 0.03f;
constexpr uint8_t kRestEpochs = 2;

// Calls `work` with the stride as a constant, so that the compiler lays out the loops over lanes.
template <typename Work>
void WithStride(size_t stride, Work work) {
  switch (stride) {
    case 4:
      return work(std::integral_constant<size_t, 4>());
    case 12:
      return work(std::integral_constant<size_t, 12>());
    default:
      return work(std::integral_constant<size_t, 32>());
  }
}

}  // namespace

Crf::Crf(Head head, uint32_t row_count)
    : head_(head),
      labels_(kLanesOf[static_cast<size_t>(head)] + 1),
      lanes_(kLanesOf[static_cast<size_t>(head)]),
      stride_((lanes_ + 3) / 4 * 4),
      padded_((labels_ + 3) / 4 * 4),
      weights_(size_t{row_count} * stride_, 0.0f),
      squares_(size_t{row_count} * stride_, kStartSquare),
      dead_(row_count, 0),
      transitions_(kMaxLabels * kMaxLabels, 0.0f),
      transition_squares_(kMaxLabels * kMaxLabels, kStartSquare),
      exp_transitions_(kMaxLabels * kMaxLabels, 0.0f),
      transition_gradient_(kMaxLabels * kMaxLabels, 0.0f) {}

void Crf::SetDead(uint32_t r) {
  dead_[r] = 1;
  std::fill_n(row(r), stride_, 0.0f);
}

void Crf::Score(const TrainingWindow& window, std::vector<float>& scores) const {
  const size_t size = window.labels.size();
  scores.assign(size * stride_, 0.0f);
  WithStride(stride_, [&](auto stride) {
    const float* const weights = weights_.data();
    float* const sums = scores.data();
    for (const Instance& instance : window.instances) {
      const float sign = instance.sign;
      ForEachRow(instance.scheme, instance.at, instance.size, window.words, static_cast<int>(size),
                 [&](int r, int place) {
                   const float* const w = weights + (size_t{instance.row} + static_cast<size_t>(r)) * stride;
                   float* const s = sums + static_cast<size_t>(place) * stride;
                   for (size_t lane = 0; lane < stride; ++lane) s[lane] += sign * w[lane];
                 });
    }
  });
}

void Crf::Train(const std::vector<TrainingWindow>& windows, const CrfOptions& options) {
  std::vector<uint32_t> order(windows.size());
  std::iota(order.begin(), order.end(), 0);
  uint64_t random = options.seed;
  const double total = static_cast<double>(options.epochs) * static_cast<double>(windows.size());
  double done = 0;
  TrainingWindow view;
  std::vector<uint8_t> rest(windows.size(), 0);
  for (int epoch = 0; epoch < options.epochs; ++epoch) {
    for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[NextRandom(random) % i]);
    for (const uint32_t index : order) {
      if (rest[index] > 0) {
        --rest[index];
        ++done;
        continue;
      }
      const TrainingWindow& window = windows[index];
      Blur(window, options, random, view);
      const float rate = options.rate * static_cast<float>(1.0 - 0.9 * done / total);
      const float largest = Step(view, options, rate);
      if (largest < kSure) rest[index] = kRestEpochs;
      ++done;
    }
    if (2 * (epoch + 1) > options.epochs) AddToAverage();
  }
  TakeAverage();
}

void Crf::AddToAverage() {
  if (averaged_ == 0) {
    average_ = weights_;
    transition_average_ = transitions_;
  } else {
    for (size_t i = 0; i < weights_.size(); ++i) average_[i] += weights_[i];
    for (size_t i = 0; i < transitions_.size(); ++i) transition_average_[i] += transitions_[i];
  }
  ++averaged_;
}

void Crf::TakeAverage() {
  if (averaged_ == 0) return;
  const float share = 1.0f / static_cast<float>(averaged_);
  for (size_t i = 0; i < weights_.size(); ++i) weights_[i] = average_[i] * share;
  for (size_t i = 0; i < transitions_.size(); ++i) transitions_[i] = transition_average_[i] * share;
  averaged_ = 0;
}

// The window as a step sees it: without single patterns, and without all that is told by the very characters of some
// stretches of words, as it is at names that training never saw. What the classes of these tell stays: plain text is
// larger.
void Crf::Blur(const TrainingWindow& window, const CrfOptions& options, uint64_t& random, TrainingWindow& seen) {
  const auto chance = [&](float share) { return static_cast<float>(NextRandom(random) >> 40) < share * 16777216.0f; };
  unknown_.assign(window.labels.size() + 1, 0);
  if (options.unknown > 0) {
    bool inside = false;
    for (const PathWord& word : window.words) {
      inside = chance(inside ? 0.5f : options.unknown);
      if (inside) std::fill_n(unknown_.begin() + word.begin, word.size, uint8_t{1});
    }
  }
  const auto is_unknown = [&](int begin, int end) {
    for (int i = std::max(begin, 0); i < std::min<int>(end, static_cast<int>(window.labels.size())); ++i) {
      if (unknown_[static_cast<size_t>(i)] != 0) return true;
    }
    return false;
  };
  seen.words = window.words;
  seen.labels = window.labels;
  seen.instances.clear();
  for (const Instance& instance : window.instances) {
    if (chance(options.drop)) continue;
    bool unknown = false;
    if (!instance.by_class) {
      switch (instance.scheme) {
        case RowScheme::kBigram:
          unknown = is_unknown(instance.at, instance.at + 2);
          break;
        case RowScheme::kTrigram:
        case RowScheme::kSkip:
          unknown = is_unknown(instance.at, instance.at + 3);
          break;
        case RowScheme::kFourgram:
          unknown = is_unknown(instance.at, instance.at + 4);
          break;
        case RowScheme::kWord:
          unknown = unknown_[window.words[static_cast<size_t>(instance.at)].begin] != 0;
          break;
        default:
          break;
      }
    }
    if (!unknown) seen.instances.push_back(instance);
  }
}

float Crf::Step(const TrainingWindow& window, const CrfOptions& options, float rate) {
  const size_t size = window.labels.size();
  if (size == 0) return 0;
  // Dropped patterns are made up for, so that scores keep their size.
  Score(window, scores_);
  const float up = 1.0f / (1.0f - options.drop);
  for (float& s : scores_) s *= up;
  Gradient(window, size);
  Update(window, rate, options.decay);
  UpdateTransitions(rate);
  float largest = 0;
  for (const float g : gradient_) largest = std::max(largest, std::abs(g));
  return largest;
}

// Forward and backward in plain numbers, scaled at each character.
void Crf::Gradient(const TrainingWindow& window, size_t size) {
  SetPotentials(size);
  Forward(size);
  Backward(size);
  gradient_.assign(size * stride_, 0.0f);
  std::fill(transition_gradient_.begin(), transition_gradient_.end(), 0.0f);
  for (size_t i = 0; i < size; ++i) {
    AddLabelGradient(window, i);
    if (i > 0) AddTransitionGradient(window, i);
  }
}

void Crf::SetPotentials(size_t size) {
  psi_.assign(size * kMaxLabels, 0.0f);
  for (size_t p = 0; p < labels_; ++p) {
    for (size_t q = 0; q < labels_; ++q) {
      exp_transitions_[p * kMaxLabels + q] =
          MayFollow(head_, static_cast<int>(p), static_cast<int>(q)) ? std::exp(transitions_[p * kMaxLabels + q]) : 0;
    }
  }
  for (size_t i = 0; i < size; ++i) {
    const float* s = &scores_[i * stride_];
    float* psi = &psi_[i * kMaxLabels];
    float top = 0;
    for (size_t l = 0; l < lanes_; ++l) top = std::max(top, s[l]);
    psi[0] = -top;
    for (size_t l = 0; l < lanes_; ++l) psi[l + 1] = s[l] - top;
    for (size_t l = 0; l < padded_; ++l) psi[l] = Exp(psi[l]);
    for (size_t l = labels_; l < padded_; ++l) psi[l] = 0;
  }
}

void Crf::Forward(size_t size) {
  const size_t n = padded_;
  alpha_.assign(size * kMaxLabels, 0.0f);
  for (size_t l = 0; l < labels_; ++l) {
    if (!LabelContinues(head_, static_cast<int>(l))) alpha_[l] = psi_[l];
  }
  for (size_t i = 1; i < size; ++i) {
    const float* before = &alpha_[(i - 1) * kMaxLabels];
    float* a = &alpha_[i * kMaxLabels];
    float sum = 0;
    for (size_t p = 0; p < labels_; ++p) {
      const float x = before[p];
      const float* t = &exp_transitions_[p * kMaxLabels];
      for (size_t q = 0; q < n; ++q) a[q] += x * t[q];
    }
    for (size_t q = 0; q < n; ++q) sum += a[q] *= psi_[i * kMaxLabels + q];
    const float scale = 1.0f / std::max(sum, 1e-30f);
    for (size_t q = 0; q < n; ++q) a[q] *= scale;
  }
}

void Crf::Backward(size_t size) {
  const size_t n = padded_;
  beta_.assign(size * kMaxLabels, 0.0f);
  for (size_t l = 0; l < labels_; ++l) {
    if (!LabelOpens(head_, static_cast<int>(l))) beta_[(size - 1) * kMaxLabels + l] = 1;
  }
  for (size_t i = size - 1; i > 0; --i) {
    const float* after = &beta_[i * kMaxLabels];
    float ahead[kMaxLabels] = {};
    for (size_t q = 0; q < n; ++q) ahead[q] = psi_[i * kMaxLabels + q] * after[q];
    float* b = &beta_[(i - 1) * kMaxLabels];
    float sum = 0;
    for (size_t p = 0; p < labels_; ++p) {
      const float* t = &exp_transitions_[p * kMaxLabels];
      float x = 0;
      for (size_t q = 0; q < n; ++q) x += t[q] * ahead[q];
      b[p] = x;
      sum += x;
    }
    const float scale = 1.0f / std::max(sum, 1e-30f);
    for (size_t p = 0; p < labels_; ++p) b[p] *= scale;
  }
}

void Crf::AddLabelGradient(const TrainingWindow& window, size_t i) {
  const float* a = &alpha_[i * kMaxLabels];
  const float* b = &beta_[i * kMaxLabels];
  float sum = 0;
  for (size_t l = 0; l < labels_; ++l) sum += a[l] * b[l];
  const float scale = 1.0f / std::max(sum, 1e-30f);
  float* g = &gradient_[i * stride_];
  for (size_t l = 1; l < labels_; ++l) g[l - 1] = -a[l] * b[l] * scale;
  if (window.labels[i] != 0) g[window.labels[i] - 1] += 1;
}

// Of the step from the character before `i`.
void Crf::AddTransitionGradient(const TrainingWindow& window, size_t i) {
  const size_t n = padded_;
  const float* before = &alpha_[(i - 1) * kMaxLabels];
  const float* b = &beta_[i * kMaxLabels];
  float ahead[kMaxLabels] = {};
  for (size_t q = 0; q < n; ++q) ahead[q] = psi_[i * kMaxLabels + q] * b[q];
  float all = 0;
  for (size_t p = 0; p < labels_; ++p) {
    float x = 0;
    for (size_t q = 0; q < n; ++q) x += exp_transitions_[p * kMaxLabels + q] * ahead[q];
    all += x * before[p];
  }
  const float part = -1.0f / std::max(all, 1e-30f);
  for (size_t p = 0; p < labels_; ++p) {
    const float x = before[p] * part;
    if (x == 0) continue;
    float* to = &transition_gradient_[p * kMaxLabels];
    const float* t = &exp_transitions_[p * kMaxLabels];
    for (size_t q = 0; q < n; ++q) to[q] += x * t[q] * ahead[q];
  }
  transition_gradient_[window.labels[i - 1] * kMaxLabels + window.labels[i]] += 1;
}

void Crf::Update(const TrainingWindow& window, float rate, float decay) {
  const int size = static_cast<int>(window.labels.size());
  // Most characters are told with certainty after an epoch or two: there is nothing to learn from them.
  active_.assign(window.labels.size(), 0);
  bool any = false;
  for (size_t i = 0; i < gradient_.size(); ++i) {
    if (std::abs(gradient_[i]) < kSmallestGradient) continue;
    active_[i / stride_] = 1;
    any = true;
  }
  if (!any) return;
  WithStride(stride_, [&](auto stride) {
    for (const Instance& instance : window.instances) {
      const float sign = instance.sign;
      ForEachRow(instance.scheme, instance.at, instance.size, window.words, size, [&](int r, int place) {
        if (active_[static_cast<size_t>(place)] == 0) return;
        const size_t index = size_t{instance.row} + static_cast<size_t>(r);
        if (dead_[index]) return;
        float* __restrict w = weights_.data() + index * stride;
        float* __restrict q = squares_.data() + index * stride;
        const float* __restrict g = gradient_.data() + static_cast<size_t>(place) * stride;
        for (size_t lane = 0; lane < stride; ++lane) {
          const float slope = sign * g[lane] - decay * w[lane];
          q[lane] += slope * slope;
          w[lane] += rate * slope / std::sqrt(q[lane]);
        }
      });
    }
  });
}

void Crf::UpdateTransitions(float rate) {
  for (size_t p = 0; p < labels_; ++p) {
    for (size_t q = 0; q < labels_; ++q) {
      const size_t i = p * kMaxLabels + q;
      const float slope = transition_gradient_[i];
      transition_squares_[i] += slope * slope;
      transitions_[i] += rate * slope / std::sqrt(transition_squares_[i]);
    }
  }
}

}  // namespace factline::tag
