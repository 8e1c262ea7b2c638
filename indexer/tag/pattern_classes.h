#ifndef FACTLINE_INDEXER_TAG_PATTERN_CLASSES_H_
#define FACTLINE_INDEXER_TAG_PATTERN_CLASSES_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "indexer/tag/pattern_finder.h"
#include "indexer/tag/tagger.h"
#include "indexer/text/dictionary.h"
#include "indexer/text/normalizer.h"

namespace factline::tag {

// Parts words and pairs of characters into classes by the company that they keep in plain text, so that what training
// learns about a class serves a word that it never saw. Positive pointwise mutual information with the neighbours at
// each place (Bullinaria and Levy 2007), its leading directions by a randomised projection (Halko, Martinsson and Tropp
// 2011), and k-means in two steps over them: a coarse class and a fine one within it. The same texts give the same
// classes.
class PatternClasses {
 public:
  struct Options {
    uint32_t smallest_word_count = 10;
    uint32_t smallest_pair_count = 20;
    uint32_t word_contexts = 3000;  // most frequent neighbours that count as company
    uint32_t pair_contexts = 3000;
    uint32_t coarse = 128;
    uint32_t fine = 32;  // in each coarse class
    int iterations = 8;
  };

  explicit PatternClasses(const text::Dictionary& dictionary) : finder_(dictionary) {}

  // Reads a text, and where `first` is not null the names that it finds there. Before Close.
  void Add(std::string_view text, const Tagger* first = nullptr);
  void Close(const Options& options);

  // The fine class of a pattern (of scheme kWord or kBigram; numbered apart), kNone if it was not seen often enough.
  static constexpr uint32_t kNone = UINT32_MAX;
  uint32_t FineOf(uint64_t key) const {
    const auto it = classes_.find(key);
    return it == classes_.end() ? kNone : it->second;
  }
  uint32_t CoarseOf(uint32_t fine) const { return fine / fine_per_coarse_; }
  RowScheme SchemeOf(uint32_t fine) const { return fine < first_pair_class_ ? RowScheme::kWord : RowScheme::kBigram; }

  // Patterns that have a class, by key.
  const absl::flat_hash_map<uint64_t, uint32_t>& classes() const { return classes_; }

 private:
  // The running text of one kind of item, 0 between windows.
  struct Sequence {
    absl::flat_hash_map<uint64_t, uint32_t> numbers;
    std::vector<uint64_t> keys = {0};
    std::vector<uint32_t> counts = {0};
    std::vector<uint32_t> items;
    std::vector<uint8_t> first_labels, last_labels;  // of each item's first and last character

    void Push(uint64_t key, uint8_t first_label, uint8_t last_label);
    void PushBorders(int count);
  };
  // What stands `offset` places from an item, in which sequence.
  struct Neighbour {
    const Sequence* sequence;
    int offset;
  };

  void Classify(const Sequence& items, const std::vector<Neighbour>& neighbours, uint32_t smallest_count,
                uint32_t contexts, uint32_t first_class, const Options& options);

  PatternFinder finder_;
  std::vector<text::NormalChar> chars_;
  std::vector<uint8_t> labels_;
  bool has_labels_ = false;
  Tagger::Scratch scratch_;
  Tagging tagging_;
  Sequence words_, singles_, pairs_;
  absl::flat_hash_map<uint64_t, uint32_t> classes_;
  uint32_t fine_per_coarse_ = 1;
  uint32_t first_pair_class_ = 0;
};

}  // namespace factline::tag

#endif  // FACTLINE_INDEXER_TAG_PATTERN_CLASSES_H_
