#include "query/parse/characters.h"

#include "protos/vocab/utf8.h"

namespace factline::query {

Character CharacterAt(std::string_view text, uint32_t begin, uint32_t column) {
  const CodePoint c = DecodeUtf8(text, begin);
  if (c.size_bytes == 0) return {kEndOfText, begin, begin, column};
  const bool broken = c.value == kReplacement && c.size_bytes == 1;
  return {broken ? kBrokenUtf8 : c.value, begin, begin + c.size_bytes, column};
}

bool IsBlank(char32_t c) {
  return c <= 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0x1680 || (c >= 0x2000 && c <= 0x200B) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

}  // namespace factline::query
