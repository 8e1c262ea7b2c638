#ifndef FACTLINE_INGEST_PAGE_BIGRAMS_H_
#define FACTLINE_INGEST_PAGE_BIGRAMS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "ingest/page/code_points.h"

namespace factline::page {

// The pairs of neighbouring letters and characters of some texts, by hash: how much of another text they share. Good
// for comparing; a hash that two pairs have in common makes the share a little too high.
class BigramSet {
 public:
  // 2^`log2_bits` bits, at least 2^6; about ten for each pair keep the error small.
  explicit BigramSet(uint32_t log2_bits) : shift_(64 - log2_bits), bits_(size_t{1} << (log2_bits - 6)) {}

  void Add(std::string_view text) {
    ForEach(text, [&](uint64_t bit) { bits_[bit / 64] |= uint64_t{1} << (bit % 64); });
  }

  // The share of the pairs of `text` that are in the set; 0 for a text without any.
  double Share(std::string_view text) const {
    size_t all = 0, common = 0;
    ForEach(text, [&](uint64_t bit) {
      ++all;
      common += (bits_[bit / 64] >> (bit % 64)) & 1;
    });
    return all == 0 ? 0 : static_cast<double>(common) / static_cast<double>(all);
  }

 private:
  template <typename Use>
  void ForEach(std::string_view text, Use use) const {
    char32_t before = 0;
    for (size_t pos = 0; pos < text.size();) {
      const CodePoint c = DecodeUtf8(text, pos);
      pos += c.size_bytes;
      const char32_t value = IsWordLike(c.value) ? c.value : 0;
      if (value != 0 && before != 0) use(((uint64_t{before} << 21 | value) * 0x9E3779B97F4A7C15u) >> shift_);
      before = value;
    }
  }

  uint32_t shift_;
  std::vector<uint64_t> bits_;
};

}  // namespace factline::page

#endif  // FACTLINE_INGEST_PAGE_BIGRAMS_H_
