#include "ingest/page/code_points.h"

#include <string>

#include "gtest/gtest.h"

namespace factline::page {
namespace {

TEST(CodePointsTest, FirstInvalidByteIsNamed) {
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

TEST(CodePointsTest, DecodeForthAndBackAgree) {
  const std::string text = "a汉é\xF0\x9F\x98\x80。\xEF\xBB\xBF b";
  size_t end = text.size();
  std::u32string back;
  while (end > 0) {
    const CodePoint c = DecodeBefore(text, end);
    back.insert(back.begin(), c.value);
    end -= c.size_bytes;
  }
  std::u32string forth;
  for (size_t pos = 0; pos < text.size(); pos += DecodeAt(text, pos).size_bytes) forth += DecodeAt(text, pos).value;
  EXPECT_EQ(forth, back);
  EXPECT_EQ(CountCodePoints(text), forth.size());
}

TEST(CodePointsTest, BrokenBytesReadOneByOne) {
  EXPECT_EQ(DecodeAt("\xE6\xB1", 0).size_bytes, 1u);
  EXPECT_EQ(DecodeAt("\xE6\xB1", 0).value, U'\uFFFD');
  EXPECT_EQ(DecodeBefore("a\xB1", 2).size_bytes, 1u);
  EXPECT_EQ(DecodeAt("a", 1).size_bytes, 0u);
}

TEST(CodePointsTest, CountsLongTextByWordsAsByBytes) {
  std::string text;
  for (int i = 0; i < 100; ++i) {
    text += i % 3 == 0 ? "汉" : i % 3 == 1 ? "a" : "é";
    EXPECT_EQ(CountCodePoints(text), static_cast<size_t>(i + 1));
  }
}

TEST(CodePointsTest, BlanksOfEveryWidthAreTrimmed) {
  EXPECT_EQ(TrimBlank(" 　\t\xEF\xBB\xBF汉 字\u00A0\r\n"), "汉 字");
  EXPECT_EQ(TrimBlank("　 "), "");
}

}  // namespace
}  // namespace factline::page
