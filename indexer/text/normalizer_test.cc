#include "indexer/text/normalizer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace factline::text {
namespace {

TEST(NormalizerTest, NormalFormFoldsWidthCaseAndScript) {
  const struct {
    const char* in;
    const char* want;
  } kRows[] = {
      {"", ""},
      {"  \t\n ", ""},
      {" A  B\n\nC ", "a b c"},
      {"ＡＢＣ１２３％", "abc123%"},
      {"　全角　空白　", "全角 空白"},
      {"國際鎂協會", "国际镁协会"},
      {"頭髮與後來", "头发与后来"},
      {"ﾊﾝｶｸ", "ハンカク"},
      {"ﬁne", "fine"},
      {"㎡", "m2"},
      {"℃", "°c"},
      {"co\u00ADop\u200B", "coop"},
      {"e\u0301", "é"},
      {"\u1112\u1161\u11ab", "한"},
      {"ß", "ss"},
      {"ΣΊΣΥΦΟΣ", "σίσυφοσ"},
      {"①②", "12"},
      {"《“镁”》", "《“镁”》"},
  };
  for (const auto& row : kRows) EXPECT_EQ(NormalForm(row.in), row.want) << row.in;
}

TEST(NormalizerTest, NormalFormIsItsOwnNormalForm) {
  for (const char* text : {"國際　鎂協會 ＡＢ", "ǅ ﬃ ㈱ ㍻ ½", "e\u0301\u0323 ö"}) {
    EXPECT_EQ(NormalForm(NormalForm(text)), NormalForm(text));
  }
}

TEST(NormalizerTest, CharactersKnowTheirSource) {
  std::vector<NormalChar> chars;
  Normalize("aＢ國㎏e\u0301", chars);
  ASSERT_EQ(chars.size(), 6u);
  const struct {
    char32_t cp;
    uint32_t begin, end;
    bool changed;
  } kWant[] = {{'a', 0, 1, false}, {'b', 1, 4, true},  {U'国', 4, 7, true},
               {'k', 7, 10, true}, {'g', 7, 10, true}, {U'é', 10, 13, true}};
  for (size_t i = 0; i < chars.size(); ++i) {
    EXPECT_EQ(chars[i].cp, kWant[i].cp);
    EXPECT_EQ(chars[i].begin, kWant[i].begin);
    EXPECT_EQ(chars[i].end_exclusive(), kWant[i].end);
    EXPECT_EQ(chars[i].changed, kWant[i].changed);
  }
}

TEST(NormalizerTest, LongRunsOfMarksCostLinearTimeAndAreKept) {
  std::string marks = "a";
  for (int i = 0; i < 200000; ++i) marks += i % 2 ? "\u0301" : "\u0323";
  std::vector<NormalChar> chars;
  Normalize(marks, chars);
  ASSERT_FALSE(chars.empty());
  EXPECT_EQ(chars.back().end_exclusive(), marks.size());
}

TEST(NormalizerTest, StrayBytesAreReplacements) {
  std::vector<NormalChar> chars;
  Normalize("a\xFF\xE4\xB8", chars);
  ASSERT_EQ(chars.size(), 4u);
  EXPECT_EQ(chars[1].cp, 0xFFFDu);
  EXPECT_TRUE(chars[1].changed);
  EXPECT_EQ(chars[3].end_exclusive(), 4u);
}

}  // namespace
}  // namespace factline::text
