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

// The code point that begins at `pos`, or that ends at `end_exclusive`.
CodePoint DecodeAt(std::string_view text, size_t pos);
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
bool IsBlank(char32_t c);
bool IsDigit(char32_t c);  // ASCII and full width
bool IsHan(char32_t c);
bool IsAsciiLetter(char32_t c);
bool IsWordLike(char32_t c);     // a letter of any script, a Han character or a digit: no mark, no blank
bool IsSentenceEnd(char32_t c);  // 。！？!?… and the Latin full stop
bool IsOpener(char32_t c);       // opening quotes and brackets
bool IsCloser(char32_t c);       // closing quotes and brackets, and the straight quotes

std::string_view TrimBlank(std::string_view text);

}  // namespace factline::page

#endif  // FACTLINE_INGEST_PAGE_CODE_POINTS_H_
