#include "ingest/page/classify.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace factline::page {
namespace {

using ::testing::ElementsAre;

std::string Show(LineKind kind) {
  switch (kind) {
    case LineKind::kParagraph:
      return "text";
    case LineKind::kHeading:
      return "heading";
    case LineKind::kLabel:
      return "label";
    case LineKind::kBullet:
      return "bullet";
    case LineKind::kByline:
      return "byline";
    case LineKind::kPhotoCredit:
      return "photo credit";
    case LineKind::kCaption:
      return "caption";
    case LineKind::kLeadOnly:
      return "lead";
    case LineKind::kGroupCredit:
      return "group credit";
    case LineKind::kTail:
      return "tail";
    case LineKind::kFurniture:
      return "furniture";
  }
  return "?";
}

std::vector<std::string> Kinds(const std::string& page) {
  TextArena arena;
  std::vector<std::string> kinds;
  for (const Block& block : Classify(SplitLines(page, &arena), PageGrams(page))) kinds.push_back(Show(block.kind));
  return kinds;
}

TEST(ClassifyTest, ALineAloneShowsItsKind) {
  const struct {
    std::string line, want;
  } kRows[] = {
      {"蓝湾重工新线投产。", "text"},
      {"蓝湾重工投产新线 江城产业链补上一环", "heading"},
      {"多家企业共同攻关，打通全链条——", "heading"},
      {"“镁”为何能超群？", "heading"},
      {"1 江城天眼：看见更远的小行星", "heading"},
      {"Harbour Town Opens Its First Battery Plant", "heading"},
      {"The plant opened on Monday.", "text"},
      {"核心提示", "label"},
      {"【名词解释】", "label"},
      {"领跑事迹：", "label"},
      {"- 32% 占比达到新高", "bullet"},
      {"■江城日报记者 方知远", "byline"},
      {"于小满 摄/视觉江城", "photo credit"},
      {"▲四足机器人。", "caption"},
      {"江城网消息（早间新闻）：", "lead"},
      {"（本组稿件由江城日报记者方知远撰写）", "group credit"},
      {"责任编辑：白露", "tail"},
      {"（完）", "tail"},
      {"2031年3月25日 星期二", "furniture"},
      {"第3版", "furniture"},
      {"A01 要闻", "furniture"},
      {"江城要闻 03", "furniture"},
      {"B12", "furniture"},
      {"下转A03版", "furniture"},
      {"Continued on A4", "furniture"},
      {"江城日报", "tail"},
      {"江城年产量突破 12", "heading"},
      {"The city council voted on Tuesday to rebuild the", "text"},
      {"news@example.com", "furniture"},
  };
  for (const auto& row : kRows) EXPECT_THAT(Kinds(row.line), ElementsAre(row.want)) << row.line;
}

TEST(ClassifyTest, ACallingBelowAnEnglishBylineIsPartOfIt) {
  const struct {
    std::string page, role, outlet;
  } kRows[] = {
      {"By ANN LEE\nStaff Writer", "staff writer", ""},
      {"By ANN LEE\nSenior Reporter, Example News", "senior reporter", "Example News"},
      {"By ANN LEE\nSpecial to the Example Herald", "reporter", "Example Herald"},
  };
  for (const auto& row : kRows) {
    TextArena arena;
    const std::vector<Block> blocks = Classify(SplitLines(row.page, &arena), PageGrams(row.page));
    EXPECT_THAT(Kinds(row.page), ElementsAre("byline", "furniture")) << row.page;
    EXPECT_THAT(blocks[0].credits.people, ElementsAre(Credit{"ANN LEE", row.role}));
    EXPECT_EQ(blocks[0].credits.outlet, row.outlet);
  }
  EXPECT_THAT(Kinds("By ANN LEE\nA Bridge Too Far"), ElementsAre("byline", "heading"));
  EXPECT_THAT(Kinds("By ANN LEE\n\nStaff Writer"), ElementsAre("byline", "heading"));
}

TEST(ClassifyTest, AnUnfinishedLineThatTheNextGoesOnFromIsText) {
  EXPECT_THAT(Kinds("本报记者 方知远\n\n近日新线投产。\n\n比如，高水平的平台是吸引人才的“磁\n\n场”，也是创新的源头。"),
              ElementsAre("byline", "text", "text", "text"));
  EXPECT_THAT(Kinds("本报记者 方知远\n\n镁合金很轻，镁合金很强。\n\n第三次摘得大奖的镁合\n\n金构件，瞄准了汽车。"),
              ElementsAre("byline", "text", "text", "text"));
  EXPECT_THAT(Kinds("本报记者 方知远\n\n镁合金很轻，镁合金很强。\n\n多项先进成果前景大\n\n江城的产业不仅技术含量高。"),
              ElementsAre("byline", "text", "heading", "text"));
}

TEST(ClassifyTest, AVeryLongTitleIsKnownByTheDatelineBelow) {
  std::string title;
  for (int i = 0; i < 8; ++i) title += "江城领导会见来访嘉宾";
  EXPECT_THAT(Kinds(title + "\n\n江城网消息（早间新闻）：会见于今天举行。"), ElementsAre("heading", "text"));
}

TEST(ClassifyTest, ManyShortLinesBelowTextAreAList) {
  std::string page = "以下是他的经历。\n\n";
  for (int year = 2001; year < 2010; ++year) page += std::to_string(year) + "年 江城重工技术员\n";
  const std::vector<std::string> kinds = Kinds(page);
  ASSERT_EQ(kinds.size(), 10u);
  for (size_t i = 1; i < kinds.size(); ++i) EXPECT_EQ(kinds[i], "bullet");
}

}  // namespace
}  // namespace factline::page
