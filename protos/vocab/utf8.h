#ifndef FACTLINE_PROTOS_VOCAB_UTF8_H_
#define FACTLINE_PROTOS_VOCAB_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace factline {

// UTF-8, one code point at a time (RFC 3629: no surrogates, no overlong forms). Any bytes can be walked: one that
// starts no code point reads as kReplacement, one byte long.
inline constexpr char32_t kReplacement = 0xFFFD;

struct CodePoint {
  char32_t value = 0;
  uint32_t size_bytes = 0;  // 1 to 4; 0 only past the end of the text
};

namespace utf8_internal {
CodePoint DecodeAny(std::string_view text, size_t at);
}  // namespace utf8_internal

// The code point that begins at text[at]. The common cases, ASCII and well-formed Han, are read in line.
inline CodePoint DecodeUtf8(std::string_view text, size_t at) {
  if (at + 3 > text.size()) return utf8_internal::DecodeAny(text, at);
  const auto a = static_cast<unsigned char>(text[at]);
  if (a < 0x80) return {a, 1};
  const auto b = static_cast<unsigned char>(text[at + 1]), c = static_cast<unsigned char>(text[at + 2]);
  if (a > 0xE0 && a < 0xED && (b & 0xC0) == 0x80 && (c & 0xC0) == 0x80) {
    return {(a & 0x0Fu) << 12 | (b & 0x3Fu) << 6 | (c & 0x3Fu), 3};
  }
  return utf8_internal::DecodeAny(text, at);
}

constexpr bool IsUtf8Continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// Steps over text that is known to be well formed; on other bytes too each moves by at least one.
inline size_t NextCodePoint(std::string_view text, size_t at) {  // at < size
  ++at;
  while (at < text.size() && IsUtf8Continuation(text[at])) ++at;
  return at;
}
inline size_t PreviousCodePoint(std::string_view text, size_t at) {  // at > 0
  --at;
  while (at > 0 && IsUtf8Continuation(text[at])) --at;
  return at;
}

// The code point that ends at `end_exclusive`.
CodePoint DecodeUtf8Before(std::string_view text, size_t end_exclusive);

// Appends `c`, which must be a Unicode scalar value.
void AppendUtf8(char32_t c, std::string& out);

// The first byte where no well-formed code point stands.
std::optional<size_t> FirstInvalidUtf8(std::string_view text);

// Of well-formed text.
size_t CountCodePoints(std::string_view text);

}  // namespace factline

#endif  // FACTLINE_PROTOS_VOCAB_UTF8_H_
