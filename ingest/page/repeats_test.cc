#include "ingest/page/repeats.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace factline::page {
namespace {

using ::testing::ElementsAre;

const std::string kWind = "碧海之上，一台风力发电机的叶轮缓缓转动，扫过的面积相当于七个标准足球场大小。";
const std::string kCar = "该平台形成超级快充能力，充电五分钟续航一百五十公里，智能驾驶响应迅速，处于行业领先。";
const std::string kCarMore = "这家车企推出的智能驾驶平台，把超级快充带进了家用车，响应迅速的底盘处于行业前列。";

TEST(KeepOnceTest, OfCopiesInOneArticleTheLastStays) {
  EXPECT_THAT(KeepOnce({{kCar, 0}, {kWind, 0}, {kCar, 0}}), ElementsAre(false, true, true));
}

TEST(KeepOnceTest, OfCopiesInTwoArticlesTheFittingOneStays) {
  EXPECT_THAT(KeepOnce({{kCar, 0}, {kCarMore, 0}, {kWind, 1}, {kCar, 1}}), ElementsAre(true, true, true, false));
  EXPECT_THAT(KeepOnce({{kWind, 0}, {kCar, 0}, {kCarMore, 1}, {kCar, 1}}), ElementsAre(true, false, true, true));
}

TEST(KeepOnceTest, APullQuoteGoes) {
  const std::string quote = "充电五分钟续航一百五十公里，智能驾驶响应迅速";
  EXPECT_THAT(KeepOnce({{quote, 0}, {kCar, 0}}), ElementsAre(false, true));
  EXPECT_THAT(KeepOnce({{kCar, 0}, {quote, 0}}), ElementsAre(true, false));
  EXPECT_THAT(KeepOnce({{kCar, 0}, {quote, 1}}), ElementsAre(true, true)) << "another article may say the same";
}

TEST(KeepOnceTest, ShortParagraphsMayRepeat) {
  EXPECT_THAT(KeepOnce({{"为什么？", 0}, {kWind, 0}, {"为什么？", 0}}), ElementsAre(true, true, true));
}

std::string WithoutReprint(std::string text) {
  if (auto span = FindReprint(text)) text.erase(span->begin, span->size_bytes());
  return text;
}

TEST(FindReprintTest, TheFirstPrintGoes) {
  EXPECT_EQ(WithoutReprint("器件来自江城芯片技术研究院；为飞船发射提供配套的江电地芯片技术研究院；为飞船发射提供配套的"
                           "遥测设备，由航天公司研制。"),
            "器件来自江城芯片技术研究院；为飞船发射提供配套的遥测设备，由航天公司研制。");
}

TEST(FindReprintTest, ListsMayRepeat) {
  for (std::string text :
       {"第一分公司生产车间安全管理办公室主任、第二分公司生产车间安全管理办公室主任都到场。",
        "净利润为700万元左右，同比扩大亏损30%左右；扣除后的净利润为700万元左右，同比扩大亏损30%左右。",
        "没有重复的句子，自然保留。"}) {
    EXPECT_EQ(FindReprint(text), std::nullopt) << text;
  }
}

TEST(OverlapTest, RepeatedEndsAreMeasuredInBytes) {
  EXPECT_EQ(OverlapBytes("新线投产，江城产业链", "江城产业链补上一环"), 0u) << "five characters are too few";
  EXPECT_EQ(OverlapBytes("新线投产，江城产业链条", "江城产业链条补上一环"), 18u);
  EXPECT_EQ(OverlapBytes("", "江城"), 0u);
}

}  // namespace
}  // namespace factline::page
