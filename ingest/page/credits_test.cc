#include "ingest/page/credits.h"

#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace factline::page {
namespace {

std::string Show(const std::optional<Credits>& credits) {
  if (!credits.has_value()) return "none";
  std::string shown = credits->photo ? "photo" : "text";
  for (const Credit& credit : credits->people) shown += " " + credit.name + "=" + credit.role;
  if (!credits->outlet.empty()) shown += " @" + credits->outlet;
  return shown;
}

struct Row {
  std::string_view in, want;
};

TEST(BylineTest, NamesRolesAndOutletsAreRead) {
  const Row kRows[] = {
      {"本报记者 方知远", "text 方知远=记者"},
      {"本报记者 方知远 本报通讯员 于小满", "text 方知远=记者 于小满=通讯员"},
      {"■新江城-江城日报记者 方知远", "text 方知远=记者 @新江城-江城日报"},
      {"□江城日报全媒体记者 方知远 于小满", "text 方知远=全媒体记者 于小满=全媒体记者 @江城日报"},
      {"记者方知远、于小满 通讯员白露", "text 方知远=记者 于小满=记者 白露=通讯员"},
      {"记者 方 远 于小满", "text 方远=记者 于小满=记者"},
      {"（记者 方知远）", "text 方知远=记者"},
      {"于小满 摄/视觉江城", "photo 于小满=摄影 @视觉江城"},
      {"记者 于小满 摄", "photo 于小满=摄影"},
      {"记者 于小满 摄影 视觉江城", "photo 于小满=摄影 @视觉江城"},
      {"特约摄影 于小满/视觉江城", "photo 于小满=特约摄影 @视觉江城"},
      {"于小满摄", "photo 于小满=摄影"},
      {"文/Tom 审/Ann 编/kim", "text Tom=文 Ann=审 kim=编"},
      {"责任编辑：白露", "text 白露=责任编辑"},
      {"记者 约翰·史密斯", "text 约翰·史密斯=记者"},
      {"By Jane Doe", "text Jane Doe=reporter"},
      {"By JANE DOE and John Roe, Staff Writers", "text JANE DOE=staff writers John Roe=staff writers"},
      {"By Jane Doe, Example News", "text Jane Doe=reporter @Example News"},
      {"Photo by Jane Doe/Example News", "photo Jane Doe=photographer @Example News"},
  };
  for (const Row& row : kRows) EXPECT_EQ(Show(ParseByline(row.in)), row.want) << row.in;
}

TEST(BylineTest, OtherLinesAreNone) {
  const std::string_view kRows[] = {
      "",
      "方知远",
      "蓝湾重工投产新线",
      "记者从蓝湾重工获悉，新线投产",
      "本报记者走进车间看变化的三十天",
      "记者调查",
      "摄影大赛今日开幕",
      "By the end of the year",
      "By Tuesday, 40 firms had signed",
      "编辑部的故事",
  };
  for (std::string_view line : kRows) EXPECT_EQ(Show(ParseByline(line)), "none") << line;
}

TEST(BylineTest, NamesStandAloneOnlyInBrackets) {
  EXPECT_EQ(Show(ParseBracketCredits("方知远")), "text 方知远=");
  EXPECT_EQ(Show(ParseBracketCredits("记者 方知远 于小满")), "text 方知远=记者 于小满=记者");
  EXPECT_EQ(Show(ParseBracketCredits("以下简称研究院")), "none");
}

TEST(GroupCreditTest, CreditsAllArticlesOfAGroup) {
  EXPECT_EQ(Show(ParseGroupCredit("（本组稿件由江城日报记者方知远、于小满撰写）")),
            "text 方知远=记者 于小满=记者 @江城日报");
  EXPECT_EQ(Show(ParseGroupCredit("本版稿件均由记者 方知远 采写")), "text 方知远=记者");
  EXPECT_EQ(Show(ParseGroupCredit("本组图片由受访者供图")), "none");
}

TEST(NameTest, ShapeDecides) {
  for (std::string_view name : {"王一", "欧阳知远", "约翰·史密斯", "Tom"}) EXPECT_TRUE(LooksLikeName(name)) << name;
  for (std::string_view other : {"", "王", "近日", "王一二三四", "A", "第3版", "手记"}) {
    EXPECT_FALSE(LooksLikeName(other)) << other;
  }
}

}  // namespace
}  // namespace factline::page
