#ifndef FACTLINE_INDEXER_EXTRACT_TERM_SET_H_
#define FACTLINE_INDEXER_EXTRACT_TERM_SET_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace factline::extract {

// A fixed set of words that every word of a text is asked for, and hardly one is: most are told so by one bit.
//   constexpr TermSet kPointers = {"该", "这", "此"};
template <size_t N>
class TermSet {
 public:
  template <typename... Words>
  constexpr TermSet(Words... words) : words_{std::string_view(words)...} {  // NOLINT: read like an array
    for (const std::string_view word : words_) bits_[BitOf(word) / 64] |= uint64_t{1} << (BitOf(word) % 64);
  }

  constexpr auto begin() const { return words_.begin(); }
  constexpr auto end() const { return words_.end(); }

  constexpr bool Contains(std::string_view term) const {
    if (term.empty() || !(bits_[BitOf(term) / 64] >> (BitOf(term) % 64) & 1)) return false;
    return std::find(words_.begin(), words_.end(), term) != words_.end();
  }

 private:
  static constexpr size_t kBits = 1024;
  static constexpr size_t BitOf(std::string_view term) {  // not empty
    const auto byte = [&](size_t i) { return static_cast<uint8_t>(term[i]); };
    const size_t last = term.size() - 1;
    return (byte(std::min<size_t>(1, last)) * 5 + byte(std::min<size_t>(2, last)) * 23 + byte(last) * 67 +
            term.size() * 129) %
           kBits;
  }

  std::array<std::string_view, N> words_;  // not empty
  std::array<uint64_t, kBits / 64> bits_{};
};
template <typename... Words>
TermSet(Words...) -> TermSet<sizeof...(Words)>;

template <size_t N>
constexpr bool OneOf(std::string_view term, const TermSet<N>& set) {
  return set.Contains(term);
}

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_TERM_SET_H_
