#ifndef FACTLINE_INDEXER_EXTRACT_PHRASE_SET_H_
#define FACTLINE_INDEXER_EXTRACT_PHRASE_SET_H_

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace factline::extract {

// Finds all of many phrases in one pass over a text. Made for phrases that few places of the text may begin, and to be
// made anew for each article: there is nothing to build but a sorted list. Add phrases, then Build once; after that any
// number of threads may Find.
//
// A place costs a look into two bit tables by its first bytes, and, where those do not rule every phrase out, a binary
// search: the greatest phrase that does not sort behind the text there either begins it, or what begins it begins that
// phrase too. So the cost is linear in the text, whatever the phrases: a search takes log n comparisons of at most the
// longest phrase.
class PhraseSet {
 public:
  // `phrase` is not empty, begins with no UTF-8 continuation byte, and outlives the set. The same phrase may be added
  // with several ids.
  void Add(std::string_view phrase, uint32_t id) { entries_.push_back({.phrase = phrase, .id = id}); }
  void Build();

  // Calls sink(begin, end_exclusive, id) for each occurrence, ordered by its begin; of those with the same begin,
  // longer ones first.
  template <typename Sink>
  void Find(std::string_view text, const Sink& sink) const {
    if (entries_.empty()) return;
    for (size_t at = 0; at < text.size(); ++at) {
      if ((static_cast<uint8_t>(text[at]) & 0xC0) == 0x80 || !MayBegin(text, at)) continue;
      for (uint32_t i = LongestAt(text.substr(at)); i != kNone; i = entries_[i].prefix) {
        sink(static_cast<uint32_t>(at), static_cast<uint32_t>(at + entries_[i].phrase.size()), entries_[i].id);
      }
    }
  }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr size_t kShort = 3, kLong = 6;  // bytes: phrases are told apart by their first three, or six

  struct Entry {
    std::string_view phrase;
    uint32_t id = 0;
    uint32_t prefix = kNone;  // the longest entry before this one that this one begins with
  };

  // Bits of hashes.
  class Bits {
   public:
    void Set(uint64_t bytes) { words_[At(bytes) / 64] |= uint64_t{1} << (At(bytes) % 64); }
    bool Has(uint64_t bytes) const { return words_[At(bytes) / 64] >> (At(bytes) % 64) & 1; }

   private:
    static constexpr int kBits = 12;
    static size_t At(uint64_t bytes) { return (bytes * 0x9E3779B97F4A7C15) >> (64 - kBits); }
    std::array<uint64_t, (1 << kBits) / 64> words_{};
  };

  // The first bytes of the text at `at` as a number, at most `count` of them.
  static uint64_t BytesAt(std::string_view text, size_t at, size_t count) {
    uint64_t bytes = 0;
    if (at + sizeof(bytes) <= text.size()) {
      std::memcpy(&bytes, text.data() + at, sizeof(bytes));
    } else {
      std::memcpy(&bytes, text.data() + at, text.size() - at);
    }
    return bytes & ((uint64_t{1} << (8 * count)) - 1);
  }
  bool MayBegin(std::string_view text, size_t at) const {
    const uint64_t bytes = BytesAt(text, at, kLong);
    return long_.Has(bytes) || (has_short_ && short_.Has(bytes & 0xFFFFFF)) ||
           (has_tiny_ && tiny_[static_cast<uint8_t>(text[at])]);
  }
  // The longest phrase that `rest` begins with, the last of its entries; kNone if there is none.
  uint32_t LongestAt(std::string_view rest) const;

  std::vector<Entry> entries_;    // by phrase, then id
  Bits long_;                     // first six bytes of phrases that have as many
  Bits short_;                    // first three bytes of those that have three to five
  std::array<bool, 256> tiny_{};  // first byte of those that have one or two
  bool has_short_ = false, has_tiny_ = false;
};

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_PHRASE_SET_H_
