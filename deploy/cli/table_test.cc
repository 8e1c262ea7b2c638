#include "deploy/cli/table.h"

#include <gtest/gtest.h>

#include "deploy/cli/display_width.h"

namespace factline::cli {
namespace {

TEST(DisplayWidth, WideCharactersTakeTwoColumns) {
  struct Row {
    const char* in;
    size_t want;
  } rows[] = {{"", 0},  {"abc", 3},     {"储能", 4}, {"a储b", 4}, {"，", 2},
              {"ｱ", 1}, {"e\u0301", 1}, {"\x1b", 0}, {"\xff", 1}};
  for (const Row& row : rows) EXPECT_EQ(DisplayWidth(row.in), row.want) << row.in;
}

TEST(CutToWidth, NeverCutsACharacterNorExceedsTheWidth) {
  EXPECT_EQ(CutToWidth("储能基地", 8), "储能基地");
  EXPECT_EQ(CutToWidth("储能基地", 7), "储能基…");
  EXPECT_EQ(CutToWidth("储能基地", 6), "储能…");  // half a character is none
  EXPECT_EQ(CutToWidth("储能", 1), "…");
  EXPECT_EQ(CutToWidth("储能", 0), "");
}

TEST(OneLine, JoinsLinesAndDropsWhatCommandsATerminal) {
  EXPECT_EQ(OneLine("  a\r\n\tb  c "), "a b c");
  EXPECT_EQ(OneLine("red\x1b[31m!"), "red[31m!");
}

TEST(Tame, ReplacesWhatCommandsATerminalByteForByte) {
  EXPECT_EQ(Tame("a\r\n\tb"), "a   b");
  EXPECT_EQ(Tame("red\x1b[31m\x7f"), "red?[31m?");
  EXPECT_EQ(Tame("\u009b31m储\u0080"), "??31m储??");  // a terminal obeys U+009B as it does ESC [
  EXPECT_EQ(Tame("\u00a0é\xff"), "\u00a0é\xff");
}

TEST(Table, ColumnsLineUpWhateverTheScript) {
  Table table({{"NAME"}, {"N", Table::Align::kRight}});
  table.AddRow({"远岭储能", "7"});
  table.AddRow({"Eurolane", "1234"});
  EXPECT_EQ(table.Render(0),
            "NAME         N\n"
            "远岭储能     7\n"
            "Eurolane  1234\n");
}

TEST(Table, TheWidestColumnGivesWayWhereTheTerminalIsNarrow) {
  Table table({{"A"}, {"LONG"}});
  table.AddRow({"short", "a rather long text in a cell"});
  EXPECT_EQ(table.Render(20),
            "A      LONG\n"
            "short  a rather lon…\n");
}

TEST(Table, NotesStandWholeBeneathTheirRow) {
  Table table({{"A"}});
  table.AddRow({"x"});
  table.AddNote("a note that is longer than any terminal");
  EXPECT_EQ(table.Render(10), "A\nx\n    a note that is longer than any terminal\n");
}

}  // namespace
}  // namespace factline::cli
