#include "protos/vocab/utf8.h"

#include <bit>
#include <cstring>

namespace factline {
namespace {

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

namespace utf8_internal {

CodePoint DecodeAny(std::string_view text, size_t at) {
  if (at >= text.size()) return {};
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) return {lead, 1};
  const uint32_t size = LeadLength(lead);
  if (size == 0 || at + size > text.size()) return {kReplacement, 1};
  char32_t value = lead & (0xFF >> (size + 1));
  for (uint32_t i = 1; i < size; ++i) {
    if (!IsUtf8Continuation(text[at + i])) return {kReplacement, 1};
    value = (value << 6) | (static_cast<unsigned char>(text[at + i]) & 0x3F);
  }
  if (!WellFormedValue(value, size)) return {kReplacement, 1};
  return {value, size};
}

}  // namespace utf8_internal

CodePoint DecodeUtf8Before(std::string_view text, size_t end_exclusive) {
  if (end_exclusive == 0 || end_exclusive > text.size()) return {};
  size_t begin = end_exclusive - 1;
  while (begin > 0 && end_exclusive - begin < 4 && IsUtf8Continuation(text[begin])) --begin;
  const CodePoint found = DecodeUtf8(text, begin);
  if (begin + found.size_bytes == end_exclusive) return found;
  return {kReplacement, 1};
}

std::optional<size_t> FirstInvalidUtf8(std::string_view text) {
  for (size_t pos = 0; pos < text.size();) {
    if (static_cast<unsigned char>(text[pos]) < 0x80) {
      ++pos;
      continue;
    }
    const CodePoint c = DecodeUtf8(text, pos);
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
  for (; pos < text.size(); ++pos) continuations += IsUtf8Continuation(text[pos]);
  return text.size() - continuations;
}

void AppendUtf8(char32_t c, std::string& out) {
  const auto tail = [&](int shift) { out.push_back(static_cast<char>(0x80 | (c >> shift & 0x3F))); };
  if (c < 0x80) {
    out.push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out.push_back(static_cast<char>(0xC0 | c >> 6));
    tail(0);
  } else if (c < 0x10000) {
    out.push_back(static_cast<char>(0xE0 | c >> 12));
    tail(6);
    tail(0);
  } else {
    out.push_back(static_cast<char>(0xF0 | c >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace factline
