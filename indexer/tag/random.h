#ifndef FACTLINE_INDEXER_TAG_RANDOM_H_
#define FACTLINE_INDEXER_TAG_RANDOM_H_

#include <cstdint>

namespace factline::tag {

// SplitMix64 (Steele, Lea and Flood 2014): the same numbers with every library, which training's bytes depend on.
inline uint64_t NextRandom(uint64_t& state) {
  uint64_t z = (state += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

}  // namespace factline::tag

#endif  // FACTLINE_INDEXER_TAG_RANDOM_H_
