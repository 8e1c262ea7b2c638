#include "ingest/page/tail.h"

#include <string>

#include "gtest/gtest.h"

namespace factline::page {
namespace {

std::string Show(std::string_view paragraph) {
  const Tail tail = ParseTail(paragraph);
  std::string shown(paragraph.substr(0, tail.kept_bytes));
  for (const Credit& credit : tail.credits.people) shown += " | " + credit.name + "=" + credit.role;
  if (!tail.credits.outlet.empty()) shown += " | @" + tail.credits.outlet;
  if (!tail.original_title.empty()) shown += " | #" + tail.original_title;
  return shown;
}

TEST(TailTest, EditorsNotesAreNoBody) {
  const struct {
    std::string_view in, want;
  } kRows[] = {
      {"产量翻番。", "产量翻番。"},
      {"产量翻番。（完）", "产量翻番。"},
      {"产量翻番。(完)返回搜狐，查看更多        责任编辑：", "产量翻番。"},
      {"产量翻番。编辑：白露", "产量翻番。 | 白露=编辑"},
      {"产量翻番。         （责任编辑：白露）", "产量翻番。 | 白露=责任编辑"},
      {"产量翻番。来源：江城日报公众号(责任编辑：白露)", "产量翻番。 | 白露=责任编辑 | @江城日报公众号"},
      {"产量翻番。文/Tom 审/Ann 编/kim长按识别二维码", "产量翻番。 | Tom=文 | Ann=审 | kim=编"},
      {"产量翻番。（方知远 于小满）", "产量翻番。 | 方知远= | 于小满="},
      {"产量翻番。本文不构成投资建议，投资需谨慎。", "产量翻番。"},
      {"产量翻番。相关链接：新线投产产能翻番", "产量翻番。"},
      {"责任编辑：白露", " | 白露=责任编辑"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(Show(row.in), row.want) << row.in;
  }
}

TEST(TailTest, TheSourceIsReadBeforeTheEditorsNote) {
  const std::string shown = Show("产量翻番。（原标题：江城投产新线）来源：江城日报客户端 记者 方知远 流程编辑：u02");
  EXPECT_EQ(shown, "产量翻番。 | 方知远=记者 | @江城日报客户端 | #江城投产新线");
}

TEST(TailTest, WordsInsideTheTextAreKept) {
  for (std::string_view text :
       {"数据来源：国家统计局。", "责任编辑部成立了，新的编辑部有三十人，分别来自不同的部门和岗位，工作已经展开。",
        "（以下简称公司）投产。", "据（江城）介绍，产量翻番（同比）。"}) {
    EXPECT_EQ(ParseTail(text).kept_bytes, text.size()) << text;
  }
}

TEST(PagePointerTest, AreTrimmedAtEitherEnd) {
  const struct {
    std::string_view in, want;
  } kRows[] = {
      {"产量翻番。（下转第2版）", "产量翻番。"},
      {"（上接第一版）产量翻番。", "产量翻番。"},
      {"产量翻番。详见3版", "产量翻番。"},
      {"出版了三版教材。", "出版了三版教材。"},
      {"产量（同比）翻番。", "产量（同比）翻番。"},
      {"The plant opened. Continued on A4", "The plant opened. "},
      {"The plant opened. (Continued on Page 4)", "The plant opened. "},
      {"Work continued on B 12", "Work continued on B 12"},
  };
  for (const auto& row : kRows) {
    size_t begin = 0, end = row.in.size();
    TrimPagePointers(row.in, &begin, &end);
    EXPECT_EQ(row.in.substr(begin, end - begin), row.want) << row.in;
  }
}

TEST(PagePointerTest, ALineThatSaysNothingElseIsKnown) {
  for (std::string_view line :
       {"下转A03版", "（上接第一版）", "▶▶详见3版", "Continued on A4", "(Continued from Page 1)",
        "BRIDGE: Continued from A1", "CONTINUED ON PAGE 12", "See BRIDGE, Page A4", "Turn to B-2.", "More on A4"}) {
    EXPECT_TRUE(IsPagePointer(line)) << line;
  }
  for (std::string_view line : {"下转的船只已到港", "See Route 66", "Talks continued on Tuesday", "More on the bridge",
                                "Continued on", "Talks Continued on A4 Motorway", "A4", ""}) {
    EXPECT_FALSE(IsPagePointer(line)) << line;
  }
}

}  // namespace
}  // namespace factline::page
