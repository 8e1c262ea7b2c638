#include "indexer/text/segmenter.h"

#include <algorithm>

namespace factline::text {

// From the end of the run backwards, so that the path reads forwards.
const std::vector<Segmenter::Word>& Segmenter::Segment(const std::vector<NormalChar>& chars, size_t begin,
                                                       size_t end_exclusive) {
  const size_t size = end_exclusive - begin;
  best_.resize(std::max(best_.size(), size + 1));
  best_[size] = Best();
  for (size_t i = size; i-- > 0;) best_[i] = BestFrom(chars, begin, begin + i, end_exclusive);
  words_.clear();
  for (size_t i = 0; i < size; i += words_.back().size_chars) words_.push_back(best_[i].word);
  return words_;
}

Segmenter::Best Segmenter::BestFrom(const std::vector<NormalChar>& chars, size_t begin, size_t at, size_t end) const {
  const Best* const after = &best_[at - begin];
  Best best{after[1].cost + dictionary_.unknown_cost(), {1, PartOfSpeech::kUnknown}};
  uint32_t state = Dictionary::kRoot;
  const size_t limit = std::min(end, at + kMaxWordChars);
  for (size_t i = at; i < limit; ++i) {
    state = dictionary_.Next(state, chars[i].cp);
    if (state == Dictionary::kNone) break;
    const Dictionary::Entry entry = dictionary_.At(state);
    if (!entry.is_word) continue;
    const size_t length = i + 1 - at;
    const uint64_t cost = after[length].cost + entry.cost;
    // Of equal paths, the one with the longer word first.
    if (cost <= best.cost) best = {cost, {static_cast<uint32_t>(length), entry.pos}};
  }
  return best;
}

}  // namespace factline::text
