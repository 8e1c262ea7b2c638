#ifndef FACTLINE_PROTOS_VOCAB_SPAN_H_
#define FACTLINE_PROTOS_VOCAB_SPAN_H_

#include <compare>
#include <cstdint>
#include <string_view>

namespace factline {

// A half-open range of bytes in a UTF-8 text: [begin, end_exclusive). Both ends lie on code point
// boundaries of the text that the span belongs to; which text that is, the holder says.
struct Span {
  uint32_t begin = 0;
  uint32_t end_exclusive = 0;

  uint32_t size_bytes() const { return end_exclusive - begin; }
  bool empty() const { return begin == end_exclusive; }
  bool Contains(Span other) const { return begin <= other.begin && other.end_exclusive <= end_exclusive; }
  bool Overlaps(Span other) const { return begin < other.end_exclusive && other.begin < end_exclusive; }

  // The bytes of `text` under this span. `text` must be the span's own text.
  std::string_view In(std::string_view text) const { return text.substr(begin, size_bytes()); }

  friend auto operator<=>(const Span&, const Span&) = default;
};

}  // namespace factline

#endif  // FACTLINE_PROTOS_VOCAB_SPAN_H_
