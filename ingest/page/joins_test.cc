#include "ingest/page/joins.h"

#include <string>

#include "gtest/gtest.h"

namespace factline::page {
namespace {

TEST(JoinsTest, MarksTellWhetherASentenceEnds) {
  for (std::string_view text :
       {"投产。", "投产！”", "多项产品……", "如下：", "贡献度提升——", "It opened.", "He said \"yes.\""}) {
    EXPECT_TRUE(EndsSentence(text)) << text;
  }
  for (std::string_view text : {"", "投产", "投产，", "不仅量产了全球", "“两头在外”", "3.5%"})
    EXPECT_FALSE(EndsSentence(text)) << text;
}

TEST(JoinsTest, OpenQuotationsAreSeen) {
  for (std::string_view text : {"人才的“磁", "（以下简称", "《关于", "“他说‘好”"}) {
    EXPECT_EQ(LeavesOpen(text), text != "“他说‘好”") << text;
  }
  EXPECT_FALSE(LeavesOpen("“两头在外”的痛点（一）"));
}

TEST(JoinsTest, SeamsFollowTheScript) {
  const struct {
    std::string_view before, after;
    Seam want;
  } kRows[] = {
      {"量产了全球", "首款电池", Seam::kNothing}, {"the manufac-", "turing plant", Seam::kDropHyphen},
      {"the new", "plant", Seam::kBlank},         {"产量达", "30万", Seam::kNothing},
      {"in 2024", "the plant", Seam::kBlank},     {"产量12", "34台", Seam::kNothing},
      {"Anglo-", "American", Seam::kBlank},
  };
  for (const auto& row : kRows) EXPECT_EQ(SeamBetween(row.before, row.after), row.want) << row.before;
}

TEST(PageGramsTest, KnowsAWordCutInTwoByThePage) {
  const std::string page =
      "镁合金很轻。镁合金很强。镁合金用处广。城市在重庆。重庆大学建中心。重庆很大。在江城，重庆在前。";
  const PageGrams grams(page);
  EXPECT_TRUE(grams.JoinsAWord("第三次获奖的镁合", "金构件"));
  EXPECT_FALSE(grams.JoinsAWord("最大的机构扎根重庆", "如今，事情变了"));
  EXPECT_FALSE(grams.JoinsAWord("abc", "def"));
}

TEST(PageGramsTest, SharesOfRepeatedTextAreCounted) {
  const std::string once = "蓝湾重工投产新线。";
  const std::string twice = "江城补上产业链一环。";
  const PageGrams grams(once + twice + twice);
  EXPECT_LT(grams.ShareRepeated(once), 0.2);
  EXPECT_GT(grams.ShareRepeated(twice), 0.9);
  EXPECT_EQ(grams.ShareRepeated(""), 0);
}

}  // namespace
}  // namespace factline::page
