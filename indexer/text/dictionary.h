#ifndef FACTLINE_INDEXER_TEXT_DICTIONARY_H_
#define FACTLINE_INDEXER_TEXT_DICTIONARY_H_

#include <cstdint>

#include "indexer/text/analysis.h"
#include "indexer/text/dictionary_format.h"
#include "indexer/text/double_array.h"

namespace factline::text {

// The Chinese word list that is compiled into the program. Words are Han only and in normal form. Immutable: any number
// of threads may read it; a copy is a few pointers.
class Dictionary {
 public:
  Dictionary();

  // Walks words character by character: start at kRoot, stop at kNone.
  static constexpr uint32_t kRoot = DoubleArray::kRoot;
  static constexpr uint32_t kNone = DoubleArray::kNone;
  uint32_t Next(uint32_t state, char32_t cp) const {
    const uint16_t symbol = cp < kSymbolCount ? symbols_[cp] : 0;
    return symbol == 0 ? kNone : trie_.Child(state, symbol);
  }

  // What the characters so far are: a word or not, and if so, its cost and part of speech.
  struct Entry {
    bool is_word = false;
    PartOfSpeech pos = PartOfSpeech::kUnknown;
    uint32_t cost = 0;  // -256 ln(probability)
  };
  Entry At(uint32_t state) const {
    const uint32_t value = trie_.ValueOf(state);
    return {value != 0, static_cast<PartOfSpeech>(PosOf(value)), CostOf(value)};
  }

  // Of a character that is no word by itself.
  uint32_t unknown_cost() const { return unknown_cost_; }

  // Differs between dictionaries that differ.
  uint32_t fingerprint() const { return fingerprint_; }

 private:
  const uint16_t* symbols_;
  DoubleArray trie_;
  uint32_t unknown_cost_;
  uint32_t fingerprint_;
};

}  // namespace factline::text

#endif  // FACTLINE_INDEXER_TEXT_DICTIONARY_H_
