#include "ingest/page/code_points.h"

#include <string>

#include "gtest/gtest.h"

namespace factline::page {
namespace {

TEST(CodePointsTest, BlanksOfEveryWidthAreTrimmed) {
  EXPECT_EQ(TrimBlank(" 　\t\xEF\xBB\xBF汉 字\u00A0\r\n"), "汉 字");
  EXPECT_EQ(TrimBlank("　 "), "");
}

}  // namespace
}  // namespace factline::page
