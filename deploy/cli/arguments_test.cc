#include "deploy/cli/arguments.h"

#include <gtest/gtest.h>

namespace factline::cli {
namespace {

CommandSpec Spec() {
  return {.name = "dig",
          .arguments = "[HOLE...]",
          .summary = "digs holes",
          .description = "",
          .flags = {{"depth", "METRES", "how deep", "2"}, {"quiet", "", "no noise", ""}, {"with", "TOOL", "", ""}},
          .examples = "  factline dig here\n"};
}

TEST(Arguments, ReadsFlagsInBothFormsSwitchesAndPositions) {
  auto arguments =
      Arguments::Parse(Spec(), {"here", "--depth=3", "--with", "a spade", "--quiet", "-", "--", "--there"});
  ASSERT_TRUE(arguments.ok()) << arguments.status();
  EXPECT_EQ(arguments->Get("depth"), "3");
  EXPECT_EQ(arguments->Get("with"), "a spade");
  EXPECT_TRUE(arguments->Switch("quiet"));
  EXPECT_EQ(arguments->positional(), (std::vector<std::string>{"here", "-", "--there"}));
}

TEST(Arguments, DefaultsStandWhereNothingWasGiven) {
  auto arguments = Arguments::Parse(Spec(), {});
  ASSERT_TRUE(arguments.ok());
  EXPECT_EQ(arguments->Get("depth"), "2");
  EXPECT_FALSE(arguments->Given("depth"));
  EXPECT_FALSE(arguments->Switch("quiet"));
}

TEST(Arguments, ErrorsNameTheFlagAtFault) {
  struct Row {
    std::vector<std::string> words;
    const char* want;
  } rows[] = {{{"--dept=3"}, "--dept=3"}, {{"--depth"}, "--depth"}, {{"--quiet=1"}, "--quiet"}, {{"-x"}, "-x"}};
  for (const Row& row : rows) {
    auto arguments = Arguments::Parse(Spec(), row.words);
    ASSERT_FALSE(arguments.ok()) << row.want;
    EXPECT_NE(arguments.status().message().find(row.want), absl::string_view::npos) << arguments.status();
  }
}

TEST(Arguments, ACommandWithoutArgumentsRefusesThem) {
  CommandSpec spec = Spec();
  spec.arguments = "";
  EXPECT_FALSE(Arguments::Parse(spec, {"here"}).ok());
}

TEST(Arguments, NumbersAreCheckedAgainstTheirRange) {
  auto arguments = Arguments::Parse(Spec(), {"--depth=11"});
  ASSERT_TRUE(arguments.ok());
  EXPECT_EQ(*arguments->Integer("depth", 0, 11), 11);
  EXPECT_FALSE(arguments->Integer("depth", 0, 10).ok());
  EXPECT_FALSE(Arguments::Parse(Spec(), {"--depth=3m"})->Integer("depth", 0, 10).ok());
  EXPECT_DOUBLE_EQ(*Arguments::Parse(Spec(), {"--depth=0.25"})->Number("depth", 0, 1), 0.25);
  for (const char* bad : {"--depth=-0.1", "--depth=1.1", "--depth=nan", "--depth=inf", "--depth=", "--depth=1m"}) {
    EXPECT_FALSE(Arguments::Parse(Spec(), {bad})->Number("depth", 0, 1).ok()) << bad;
  }
  EXPECT_EQ(Arguments::Parse(Spec(), {"--depth=x"})->Number("depth", 0.5, 1e6).status().message(),
            "--depth=x: want a number from 0.5 to 1000000");
}

TEST(Arguments, ListsAreSplitAtCommasWithoutEmptyPieces) {
  auto arguments = Arguments::Parse(Spec(), {"--with=a,,b"});
  EXPECT_EQ(arguments->List("with"), (std::vector<std::string>{"a", "b"}));
}

TEST(HelpText, TeachesUsageFlagsDefaultsAndExamples) {
  std::string help = HelpText(Spec());
  for (const char* part :
       {"factline dig [--FLAG=VALUE ...] [HOLE...]", "--depth=METRES  how deep [2]", "--quiet", "factline dig here"}) {
    EXPECT_NE(help.find(part), std::string::npos) << part << " in\n" << help;
  }
}

TEST(ParseTime, ReadsDatesTimesAndZones) {
  EXPECT_EQ(absl::ToUnixSeconds(*ParseTime("2024-03-24")), 1711238400);
  EXPECT_EQ(*ParseTime("2024-03-24 09:30"), *ParseTime("2024-03-24T09:30:00Z"));
  EXPECT_EQ(*ParseTime("2024-03-24T09:30:00+08:00"), *ParseTime("2024-03-24T01:30:00Z"));
  for (const char* bad : {"", "yesterday", "2024-13-01", "2024-02-30", "20240324"}) EXPECT_FALSE(ParseTime(bad)) << bad;
}

}  // namespace
}  // namespace factline::cli
