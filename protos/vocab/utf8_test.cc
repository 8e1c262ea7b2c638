#include "protos/vocab/utf8.h"

#include <optional>
#include <string>

#include "gtest/gtest.h"

namespace factline {
namespace {

TEST(Utf8Test, EveryScalarValueGoesThereAndBack) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string text = "前";
    AppendUtf8(c, text);
    const CodePoint forward = DecodeUtf8(text, 3);
    const CodePoint backward = DecodeUtf8Before(text, text.size());
    ASSERT_EQ(forward.value, c);
    ASSERT_EQ(backward.value, c);
    ASSERT_EQ(forward.size_bytes + 3u, text.size());
    ASSERT_EQ(backward.size_bytes, forward.size_bytes);
  }
}

TEST(Utf8Test, FirstInvalidByteIsNamed) {
  const struct {
    std::string_view in;
    std::optional<size_t> want;
  } kRows[] = {
      {"", std::nullopt},
      {"abc", std::nullopt},
      {"汉字é\xF0\x9F\x98\x80", std::nullopt},
      {"ab\xFF", 2},
      {"\x80", 0},
      {"汉\xE6\xB1", 3},
      {"\xC0\xAF", 0},
      {"a\xED\xA0\x80z", 1},
      {"\xF5\x80\x80\x80", 0},
      {"\xE0\x80\x80", 0},
      {"x\xF4\x90\x80\x80", 1},
      {"汉字\xE6\x41\x42", 6},
  };
  for (const auto& row : kRows) EXPECT_EQ(FirstInvalidUtf8(row.in), row.want) << row.in;
}

TEST(Utf8Test, DecodeForthAndBackAgree) {
  const std::string text = "a汉é\xF0\x9F\x98\x80。\xEF\xBB\xBF b";
  size_t end = text.size();
  std::u32string back;
  while (end > 0) {
    const CodePoint c = DecodeUtf8Before(text, end);
    back.insert(back.begin(), c.value);
    end -= c.size_bytes;
  }
  std::u32string forth;
  for (size_t pos = 0; pos < text.size(); pos += DecodeUtf8(text, pos).size_bytes) forth += DecodeUtf8(text, pos).value;
  EXPECT_EQ(forth, back);
  EXPECT_EQ(CountCodePoints(text), forth.size());
}

TEST(Utf8Test, BrokenBytesReadOneByOne) {
  EXPECT_EQ(DecodeUtf8("\xE6\xB1", 0).size_bytes, 1u);
  EXPECT_EQ(DecodeUtf8("\xE6\xB1", 0).value, U'\uFFFD');
  EXPECT_EQ(DecodeUtf8Before("a\xB1", 2).size_bytes, 1u);
  EXPECT_EQ(DecodeUtf8("a", 1).size_bytes, 0u);
}

TEST(Utf8Test, CountsLongTextByWordsAsByBytes) {
  std::string text;
  for (int i = 0; i < 100; ++i) {
    text += i % 3 == 0 ? "汉" : i % 3 == 1 ? "a" : "é";
    EXPECT_EQ(CountCodePoints(text), static_cast<size_t>(i + 1));
  }
}

}  // namespace
}  // namespace factline
