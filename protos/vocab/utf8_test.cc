#include "protos/vocab/utf8.h"

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

TEST(Utf8Test, NamesTheFirstByteThatIsWrong) {
  EXPECT_EQ(FirstInvalidUtf8("镁abc"), std::nullopt);
  EXPECT_EQ(FirstInvalidUtf8("\xEF\xBF\xBD is the replacement character itself"), std::nullopt);
  EXPECT_EQ(FirstInvalidUtf8("a\x80"), 1u);
  EXPECT_EQ(FirstInvalidUtf8("a\xC0\x80"), 1u);         // overlong
  EXPECT_EQ(FirstInvalidUtf8("\xED\xA0\x80"), 0u);      // a surrogate
  EXPECT_EQ(FirstInvalidUtf8("\xE9\x95"), 0u);          // cut short
  EXPECT_EQ(FirstInvalidUtf8("\xF4\x90\x80\x80"), 0u);  // past U+10FFFF
}

TEST(Utf8Test, BrokenBytesAreWalkedOneByOne) {
  EXPECT_EQ(DecodeUtf8("\x95z", 0).size_bytes, 1);
  EXPECT_EQ(DecodeUtf8("\x95z", 0).value, kReplacement);
  EXPECT_EQ(DecodeUtf8Before("z\x95", 2).size_bytes, 1);
  EXPECT_EQ(DecodeUtf8("", 0).size_bytes, 0);
}

TEST(Utf8Test, CountsCodePoints) { EXPECT_EQ(CountCodePoints("a镁𠮷"), 3u); }

}  // namespace
}  // namespace factline
