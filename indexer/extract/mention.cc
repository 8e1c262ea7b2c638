#include "indexer/extract/mention.h"

#include <algorithm>

namespace factline::extract {
namespace {

// Which bytes of the text are taken.
class TakenBytes {
 public:
  explicit TakenBytes(size_t size) : words_(size / kBits + 1) {}

  // False, and nothing happens, where one of the bytes is taken already.
  bool Take(Span span) {
    const size_t first = span.begin / kBits, last = (span.end_exclusive - 1) / kBits;
    const uint64_t head = ~uint64_t{0} << (span.begin % kBits);
    const uint64_t tail = ~uint64_t{0} >> (kBits - 1 - (span.end_exclusive - 1) % kBits);
    const auto mask = [&](size_t i) { return (i == first ? head : ~uint64_t{0}) & (i == last ? tail : ~uint64_t{0}); };
    for (size_t i = first; i <= last; ++i) {
      if (words_[i] & mask(i)) return false;
    }
    for (size_t i = first; i <= last; ++i) words_[i] |= mask(i);
    return true;
  }

 private:
  static constexpr size_t kBits = 64;
  std::vector<uint64_t> words_;
};

}  // namespace

void ResolveOverlaps(std::vector<NameMention>& mentions) {
  std::stable_sort(mentions.begin(), mentions.end(), [](const NameMention& a, const NameMention& b) {
    if (a.score != b.score) return a.score > b.score;
    if (a.span.size_bytes() != b.span.size_bytes()) return a.span.size_bytes() > b.span.size_bytes();
    return a.span.begin < b.span.begin;
  });
  uint32_t end = 0;
  for (const NameMention& mention : mentions) end = std::max(end, mention.span.end_exclusive);
  TakenBytes taken(end);
  std::erase_if(mentions, [&](const NameMention& m) { return m.span.empty() || !taken.Take(m.span); });
  std::sort(mentions.begin(), mentions.end(),
            [](const NameMention& a, const NameMention& b) { return a.span.begin < b.span.begin; });
}

}  // namespace factline::extract
