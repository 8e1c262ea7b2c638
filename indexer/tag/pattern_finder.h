#ifndef FACTLINE_INDEXER_TAG_PATTERN_FINDER_H_
#define FACTLINE_INDEXER_TAG_PATTERN_FINDER_H_

#include <cstdint>
#include <vector>

#include "indexer/tag/pattern.h"
#include "indexer/text/dictionary.h"
#include "indexer/text/normalizer.h"
#include "indexer/text/segmenter.h"

namespace factline::tag {

// Longest piece of text that is read at once, in characters of the normal form. It bounds all buffers.
inline constexpr size_t kMaxWindowChars = 512;

// Where the window that begins at `begin` ends: behind a sentence's end and its closing quotes, at a line's end, or
// after kMaxWindowChars. `chars` as Normalize gives them.
size_t WindowEnd(const std::vector<text::NormalChar>& chars, size_t begin);

// Finds the patterns of a window. Trainer and tagger share it, so that both see the same text in the same way. Keeps
// its buffers between calls: one thread each.
class PatternFinder {
 public:
  explicit PatternFinder(const text::Dictionary& dictionary) : dictionary_(dictionary), segmenter_(dictionary) {}

  // Reads chars[begin, end_exclusive), at most kMaxWindowChars. Work is linear: matches are bounded by the longest
  // dictionary word.
  void Find(const std::vector<text::NormalChar>& chars, size_t begin, size_t end_exclusive);

  // Of the last Find; places count from its `begin`.
  const std::vector<Pattern>& patterns() const { return patterns_; }
  const std::vector<PathWord>& words() const { return words_; }

 private:
  void FindWords(const std::vector<text::NormalChar>& chars, size_t begin, size_t end);
  void AddCharacters();
  void AddMatches(const std::vector<text::NormalChar>& chars, size_t begin, size_t end);
  void AddWords();
  void Add(RowScheme scheme, uint64_t key, int at, int size = 0) {
    patterns_.push_back({key, static_cast<int16_t>(at), static_cast<uint16_t>(size), scheme});
  }

  const text::Dictionary dictionary_;
  text::Segmenter segmenter_;
  std::vector<Pattern> patterns_;
  std::vector<PathWord> words_;
  std::vector<uint64_t> hashes_;  // of the characters, with one place for the border at each end
  std::vector<uint8_t> types_;    // likewise, with two
};

}  // namespace factline::tag

#endif  // FACTLINE_INDEXER_TAG_PATTERN_FINDER_H_
