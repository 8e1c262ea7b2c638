#ifndef FACTLINE_QUERY_PARSE_CHARACTERS_H_
#define FACTLINE_QUERY_PARSE_CHARACTERS_H_

#include <cstdint>
#include <string_view>

namespace factline::query {

// One code point of a request string. Columns count code points from 1, as a person does.
struct Character {
  char32_t code_point = 0;
  uint32_t begin = 0;  // its bytes in the text: [begin, end)
  uint32_t end = 0;
  uint32_t column = 1;
};

constexpr char32_t kEndOfText = 0x110000;
constexpr char32_t kBrokenUtf8 = 0x110001;

// The character at byte `begin`; kEndOfText past the end, kBrokenUtf8 (one byte long) where no code point stands.
Character CharacterAt(std::string_view text, uint32_t begin, uint32_t column);

// Blanks of any script that people type, and control characters.
bool IsBlank(char32_t code_point);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_PARSE_CHARACTERS_H_
