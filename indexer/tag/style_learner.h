#ifndef FACTLINE_INDEXER_TAG_STYLE_LEARNER_H_
#define FACTLINE_INDEXER_TAG_STYLE_LEARNER_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "indexer/tag/corpus.h"
#include "indexer/tag/pattern.h"
#include "indexer/tag/tag.h"
#include "indexer/text/dictionary.h"

namespace factline::tag {

// Learns which of the corpora a text reads like: logistic regression over the characters, pairs and words of a window,
// relative to Style::kMsra, by AdaGrad.
class StyleLearner {
 public:
  void Add(const text::Dictionary& dictionary, std::span<const GoldSentence> sentences, Style style);
  void Train(int epochs);

  // How much the pattern speaks for `style` (kDaily or kWeb) against kMsra, in nats.
  float weight(uint64_t key, Style style) const;

 private:
  struct Window {
    std::vector<uint32_t> patterns;
    Style style = Style::kMsra;
  };
  using Weights = std::array<float, kStyleCount>;

  uint32_t Number(uint64_t key);

  absl::flat_hash_map<uint64_t, uint32_t> numbers_;
  std::vector<Weights> weights_;
  std::vector<Weights> squares_;
  std::vector<Window> windows_;
};

}  // namespace factline::tag

#endif  // FACTLINE_INDEXER_TAG_STYLE_LEARNER_H_
