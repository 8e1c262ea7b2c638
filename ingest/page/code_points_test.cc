#include "ingest/page/code_points.h"

#include <string>

#include "gtest/gtest.h"

namespace factline::page {
namespace {

TEST(CodePointsTest, BlanksOfEveryWidthAreTrimmed) {
  EXPECT_EQ(TrimBlank(" 　\t\xEF\xBB\xBF汉 字\u00A0\r\n"), "汉 字");
  EXPECT_EQ(TrimBlank("　 "), "");
}

TEST(CodePointsTest, FindLastAgreesWithRfind) {
  for (const std::string_view text : {"", "社", "新华社社网", "某报某报", "报网", "甲乙丙"}) {
    for (const std::string_view word : {"社", "报", "网", "某报", "甲", "丙"}) {
      EXPECT_EQ(FindLast(text, word), text.rfind(word)) << text << " / " << word;
    }
  }
}

}  // namespace
}  // namespace factline::page
