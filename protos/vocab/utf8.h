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
  uint8_t size_bytes = 0;  // 1 to 4; 0 only past the end of the text
};

// The code point that begins at text[at].
inline CodePoint DecodeUtf8(std::string_view text, size_t at) {
  const auto byte = [text](size_t i) { return static_cast<uint8_t>(text[i]); };
  const auto continues = [&](size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
  if (at >= text.size()) return {};
  const uint8_t lead = byte(at);
  if (lead < 0x80) return {lead, 1};
  if (lead >= 0xE0 && lead < 0xF0 && continues(at + 1) && continues(at + 2)) {
    const char32_t c = (lead & 0x0Fu) << 12 | (byte(at + 1) & 0x3Fu) << 6 | (byte(at + 2) & 0x3Fu);
    if (c >= 0x800 && (c < 0xD800 || c > 0xDFFF)) return {c, 3};
  } else if (lead >= 0xC2 && lead < 0xE0 && continues(at + 1)) {
    return {(lead & 0x1Fu) << 6 | (byte(at + 1) & 0x3Fu), 2};
  } else if (lead >= 0xF0 && lead < 0xF5 && continues(at + 1) && continues(at + 2) && continues(at + 3)) {
    const char32_t c =
        (lead & 0x07u) << 18 | (byte(at + 1) & 0x3Fu) << 12 | (byte(at + 2) & 0x3Fu) << 6 | (byte(at + 3) & 0x3Fu);
    if (c >= 0x10000 && c <= 0x10FFFF) return {c, 4};
  }
  return {kReplacement, 1};
}

constexpr bool IsUtf8Continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

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
