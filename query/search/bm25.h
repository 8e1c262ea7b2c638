#ifndef FACTLINE_QUERY_SEARCH_BM25_H_
#define FACTLINE_QUERY_SEARCH_BM25_H_

#include <algorithm>
#include <array>
#include <cstdint>

#include "indexer/store/fields.h"
#include "indexer/store/posting_cursor.h"

namespace factline::query {

// What BM25 needs to know of all segments together. A page token keeps it, so that later pages rank as the first did.
struct CollectionNumbers {
  uint64_t docs = 0;
  uint64_t title_tokens = 0;
  uint64_t body_tokens = 0;
};

// Tokens that a document of the collection has in a field, at least 1.
double AverageLength(uint64_t tokens, uint64_t docs);

// BM25 of one word in one field: scale * f / (f + saturation of the length). Cheap to copy; the Bm25 that made it must
// outlive it.
class WordWeight {
 public:
  WordWeight(double scale, const double* saturation) : scale_(scale), saturation_(saturation) {}

  double operator()(uint32_t frequency, uint8_t norm) const {
    const auto f = static_cast<double>(frequency);
    return scale_ * (f / (f + saturation_[norm]));
  }

  // False only if the weight is at most `threshold`; takes no division.
  bool MayExceed(double threshold, uint32_t frequency, uint8_t norm) const {
    const auto f = static_cast<double>(frequency);
    return scale_ * f * (1 + 1e-12) > threshold * (f + saturation_[norm]);
  }

  // The most that a posting below any of the impacts weighs.
  double Bound(const store::Impacts& impacts) const {
    double bound = 0;
    for (const store::Impact& impact : impacts) bound = std::max(bound, BoundBelow(impact));
    return bound;
  }

 private:
  double BoundBelow(const store::Impact& impact) const {
    return impact.max_frequency == store::kUnboundedFrequency ? scale_ : (*this)(impact.max_frequency, impact.min_norm);
  }

  double scale_;
  const double* saturation_;  // by norm
};

// Okapi BM25 (Robertson and Zaragoza, 2009) over two fields, each with its own length normalisation:
//
//   weight(term, document) = idf * (2 * s(title) + s(body)),   s = f / (f + k1 * (1 - b + b * length / average))
//
// with b = 0.75, k1 as given (the more a word's repeats count, the greater) and idf = ln(1 + (N - df + 0.5) / (df +
// 0.5)) > 0. Grows with frequency and shrinks with length, so that Impacts bound it. Immutable.
class Bm25 {
 public:
  static constexpr double kUsualK1 = 1.2;
  static constexpr double kB = 0.75;
  explicit Bm25(const CollectionNumbers& numbers, double k1 = kUsualK1);

  double Idf(uint64_t document_frequency) const;

  static double FieldWeight(store::NormField field) { return kFieldWeight[static_cast<size_t>(field)]; }
  // s in the above.
  double Repeats(store::NormField field, uint32_t frequency, uint8_t norm) const {
    const auto f = static_cast<double>(frequency);
    return f / (f + saturation_[static_cast<size_t>(field)][norm]);
  }

  WordWeight WeightOf(store::NormField field, double idf) const {
    const auto i = static_cast<size_t>(field);
    return {idf * kFieldWeight[i], saturation_[i].data()};
  }

  double Weight(store::NormField field, double idf, uint32_t frequency, uint8_t norm) const {
    return WeightOf(field, idf)(frequency, norm);
  }

 private:
  static constexpr double kFieldWeight[] = {2.0, 1.0};  // title, body

  uint64_t docs_;
  std::array<std::array<double, 256>, 2> saturation_;
};

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SEARCH_BM25_H_
