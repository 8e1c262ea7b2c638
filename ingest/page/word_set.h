#ifndef FACTLINE_INGEST_PAGE_WORD_SET_H_
#define FACTLINE_INGEST_PAGE_WORD_SET_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ingest/page/code_points.h"

namespace factline::page {

// A fixed list of words that a text is searched for in one pass, made at compile time. Where two words match at one
// place the one listed first counts, so a longer word is listed before its own beginning.
template <size_t n>
class WordSet {
 public:
  struct Match {
    size_t position = std::string_view::npos;
    size_t word = 0;  // index in the list
    bool found() const { return position != std::string_view::npos; }
  };

  constexpr explicit WordSet(const std::array<std::string_view, n>& words) : words_(words) {
    for (std::string_view word : words) {
      const uint32_t bit = BitOf(word, 0);
      firsts_[bit / 64] |= uint64_t{1} << (bit % 64);
    }
  }

  constexpr std::string_view operator[](size_t i) const { return words_[i]; }

  // The first match at or behind `from`, which lies on a code point boundary.
  Match Find(std::string_view text, size_t from = 0) const {
    for (size_t pos = from; pos + 1 < text.size();) {
      const auto lead = static_cast<unsigned char>(text[pos]);
      const uint32_t bit = BitOf(text, pos);
      if ((firsts_[bit / 64] >> (bit % 64)) & 1) {
        for (size_t i = 0; i < n; ++i) {
          if (text.substr(pos, words_[i].size()) == words_[i]) return {pos, i};
        }
      }
      pos += lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    }
    return {};
  }
  bool FoundIn(std::string_view text) const { return Find(text).found(); }

 private:
  // The bit for a word's first two or three bytes.
  static constexpr uint32_t BitOf(std::string_view text, size_t pos) {
    const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
    if (byte(pos) < 0xE0) return (byte(pos) << 4 ^ byte(pos + 1)) % kBits;
    return ((byte(pos + 1) & 0x3Fu) << 6 ^ (byte(pos + 2) & 0x3Fu) ^ byte(pos) << 8) % kBits;
  }

  static constexpr uint32_t kBits = 4096;
  std::array<std::string_view, n> words_;
  std::array<uint64_t, kBits / 64> firsts_{};
};

template <size_t n>
WordSet(const std::array<std::string_view, n>&) -> WordSet<n>;

}  // namespace factline::page

#endif  // FACTLINE_INGEST_PAGE_WORD_SET_H_
