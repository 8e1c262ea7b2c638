#ifndef FACTLINE_INDEXER_TEXT_SEGMENTER_H_
#define FACTLINE_INDEXER_TEXT_SEGMENTER_H_

#include <cstdint>
#include <vector>

#include "indexer/text/analysis.h"
#include "indexer/text/dictionary.h"
#include "indexer/text/normalizer.h"

namespace factline::text {

// Parts runs of Han characters into words: the path of highest probability through all dictionary words of the run,
// words taken as independent (a unigram model, by Viterbi). A character that begins no word of the path stands alone.
// Linear in the run, for words are bounded. Keeps its buffers between calls: one thread each.
class Segmenter {
 public:
  struct Word {
    uint32_t size_chars = 0;
    PartOfSpeech pos = PartOfSpeech::kUnknown;
  };

  explicit Segmenter(const Dictionary& dictionary) : dictionary_(dictionary) {}

  // The words of chars[begin, end_exclusive), which must all be kHan, in order. Valid until the next call.
  const std::vector<Word>& Segment(const std::vector<NormalChar>& chars, size_t begin, size_t end_exclusive);

 private:
  // The best way from a character to the end of the run.
  struct Best {
    uint64_t cost = 0;
    Word word;
  };

  Best BestFrom(const std::vector<NormalChar>& chars, size_t begin, size_t at, size_t end) const;

  const Dictionary dictionary_;
  std::vector<Best> best_;
  std::vector<Word> words_;
};

}  // namespace factline::text

#endif  // FACTLINE_INDEXER_TEXT_SEGMENTER_H_
