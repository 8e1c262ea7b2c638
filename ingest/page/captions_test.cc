#include "ingest/page/captions.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace factline::page {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(CaptionLineTest, SaysSoByItsMarks) {
  for (std::string_view line :
       {"▲蓝湾重工的四足机器人。", "▲“飞燕”无人机。 记者 于小满 摄/视觉江城", "图为大桥建设现场。蓝湾重工供图",
        "本组图片除署名外均由受访者供图", "上图：新线一角。", "工人在车间作业。于小满 摄"}) {
    EXPECT_TRUE(IsCaptionLine(line)) << line;
  }
  for (std::string_view line : {"蓝湾重工投产新线", "他拍摄了三年。", "摄影展开幕，观众上万人次。", "江城出版新图"}) {
    EXPECT_FALSE(IsCaptionLine(line)) << line;
  }
}

std::vector<std::string> Inline(std::string_view text) {
  std::vector<std::string> found;
  for (Span span : FindInlineCaptions(text)) found.emplace_back(span.In(text));
  return found;
}

const std::string kBefore = "蓝湾重工近日宣布，新的生产线已经全部投产，产能将在年内翻番，江城的产业链因此补上一环。";
const std::string kAfter = "“我们等了三年。”负责人说。";

TEST(InlineCaptionTest, GoesWithItsCredit) {
  EXPECT_THAT(Inline(kBefore + "图为新线一角。江城网记者 于小满 摄 " + kAfter),
              ElementsAre("图为新线一角。江城网记者 于小满 摄"));
  EXPECT_THAT(Inline(kBefore + "江城新区。 新区宣传部供图" + kAfter), ElementsAre("江城新区。 新区宣传部供图"));
  EXPECT_THAT(Inline(kBefore + "图片来源：OpenFarm江城绿化促进会表示" + kAfter), ElementsAre("图片来源：OpenFarm"));
}

TEST(InlineCaptionTest, TextAboutPicturesStays) {
  EXPECT_THAT(Inline(kBefore + "他介绍说，人一旦摄入过量就会头晕。" + kAfter), IsEmpty());
  EXPECT_THAT(Inline(kBefore + "摄像头每天拍摄三千张图。" + kAfter), IsEmpty());
}

}  // namespace
}  // namespace factline::page
