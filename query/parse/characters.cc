#include "query/parse/characters.h"

namespace factline::query {
namespace {

uint32_t LengthFromLead(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

// Overlong forms, surrogates and values past the last code point.
bool IsOutOfRange(char32_t code_point, uint32_t length) {
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  return code_point < kLeast[length] || code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF);
}

}  // namespace

Character CharacterAt(std::string_view text, uint32_t begin, uint32_t column) {
  if (begin >= text.size()) return {kEndOfText, begin, begin, column};
  const Character broken = {kBrokenUtf8, begin, begin + 1, column};
  const auto lead = static_cast<unsigned char>(text[begin]);
  const uint32_t length = LengthFromLead(lead);
  if (length == 0 || begin + length > text.size()) return broken;
  if (length == 1) return {lead, begin, begin + 1, column};
  char32_t code_point = lead & (0x7F >> length);
  for (uint32_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[begin + i]);
    if ((byte & 0xC0) != 0x80) return broken;
    code_point = (code_point << 6) | (byte & 0x3F);
  }
  if (IsOutOfRange(code_point, length)) return broken;
  return {code_point, begin, begin + length, column};
}

bool IsBlank(char32_t c) {
  return c <= 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0x1680 || (c >= 0x2000 && c <= 0x200B) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

}  // namespace factline::query
