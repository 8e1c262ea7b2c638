#include "protos/vocab/utf8.h"

#include <algorithm>

namespace factline {

CodePoint DecodeUtf8Before(std::string_view text, size_t end_exclusive) {
  if (end_exclusive == 0 || end_exclusive > text.size()) return {};
  for (size_t size = 1; size <= std::min<size_t>(4, end_exclusive); ++size) {
    if (IsUtf8Continuation(text[end_exclusive - size])) continue;
    const CodePoint c = DecodeUtf8(text.substr(0, end_exclusive), end_exclusive - size);
    if (c.size_bytes == size) return c;
    break;
  }
  return {kReplacement, 1};
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

std::optional<size_t> FirstInvalidUtf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = DecodeUtf8(text, at);
    if (c.value == kReplacement && c.size_bytes == 1) return at;
    at += c.size_bytes;
  }
  return std::nullopt;
}

size_t CountCodePoints(std::string_view text) {
  return text.size() - std::count_if(text.begin(), text.end(), IsUtf8Continuation);
}

}  // namespace factline
