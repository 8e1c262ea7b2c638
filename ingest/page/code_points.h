#ifndef FACTLINE_INGEST_PAGE_CODE_POINTS_H_
#define FACTLINE_INGEST_PAGE_CODE_POINTS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace factline::page {

// Reading UTF-8 one code point at a time, and the few character classes that layout needs.
// Everything here is pure and takes any bytes: what is no UTF-8 reads as U+FFFD, one byte long.

struct CodePoint {
  char32_t value = 0;
  uint32_t size_bytes = 0;  // 0 only at the end of the text
};

namespace code_points_internal {
CodePoint DecodeAny(std::string_view text, size_t pos);
}  // namespace code_points_internal

// The code point that begins at `pos`, or that ends at `end_exclusive`. The common cases, ASCII and well-formed Han,
// are read in line.
inline CodePoint DecodeAt(std::string_view text, size_t pos) {
  if (pos + 3 > text.size()) return code_points_internal::DecodeAny(text, pos);
  const auto a = static_cast<unsigned char>(text[pos]);
  if (a < 0x80) return {a, 1};
  const auto b = static_cast<unsigned char>(text[pos + 1]), c = static_cast<unsigned char>(text[pos + 2]);
  if (a > 0xE0 && a < 0xED && (b & 0xC0) == 0x80 && (c & 0xC0) == 0x80) {
    return {(a & 0x0Fu) << 12 | (b & 0x3Fu) << 6 | (c & 0x3Fu), 3};
  }
  return code_points_internal::DecodeAny(text, pos);
}
CodePoint DecodeBefore(std::string_view text, size_t end_exclusive);

// The first byte that no well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms) has there.
std::optional<size_t> FirstInvalidUtf8(std::string_view text);

// Of well-formed text.
size_t CountCodePoints(std::string_view text);

// `text` up to its `code_points`-th code point, or all of it.
std::string_view FirstCodePoints(std::string_view text, size_t code_points);

// Byte position after `code_points` code points counted back from the end of `text`, or 0.
size_t PositionFromEnd(std::string_view text, size_t code_points);

// Spaces of every width, controls, zero-width characters and byte order marks: what no reader sees.
inline bool IsBlank(char32_t c) {
  if (c > 0x3000 && c != 0xFEFF) return false;
  if (c < 0xA1) return c <= 0x20 || c >= 0x7F;
  return c == 0xAD || c == 0x3000 || (c >= 0x2000 && c <= 0x200F) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x2060 || c == 0xFEFF;
}
inline bool IsDigit(char32_t c) { return (c >= '0' && c <= '9') || (c >= 0xFF10 && c <= 0xFF19); }  // and full width
inline bool IsAsciiLetter(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline bool IsHan(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x323AF) ||
         (c >= 0xF900 && c <= 0xFAFF) || c == 0x3007;
}
bool IsWordLike(char32_t c);     // a letter of any script, a Han character or a digit: no mark, no blank
bool IsSentenceEnd(char32_t c);  // 。！？!?… and the Latin full stop
bool IsOpener(char32_t c);       // opening quotes and brackets
bool IsCloser(char32_t c);       // closing quotes and brackets, and the straight quotes

std::string_view TrimBlank(std::string_view text);

}  // namespace factline::page

#endif  // FACTLINE_INGEST_PAGE_CODE_POINTS_H_
