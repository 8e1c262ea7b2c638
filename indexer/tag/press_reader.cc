#include "indexer/tag/press_reader.h"

#include <algorithm>
#include <cmath>

#include "indexer/tag/viterbi.h"

namespace factline::tag {
namespace {

constexpr size_t kStride = 16;

}  // namespace

PressReader::PressReader(const HeadWeights& press)
    : press_(press), scale_(ScaleOf(press)), transitions_(TransitionsOf(Head::kPress, press, scale_)) {}

const uint8_t* PressReader::LabelsOf(const PatternFinder& window, size_t size) {
  read_.words = window.words();
  read_.labels.assign(size, 0);
  read_.instances.clear();
  for (const Pattern& pattern : window.patterns()) {
    press_.vocabulary->ForEachKey(pattern, 0, [&](uint64_t key, int8_t sign, bool by_class) {
      const Vocabulary::Entry* entry = press_.vocabulary->Find(key);
      if (entry == nullptr) return;
      read_.instances.push_back({entry->row, pattern.at, pattern.size, pattern.scheme, sign, by_class});
    });
  }
  press_.crf->Score(read_, scores_);
  sums_.assign(size * kStride, 0);
  for (size_t i = 0; i < size; ++i) {
    for (size_t lane = 0; lane < press_.crf->lanes(); ++lane) {
      const float steps = scores_[i * press_.crf->stride() + lane] / scale_;
      sums_[i * kStride + 1 + lane] = static_cast<int16_t>(std::clamp(std::lround(steps), -10000L, 10000L));
    }
  }
  labels_.resize(std::max(labels_.size(), size));
  DecodePress(sums_.data(), kStride, size, transitions_.data(), labels_.data(), best_);
  return labels_.data();
}

}  // namespace factline::tag
