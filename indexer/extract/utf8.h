#ifndef FACTLINE_INDEXER_EXTRACT_UTF8_H_
#define FACTLINE_INDEXER_EXTRACT_UTF8_H_

#include <cstddef>
#include <string_view>

namespace factline::extract {

// Walking over text that is already known to be valid UTF-8. On other bytes each step still moves by at least one.

inline bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// The offset after the code point at `at`; `at` < size.
inline size_t NextChar(std::string_view text, size_t at) {
  ++at;
  while (at < text.size() && IsContinuation(text[at])) ++at;
  return at;
}

// The offset of the code point that ends at `at`; `at` > 0.
inline size_t PreviousChar(std::string_view text, size_t at) {
  --at;
  while (at > 0 && IsContinuation(text[at])) --at;
  return at;
}

inline size_t CountChars(std::string_view text) {
  size_t count = 0;
  for (char c : text) count += !IsContinuation(c);
  return count;
}

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_UTF8_H_
