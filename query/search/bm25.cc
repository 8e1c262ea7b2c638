#include "query/search/bm25.h"

#include <algorithm>
#include <cmath>

namespace factline::query {
namespace {

const std::array<double, 256>& Lengths() {
  static const std::array<double, 256> lengths = [] {
    std::array<double, 256> decoded;
    for (size_t norm = 0; norm < decoded.size(); ++norm) decoded[norm] = store::DecodeNorm(static_cast<uint8_t>(norm));
    return decoded;
  }();
  return lengths;
}

std::array<double, 256> Saturation(uint64_t tokens, uint64_t docs, double k1) {
  const double slope = k1 * Bm25::kB / AverageLength(tokens, docs);
  const std::array<double, 256>& lengths = Lengths();
  std::array<double, 256> saturation;
  for (size_t norm = 0; norm < saturation.size(); ++norm)
    saturation[norm] = k1 * (1 - Bm25::kB) + slope * lengths[norm];
  return saturation;
}

}  // namespace

double AverageLength(uint64_t tokens, uint64_t docs) {
  // An empty field is as long as its average, whatever that is.
  return std::max(1.0, static_cast<double>(tokens) / static_cast<double>(std::max<uint64_t>(docs, 1)));
}

Bm25::Bm25(const CollectionNumbers& numbers, double k1)
    : docs_(numbers.docs),
      saturation_{Saturation(numbers.title_tokens, numbers.docs, k1),
                  Saturation(numbers.body_tokens, numbers.docs, k1)} {}

double Bm25::Idf(uint64_t document_frequency) const {
  const auto df = static_cast<double>(document_frequency);
  const double others = std::max(0.0, static_cast<double>(docs_) - df);
  return std::log1p((others + 0.5) / (df + 0.5));
}

}  // namespace factline::query
