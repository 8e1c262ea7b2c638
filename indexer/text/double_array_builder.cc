#include "indexer/text/double_array_builder.h"

#include <algorithm>
#include <cstddef>

namespace factline::text {
namespace {

class Builder {
 public:
  explicit Builder(const std::vector<DoubleArrayKey>& keys) : keys_(keys) {}

  std::vector<DoubleArrayUnit> Build() {
    Reserve(1);
    units_[0].parent = 0;  // nobody's child: no state reaches unit 0, since base and symbol are at least 0 and 1
    PlaceChildren(0, keys_.size(), 0, DoubleArray::kRoot);
    while (units_.back().parent == DoubleArrayUnit::kFree) units_.pop_back();
    return std::move(units_);
  }

 private:
  struct Child {
    uint32_t symbol;
    size_t first;  // keys [first, last) go through this child
    size_t last;
  };

  // Keys [first, last) share their first `depth` symbols, which lead to `state`.
  void PlaceChildren(size_t first, size_t last, size_t depth, uint32_t state) {
    if (first < last && keys_[first].symbols.size() == depth) units_[state].value = keys_[first++].value;
    std::vector<Child> children;
    for (size_t i = first; i < last; ++i) {
      const uint32_t symbol = keys_[i].symbols[depth];
      if (children.empty() || children.back().symbol != symbol) children.push_back({symbol, i, i});
      children.back().last = i + 1;
    }
    if (children.empty()) return;
    const uint32_t base = FindBase(children);
    units_[state].base = base;
    for (const Child& child : children) units_[base + child.symbol].parent = state;
    for (const Child& child : children) PlaceChildren(child.first, child.last, depth + 1, base + child.symbol);
  }

  // The lowest base, from where the array is nearly full on, at which all children find free units.
  uint32_t FindBase(const std::vector<Child>& children) {
    const uint32_t lowest = children.front().symbol;
    size_t taken = 0;
    const size_t start = std::max<size_t>(search_from_, lowest + 1);
    for (size_t at = start;; ++at) {
      Reserve(at + 1);
      if (units_[at].parent != DoubleArrayUnit::kFree) {
        ++taken;
        continue;
      }
      const size_t base = at - lowest;
      Reserve(base + children.back().symbol + 1);
      const bool fits = std::all_of(children.begin(), children.end(), [&](const Child& child) {
        return units_[base + child.symbol].parent == DoubleArrayUnit::kFree;
      });
      if (!fits) continue;
      if (at - start > kProbation && taken >= (at - start) / 100 * kFullPercent) search_from_ = at;
      return static_cast<uint32_t>(base);
    }
  }

  void Reserve(size_t size) {
    if (units_.size() < size) units_.resize(std::max(size, units_.size() * 3 / 2));
  }

  // A stretch this full is given up: looking for the last gaps would make building quadratic.
  static constexpr size_t kFullPercent = 95;
  static constexpr size_t kProbation = 100;

  const std::vector<DoubleArrayKey>& keys_;
  std::vector<DoubleArrayUnit> units_;
  size_t search_from_ = 1;
};

}  // namespace

std::vector<DoubleArrayUnit> BuildDoubleArray(const std::vector<DoubleArrayKey>& keys) { return Builder(keys).Build(); }

}  // namespace factline::text
