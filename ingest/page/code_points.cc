#include "ingest/page/code_points.h"

#include <bit>
#include <cstring>

namespace factline::page {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

bool IsContinuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// Length and payload bits that a lead byte announces; length 0 for a byte that leads nothing.
uint32_t LeadLength(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  if (lead >= 0xF0 && lead < 0xF5) return 4;
  return 0;
}

bool WellFormedValue(char32_t value, uint32_t size_bytes) {
  if (size_bytes == 3) return value >= 0x800 && (value < 0xD800 || value > 0xDFFF);
  if (size_bytes == 4) return value >= 0x10000 && value <= 0x10FFFF;
  return true;
}

}  // namespace

namespace code_points_internal {

CodePoint DecodeAny(std::string_view text, size_t pos) {
  if (pos >= text.size()) return {};
  const auto lead = static_cast<unsigned char>(text[pos]);
  if (lead < 0x80) return {lead, 1};
  const uint32_t size = LeadLength(lead);
  if (size == 0 || pos + size > text.size()) return {kReplacement, 1};
  char32_t value = lead & (0xFF >> (size + 1));
  for (uint32_t i = 1; i < size; ++i) {
    if (!IsContinuation(text[pos + i])) return {kReplacement, 1};
    value = (value << 6) | (static_cast<unsigned char>(text[pos + i]) & 0x3F);
  }
  if (!WellFormedValue(value, size)) return {kReplacement, 1};
  return {value, size};
}

}  // namespace code_points_internal

CodePoint DecodeBefore(std::string_view text, size_t end_exclusive) {
  if (end_exclusive == 0 || end_exclusive > text.size()) return {};
  size_t begin = end_exclusive - 1;
  while (begin > 0 && end_exclusive - begin < 4 && IsContinuation(text[begin])) --begin;
  const CodePoint found = DecodeAt(text, begin);
  if (begin + found.size_bytes == end_exclusive) return found;
  return {kReplacement, 1};
}

std::optional<size_t> FirstInvalidUtf8(std::string_view text) {
  for (size_t pos = 0; pos < text.size();) {
    if (static_cast<unsigned char>(text[pos]) < 0x80) {
      ++pos;
      continue;
    }
    const CodePoint c = DecodeAt(text, pos);
    if (c.size_bytes == 1) return pos;
    pos += c.size_bytes;
  }
  return std::nullopt;
}

size_t CountCodePoints(std::string_view text) {
  size_t continuations = 0, pos = 0;
  for (; pos + 8 <= text.size(); pos += 8) {
    uint64_t bytes;
    std::memcpy(&bytes, text.data() + pos, sizeof bytes);
    // A byte continues a code point if its top bits are 1 and 0.
    continuations += std::popcount(bytes & ~(bytes << 1) & 0x8080808080808080u);
  }
  for (; pos < text.size(); ++pos) continuations += IsContinuation(text[pos]);
  return text.size() - continuations;
}

std::string_view FirstCodePoints(std::string_view text, size_t code_points) {
  size_t pos = 0;
  while (code_points-- > 0 && pos < text.size()) pos += DecodeAt(text, pos).size_bytes;
  return text.substr(0, pos);
}

size_t PositionFromEnd(std::string_view text, size_t code_points) {
  size_t pos = text.size();
  while (code_points-- > 0 && pos > 0) pos -= DecodeBefore(text, pos).size_bytes;
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

std::string_view TrimBlank(std::string_view text) {
  size_t begin = 0;
  while (begin < text.size()) {
    const CodePoint c = DecodeAt(text, begin);
    if (!IsBlank(c.value)) break;
    begin += c.size_bytes;
  }
  size_t end = text.size();
  while (end > begin) {
    const CodePoint c = DecodeBefore(text, end);
    if (!IsBlank(c.value)) break;
    end -= c.size_bytes;
  }
  return text.substr(begin, end - begin);
}

}  // namespace factline::page
