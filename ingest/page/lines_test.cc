#include "ingest/page/lines.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace factline::page {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Texts(std::string_view page) {
  TextArena arena;
  std::vector<std::string> texts;
  for (const PageLine& line : SplitLines(page, &arena)) texts.emplace_back(line.text.view());
  return texts;
}

TEST(LinesTest, MarkupAndBlanksGo) {
  EXPECT_THAT(Texts("\n　　蓝湾<b>重工</b>**投产**&nbsp;新线 \r\n\n---\n![图](a.png)\n"),
              ElementsAre("蓝湾重工投产新线"));
  EXPECT_THAT(Texts(" \n　\n***\n"), IsEmpty());
  EXPECT_THAT(Texts("a < b 且 c > d 时"), ElementsAre("a < b 且 c > d 时"));
}

TEST(LinesTest, BulletsAndMarkedHeadingsAreTold) {
  TextArena arena;
  const std::vector<PageLine> lines = SplitLines("# 标题\n\n- 32%** 占比\n• 另一项\n-5 度", &arena);
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_TRUE(lines[0].marked_heading);
  EXPECT_TRUE(lines[1].bullet && lines[2].bullet);
  EXPECT_EQ(lines[1].text.view(), "32% 占比");
  EXPECT_FALSE(lines[3].bullet);
  EXPECT_TRUE(lines[1].after_blank);
  EXPECT_FALSE(lines[2].after_blank);
}

TEST(LinesTest, ColumnsThatWrapAreOneParagraph) {
  EXPECT_THAT(
      Texts("The plant will make engines for the new manufac-\n"
            "turing line, and it opens in the spring of the year\n"
            "after next. The mayor said so.\n"),
      ElementsAre("The plant will make engines for the new manufacturing line, and it opens in the spring of the year "
                  "after next. The mayor said so."));
  EXPECT_THAT(
      Texts("蓝湾重工的新生产线日前投产，产能将\n在年内翻番，江城的产业链因此补上了\n一环，上下游企业纷纷前来签约落户。"
            "\n"),
      ElementsAre(
          "蓝湾重工的新生产线日前投产，产能将在年内翻番，江城的产业链因此补上了一环，上下游企业纷纷前来签约落户。"));
}

TEST(LinesTest, HeadingsAboveTextAreNotWrapped) {
  EXPECT_THAT(
      Texts("快递指数增长\n今年快递指数为四百，同比增长百分之二，业务量平稳。\n大会开幕\n大会今天开幕。\n"),
      ElementsAre("快递指数增长", "今年快递指数为四百，同比增长百分之二，业务量平稳。", "大会开幕", "大会今天开幕。"));
}

TEST(LinesTest, UnbrokenWebTextIsCutAtWideBlanks) {
  std::string sentence;
  for (int i = 0; i < 8; ++i) sentence += "新线投产产能翻番";
  EXPECT_THAT(Texts(sentence + "。   " + sentence + "。"), ElementsAre(sentence + "。", sentence + "。"));
}

TEST(LinesTest, EveryPieceKnowsItsPlace) {
  const std::string page = "前一行\n\n蓝湾**重工**投产";
  TextArena arena;
  const std::vector<PageLine> lines = SplitLines(page, &arena);
  ASSERT_EQ(lines.size(), 2u);
  std::string body;
  std::vector<SourceRun> runs;
  lines[1].text.AppendTo(&body, &runs);
  EXPECT_EQ(body, "蓝湾重工投产");
  ASSERT_EQ(runs.size(), 3u);
  for (const SourceRun& run : runs) {
    EXPECT_EQ(page.substr(run.source_begin, run.length_bytes), body.substr(run.body_begin, run.length_bytes));
  }
}

}  // namespace
}  // namespace factline::page
