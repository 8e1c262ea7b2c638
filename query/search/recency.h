#ifndef FACTLINE_QUERY_SEARCH_RECENCY_H_
#define FACTLINE_QUERY_SEARCH_RECENCY_H_

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace factline::query {

// How much less a score counts the older the article is:
//
//   factor = floor + (1 - floor) * 2^(-age / half-life),   floor = 1/4
//
// An article of now counts four times one of long ago, and that lead halves with each half-life. The floor keeps old
// articles apart by their words, which a bare power of two would bring down to nothing.
struct Recency {
  static constexpr double kFloor = 0.25;

  double half_life_seconds = 1;  // over 0
  int64_t now_seconds = 0;       // since the epoch; what is published later counts as published then

  // In [kFloor, 1]; never greater for an older article, but for the last bits.
  double FactorOf(int64_t published_seconds) const {
    const double age = static_cast<double>(now_seconds) - static_cast<double>(published_seconds);
    return kFloor + (1 - kFloor) * std::exp2(-std::max(0.0, age) / half_life_seconds);
  }
};

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SEARCH_RECENCY_H_
