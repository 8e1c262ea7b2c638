#include "indexer/tag/style_learner.h"

#include <algorithm>
#include <cmath>

#include "indexer/tag/pattern_finder.h"
#include "indexer/tag/random.h"

namespace factline::tag {
namespace {

constexpr float kRate = 0.05f;
constexpr float kDecay = 1e-4f;
constexpr float kStartSquare = 1.0f;

bool Speaks(RowScheme scheme) {
  return scheme == RowScheme::kUnigram || scheme == RowScheme::kBigram || scheme == RowScheme::kWord;
}

}  // namespace

uint32_t StyleLearner::Number(uint64_t key) {
  const auto [it, fresh] = numbers_.emplace(key, static_cast<uint32_t>(weights_.size()));
  if (fresh) {
    weights_.push_back({});
    squares_.push_back({kStartSquare, kStartSquare, kStartSquare});
  }
  return it->second;
}

void StyleLearner::Add(const text::Dictionary& dictionary, std::span<const GoldSentence> sentences, Style style) {
  PatternFinder finder(dictionary);
  std::vector<text::NormalChar> chars;
  for (const GoldSentence& sentence : sentences) {
    text::Normalize(sentence.text, chars);
    for (size_t begin = 0, end; begin < chars.size(); begin = end) {
      end = WindowEnd(chars, begin);
      finder.Find(chars, begin, end);
      Window window;
      window.style = style;
      for (const Pattern& pattern : finder.patterns()) {
        if (Speaks(pattern.scheme)) window.patterns.push_back(Number(pattern.key));
      }
      windows_.push_back(std::move(window));
    }
  }
}

void StyleLearner::Train(int epochs) {
  uint64_t random = 1;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    for (size_t i = windows_.size(); i > 1; --i) std::swap(windows_[i - 1], windows_[NextRandom(random) % i]);
    for (const Window& window : windows_) {
      Weights sums{};
      for (const uint32_t pattern : window.patterns) {
        for (size_t s = 0; s < kStyleCount; ++s) sums[s] += weights_[pattern][s];
      }
      const float top = *std::max_element(sums.begin(), sums.end());
      float all = 0;
      for (float& sum : sums) all += sum = std::exp(sum - top);
      for (const uint32_t pattern : window.patterns) {
        for (size_t s = 1; s < kStyleCount; ++s) {
          float& w = weights_[pattern][s];
          const float slope = (static_cast<size_t>(window.style) == s ? 1.0f : 0.0f) - sums[s] / all - kDecay * w;
          squares_[pattern][s] += slope * slope;
          w += kRate * slope / std::sqrt(squares_[pattern][s]);
        }
      }
    }
  }
}

float StyleLearner::weight(uint64_t key, Style style) const {
  const auto it = numbers_.find(key);
  return it == numbers_.end() ? 0 : weights_[it->second][static_cast<size_t>(style)];
}

}  // namespace factline::tag
