#include "ingest/page/code_points.h"

namespace factline::page {

std::string_view FirstCodePoints(std::string_view text, size_t code_points) {
  size_t pos = 0;
  while (code_points-- > 0 && pos < text.size()) pos += DecodeUtf8(text, pos).size_bytes;
  return text.substr(0, pos);
}

size_t PositionFromEnd(std::string_view text, size_t code_points) {
  size_t pos = text.size();
  while (code_points-- > 0 && pos > 0) pos -= DecodeUtf8Before(text, pos).size_bytes;
  return pos;
}

bool IsWordLike(char32_t c) {
  if (c < 0x80) return IsAsciiLetter(c) || IsDigit(c);
  if (c < 0xC0) return c == 0xAA || c == 0xB5 || c == 0xBA;
  if (c < 0x2000) return c != 0xD7 && c != 0xF7;
  return IsHan(c) || IsDigit(c) || (c >= 0x3041 && c <= 0x30FF) || (c >= 0xAC00 && c <= 0xD7A3) ||
         (c >= 0xFF21 && c <= 0xFF3A) || (c >= 0xFF41 && c <= 0xFF5A);
}

bool IsSentenceEnd(char32_t c) {
  return c == U'。' || c == U'！' || c == U'？' || c == '!' || c == '?' || c == '.' || c == U'…' || c == U'．' ||
         c == U'｡';
}

bool IsOpener(char32_t c) {
  return c == U'“' || c == U'‘' || c == U'（' || c == '(' || c == U'《' || c == U'〈' || c == U'「' || c == U'『' ||
         c == U'【' || c == U'〔' || c == '[' || c == U'［';
}

bool IsCloser(char32_t c) {
  return c == U'”' || c == U'’' || c == U'）' || c == ')' || c == U'》' || c == U'〉' || c == U'」' || c == U'』' ||
         c == U'】' || c == U'〕' || c == ']' || c == U'］' || c == '"' || c == '\'';
}

size_t FindLast(std::string_view text, std::string_view word) {
  for (size_t end = text.size(); end >= word.size(); --end) {
    if (text[end - 1] == word.back() && text.substr(0, end).ends_with(word)) return end - word.size();
  }
  return std::string_view::npos;
}

std::string_view TrimBlank(std::string_view text) {
  size_t begin = 0;
  while (begin < text.size()) {
    const CodePoint c = DecodeUtf8(text, begin);
    if (!IsBlank(c.value)) break;
    begin += c.size_bytes;
  }
  size_t end = text.size();
  while (end > begin) {
    const CodePoint c = DecodeUtf8Before(text, end);
    if (!IsBlank(c.value)) break;
    end -= c.size_bytes;
  }
  return text.substr(begin, end - begin);
}

}  // namespace factline::page
