#include "indexer/store/impacts.h"

#include <algorithm>

#include "indexer/store/fields.h"

namespace factline::store {
namespace {

// What BM25 with its usual constants makes of a pair, without idf.
float Saturated(Impact impact, float average_length) {
  const auto frequency = static_cast<float>(impact.max_frequency);
  const auto length = static_cast<float>(DecodeNorm(impact.min_norm));
  return frequency / (frequency + 0.3f + 0.9f * length / average_length);
}

}  // namespace

bool IsValid(const Impacts& impacts) {
  if (impacts[0].max_frequency == 0) return false;
  for (size_t i = 1; i < kImpactCount; ++i) {
    const Impact& before = impacts[i - 1];
    const bool falls = impacts[i].max_frequency > 0 && impacts[i].max_frequency < before.max_frequency &&
                       impacts[i].min_norm < before.min_norm;
    if (!falls && impacts[i] != Impact()) return false;
  }
  return true;
}

bool Covers(const Impacts& impacts, uint32_t frequency, uint8_t norm) {
  return std::any_of(impacts.begin(), impacts.end(), [&](const Impact& impact) {
    return (impact.max_frequency >= frequency || impact.max_frequency == kUnboundedFrequency) &&
           impact.max_frequency > 0 && impact.min_norm <= norm;
  });
}

void ImpactsBuilder::Add(const Impacts& impacts) {
  for (const Impact& impact : impacts) {
    if (impact.max_frequency > 0) Add(impact.max_frequency, impact.min_norm);
  }
}

void ImpactsBuilder::Insert(Impact impact) {
  frontier_.erase(std::remove_if(frontier_.begin(), frontier_.end(),
                                 [&](const Impact& other) {
                                   return other.max_frequency <= impact.max_frequency &&
                                          other.min_norm >= impact.min_norm;
                                 }),
                  frontier_.end());
  const auto place = std::find_if(frontier_.begin(), frontier_.end(),
                                  [&](const Impact& other) { return other.max_frequency < impact.max_frequency; });
  frontier_.insert(place, impact);
}

Impacts ImpactsBuilder::Build() const {
  Impacts impacts = {};
  if (frontier_.size() <= kImpactCount) {
    std::copy(frontier_.begin(), frontier_.end(), impacts.begin());
    return impacts;
  }
  // Two neighbours join into one with the frequency of the first and the length of the second.
  const float average_length = static_cast<float>(std::max(1u, DecodeNorm(frontier_.front().min_norm)));
  std::vector<Impact> joined = frontier_;
  while (joined.size() > kImpactCount) {
    size_t cheapest = 0;
    float least = 2;
    for (size_t i = 0; i + 1 < joined.size(); ++i) {
      const float bound = Saturated({joined[i].max_frequency, joined[i + 1].min_norm}, average_length);
      if (bound < least) {
        least = bound;
        cheapest = i;
      }
    }
    joined[cheapest].min_norm = joined[cheapest + 1].min_norm;
    joined.erase(joined.begin() + static_cast<ptrdiff_t>(cheapest) + 1);
  }
  std::copy(joined.begin(), joined.end(), impacts.begin());
  return impacts;
}

}  // namespace factline::store
