#ifndef FACTLINE_INDEXER_TEXT_DOUBLE_ARRAY_H_
#define FACTLINE_INDEXER_TEXT_DOUBLE_ARRAY_H_

#include <cstddef>
#include <cstdint>

namespace factline::text {

// One state of a double-array trie (Aoe 1989). The child of state s by symbol c is state `units[s].base + c` if that
// unit's `parent` is s. State 0 is the root.
struct DoubleArrayUnit {
  uint32_t base = 0;
  uint32_t parent = kFree;
  uint32_t value = 0;  // of the key that ends here; 0: none ends here

  static constexpr uint32_t kFree = 0xFFFFFFFF;
};

// A trie over units that someone else owns. Any number of threads may walk it.
class DoubleArray {
 public:
  static constexpr uint32_t kRoot = 0;
  static constexpr uint32_t kNone = DoubleArrayUnit::kFree;

  DoubleArray() = default;
  DoubleArray(const DoubleArrayUnit* units, size_t size) : units_(units), size_(size) {}

  // The child of `state` by `symbol`, or kNone. Symbols start at 1.
  uint32_t Child(uint32_t state, uint32_t symbol) const {
    const size_t next = size_t{units_[state].base} + symbol;
    return next < size_ && units_[next].parent == state ? static_cast<uint32_t>(next) : kNone;
  }

  uint32_t ValueOf(uint32_t state) const { return units_[state].value; }

 private:
  const DoubleArrayUnit* units_ = nullptr;
  size_t size_ = 0;
};

}  // namespace factline::text

#endif  // FACTLINE_INDEXER_TEXT_DOUBLE_ARRAY_H_
