#include "deploy/cli/display_width.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace factline::cli {
namespace {

// The code point at `i`, which moves past it; negative for a bad byte.
int32_t Next(std::string_view text, size_t& i) {
  int32_t position = static_cast<int32_t>(i);
  UChar32 c;
  U8_NEXT(reinterpret_cast<const uint8_t*>(text.data()), position, static_cast<int32_t>(text.size()), c);
  i = static_cast<size_t>(position);
  return c;
}

size_t Width(int32_t c) {
  if (c < 0) return 1;
  switch (u_charType(c)) {
    case U_CONTROL_CHAR:
    case U_FORMAT_CHAR:
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
      return 0;
    default:
      break;
  }
  int width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

}  // namespace

size_t DisplayWidth(std::string_view text) {
  size_t columns = 0;
  for (size_t i = 0; i < text.size();) columns += Width(Next(text, i));
  return columns;
}

std::string CutToWidth(std::string_view text, size_t columns) {
  if (DisplayWidth(text) <= columns) return std::string(text);
  if (columns == 0) return "";
  size_t used = 0;
  size_t end = 0;
  for (size_t i = 0; i < text.size();) {
    used += Width(Next(text, i));
    if (used > columns - 1) break;
    end = i;
  }
  return std::string(text.substr(0, end)) + "…";
}

std::string OneLine(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  bool blank = false;
  for (size_t i = 0; i < text.size();) {
    size_t begin = i;
    int32_t c = Next(text, i);
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
      blank = !line.empty();
      continue;
    }
    if (c >= 0 && u_charType(c) == U_CONTROL_CHAR) continue;
    if (blank) line += ' ';
    blank = false;
    line += text.substr(begin, i - begin);
  }
  return line;
}

std::string Tame(std::string text) {
  for (size_t i = 0; i < text.size();) {
    const size_t begin = i;
    const int32_t c = Next(text, i);
    if (c < 0 || u_charType(c) != U_CONTROL_CHAR) continue;
    const bool is_blank = c == '\n' || c == '\t' || c == '\r';
    std::fill(text.begin() + static_cast<ptrdiff_t>(begin), text.begin() + static_cast<ptrdiff_t>(i),
              is_blank ? ' ' : '?');
  }
  return text;
}

}  // namespace factline::cli
