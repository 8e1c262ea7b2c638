#ifndef FACTLINE_INGEST_PAGE_CODE_POINTS_H_
#define FACTLINE_INGEST_PAGE_CODE_POINTS_H_

#include <cstddef>
#include <string_view>

#include "protos/vocab/utf8.h"

namespace factline::page {

// Counting in code points, and the few character classes that layout needs. Pure; takes any bytes.

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

// text.rfind(word), for words of few characters: compared by their last byte first, which most characters differ in.
size_t FindLast(std::string_view text, std::string_view word);  // `word` is not empty

}  // namespace factline::page

#endif  // FACTLINE_INGEST_PAGE_CODE_POINTS_H_
