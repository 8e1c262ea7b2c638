#ifndef FACTLINE_INDEXER_TAG_TRAINING_SET_H_
#define FACTLINE_INDEXER_TAG_TRAINING_SET_H_

#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "indexer/tag/corpus.h"
#include "indexer/tag/pattern.h"
#include "indexer/tag/pattern_classes.h"
#include "indexer/tag/pattern_finder.h"
#include "indexer/tag/tag.h"

namespace factline::tag {

// The patterns that a head learns about, each with its place among the head's rows.
class Vocabulary {
 public:
  // `classes` may be null; else it must outlive the vocabulary.
  explicit Vocabulary(const PatternClasses* classes = nullptr) : classes_(classes) {}

  // Counts the patterns of a window: the sentences that each occurs in, which must come one after the other.
  void Count(const std::vector<Pattern>& patterns, int contrast_sign, uint32_t sentence);

  // Calls take(key, sign, by_class) for each key that a pattern is known by: its own, its contrast's, its classes'.
  template <typename Take>
  void ForEachKey(const Pattern& pattern, int contrast_sign, Take take) const {
    take(pattern.key, int8_t{1}, false);
    if (contrast_sign != 0 && HasContrast(pattern.scheme)) {
      take(ContrastKey(pattern.key), static_cast<int8_t>(contrast_sign), false);
    }
    if (classes_ == nullptr || (pattern.scheme != RowScheme::kBigram && pattern.scheme != RowScheme::kWord)) return;
    const uint32_t fine = classes_->FineOf(pattern.key);
    if (fine == PatternClasses::kNone) return;
    take(FineKey(fine), int8_t{1}, true);
    take(CoarseKey(classes_->CoarseOf(fine)), int8_t{1}, true);
  }
  static constexpr uint64_t FineKey(uint32_t fine) { return 0x46696E6500000000u | fine; }
  static constexpr uint64_t CoarseKey(uint32_t coarse) { return 0x436F617200000000u | coarse; }

  // Leaves out what is too rare to learn from, and gives the rest their rows, in the order of their keys.
  void Close();

  static constexpr uint32_t kNone = UINT32_MAX;
  uint32_t RowOf(uint64_t key) const {
    const Entry* entry = Find(key);
    return entry == nullptr ? kNone : entry->row;
  }

  // Contrast rows hold what one way of marking adds to the shared rows and the other takes away (ContrastSign). They
  // have a key of their own. Only patterns of few rows, which are seen often, have them.
  static constexpr uint64_t ContrastKey(uint64_t key) { return key ^ 0x5374796C65u; }
  static constexpr bool HasContrast(RowScheme scheme) {
    return scheme == RowScheme::kUnigram || scheme == RowScheme::kTypes || scheme == RowScheme::kMatch ||
           scheme == RowScheme::kWord;
  }
  uint32_t row_count() const { return row_count_; }

  struct Entry {
    uint32_t row = 0;
    uint32_t sentences = 0;  // that the pattern occurs in
    uint32_t last_sentence = UINT32_MAX;
    RowScheme scheme = RowScheme::kUnigram;
    bool contrast = false;
    bool by_class = false;  // the rows of a class, not of a pattern
  };
  const PatternClasses* classes() const { return classes_; }
  const absl::flat_hash_map<uint64_t, Entry>& entries() const { return entries_; }
  const Entry* Find(uint64_t key) const {
    const auto it = entries_.find(key);
    return it == entries_.end() ? nullptr : &it->second;
  }

 private:
  const PatternClasses* classes_;
  absl::flat_hash_map<uint64_t, Entry> entries_;
  uint32_t row_count_ = 0;
};

// A known pattern in a window.
struct Instance {
  uint32_t row = 0;
  int16_t at = 0;
  uint16_t size = 0;
  RowScheme scheme = RowScheme::kUnigram;
  int8_t sign = 1;        // what its weights count for: -1 for contrast rows where the style takes them away
  bool by_class = false;  // rows of its class: known even where its characters are not
};

struct TrainingWindow {
  std::vector<Instance> instances;
  std::vector<PathWord> words;
  std::vector<uint8_t> labels;  // a label a character
};

// Labels of all characters of `chars` (the normal form of sentence.text).
std::vector<uint8_t> LabelsOf(Head head, const GoldSentence& sentence, const std::vector<text::NormalChar>& chars);

// Sentences of one manner of marking.
struct StyledSentences {
  std::span<const GoldSentence> sentences;
  Style style = Style::kNeutral;
  int times = 1;  // that an epoch learns from each
};

// Adds what another head tells of a window to the patterns that were found in it.
using MorePatterns = std::function<void(const PatternFinder& window, size_t size, std::vector<Pattern>& patterns)>;

// Reads sentences window by window: finds their patterns, looks them up in a vocabulary.
class TrainingSet {
 public:
  // `more` may be null.
  TrainingSet(Head head, const text::Dictionary& dictionary, MorePatterns more)
      : head_(head), dictionary_(dictionary), more_(std::move(more)) {}

  // First pass: what there is to learn from.
  void Count(const StyledSentences& styled, Vocabulary& vocabulary);
  // Second pass.
  void Add(const StyledSentences& styled, const Vocabulary& vocabulary);

  const std::vector<TrainingWindow>& windows() const { return windows_; }

 private:
  template <typename Take>
  void ForEachWindow(std::span<const GoldSentence> sentences, Take take);

  const Head head_;
  const text::Dictionary dictionary_;
  const MorePatterns more_;
  std::vector<TrainingWindow> windows_;
};

}  // namespace factline::tag

#endif  // FACTLINE_INDEXER_TAG_TRAINING_SET_H_
