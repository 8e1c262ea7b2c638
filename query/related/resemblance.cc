#include "query/related/resemblance.h"

#include <algorithm>

#include "indexer/text/normalizer.h"

namespace factline::query {
namespace {

constexpr size_t kMaxTextBytes = 64 << 10;
constexpr size_t kShingleChars = 8;
constexpr size_t kHashes = 256;

// The finaliser of SplitMix64: every bit depends on every other.
uint64_t Mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

}  // namespace

TextSketch::TextSketch(std::string_view text) {
  std::vector<text::NormalChar> chars;
  text::Normalize(text.substr(0, kMaxTextBytes), chars);
  std::erase_if(chars, [](const text::NormalChar& c) { return c.cls == text::CharClass::kBlank; });
  if (chars.empty()) return;
  const size_t length = std::min(kShingleChars, chars.size());
  for (size_t begin = 0; begin + length <= chars.size(); ++begin) {
    uint64_t hash = 0;
    for (size_t i = 0; i < length; ++i) hash = Mix(hash + 0x9E3779B97F4A7C15 + chars[begin + i].cp);
    least_.push_back(hash);
  }
  std::sort(least_.begin(), least_.end());
  least_.erase(std::unique(least_.begin(), least_.end()), least_.end());
  if (least_.size() > kHashes) least_.resize(kHashes);
  least_.shrink_to_fit();
}

double TextSketch::ResemblanceTo(const TextSketch& other) const {
  // Of the least hashes of both together, how many are in both.
  size_t seen = 0, shared = 0;
  auto a = least_.begin(), b = other.least_.begin();
  for (; seen < kHashes && (a != least_.end() || b != other.least_.end()); ++seen) {
    if (b == other.least_.end() || (a != least_.end() && *a < *b)) {
      ++a;
    } else if (a == least_.end() || *b < *a) {
      ++b;
    } else {
      ++shared, ++a, ++b;
    }
  }
  return seen == 0 ? 0 : static_cast<double>(shared) / static_cast<double>(seen);
}

}  // namespace factline::query
