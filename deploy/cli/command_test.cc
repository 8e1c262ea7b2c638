#include "deploy/cli/command.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "factline/v1/article.pb.h"
#include "protos/vocab/status.h"

namespace factline::cli {
namespace {

struct Fixture {
  std::istringstream in;
  std::ostringstream out, err;
  Console console{in, out, err};
  std::vector<Command> commands = {
      {{.name = "yes", .arguments = "[X...]", .summary = "says yes"},
       [](const Arguments& arguments, Console& c) -> absl::StatusOr<ExitCode> {
         c.out << "yes " << arguments.positional().size();
         return kOk;
       }},
      {{.name = "admin miss", .summary = "misses"},
       [](const Arguments&, Console&) -> absl::StatusOr<ExitCode> { return absl::NotFoundError("no such thing"); }},
      {{.name = "admin bad", .summary = "is bad"},
       [](const Arguments&, Console&) -> absl::StatusOr<ExitCode> { return FieldError("page_size", "too large"); }},
      {{.name = "admin down", .summary = "is down"},
       [](const Arguments&, Console&) -> absl::StatusOr<ExitCode> { return absl::UnavailableError("nobody there"); }},
  };
  ExitCode Run(const std::vector<std::string>& words) { return Dispatch(commands, words, console); }
};

TEST(Dispatch, RunsTheCommandWithTheRestOfTheWords) {
  Fixture fixture;
  EXPECT_EQ(fixture.Run({"yes", "a", "b"}), kOk);
  EXPECT_EQ(fixture.out.str(), "yes 2");
}

TEST(Dispatch, ErrorsBecomeExitCodesThatScriptsCanUse) {
  Fixture fixture;
  EXPECT_EQ(fixture.Run({"admin", "miss"}), kNotFound);
  EXPECT_EQ(fixture.Run({"admin", "bad"}), kUsage);
  EXPECT_EQ(fixture.Run({"admin", "down"}), kServer);
  EXPECT_EQ(fixture.err.str(), "factline: no such thing\nfactline: page_size: too large\nfactline: nobody there\n");
}

TEST(Dispatch, UnknownCommandsAndFlagsAreUsageErrors) {
  Fixture fixture;
  EXPECT_EQ(fixture.Run({}), kUsage);
  EXPECT_EQ(fixture.Run({"no"}), kUsage);
  EXPECT_EQ(fixture.Run({"admin"}), kUsage);
  EXPECT_EQ(fixture.Run({"yes", "--loud"}), kUsage);
  EXPECT_EQ(fixture.out.str(), "");
}

TEST(Dispatch, HelpGoesToStandardOutputAndSucceeds) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"--help"}, {"yes", "--help"}, {"admin", "--help"}, {"admin", "miss", "-h"}}) {
    Fixture fixture;
    EXPECT_EQ(fixture.Run(words), kOk) << words[0];
    EXPECT_NE(fixture.out.str().find("SYNOPSIS\n    factline"), std::string::npos) << fixture.out.str();
  }
}

TEST(Dispatch, AFileOfFlagsServesAllCommandsAndTheCommandLineOverridesIt) {
  Fixture fixture;
  std::string seen;
  fixture.commands = {{{.name = "dig", .flags = {{"depth", "METRES", "how deep", "2"}, {"quiet", "", "no words", ""}}},
                       [&seen](const Arguments& arguments, Console&) -> absl::StatusOr<ExitCode> {
                         seen = Cat(arguments.Get("depth"), arguments.Switch("quiet") ? " quiet" : "");
                         return kOk;
                       }},
                      {{.name = "fill", .flags = {{"sand", "KIND", "which", ""}}}, nullptr}};
  const std::string path = testing::TempDir() + "/my.flags";
  std::ofstream(path) << "# ours\n\n  --depth=7\n--quiet\n--sand=fine\n";
  EXPECT_EQ(fixture.Run({"dig", "--flagfile", path}), kOk);
  EXPECT_EQ(seen, "7 quiet");
  EXPECT_EQ(fixture.Run({"dig", "--depth=9", "--flagfile=" + path}), kOk);
  EXPECT_EQ(seen, "9 quiet");
  std::ofstream(path) << "--depth=7\n--dept=8\n";
  EXPECT_EQ(fixture.Run({"dig", "--flagfile=" + path}), kUsage);
  std::ofstream(path) << "depth 7\n";
  EXPECT_EQ(fixture.Run({"dig", "--flagfile=" + path}), kUsage);
  EXPECT_EQ(fixture.Run({"dig", "--flagfile=/no/such.flags"}), kUsage);
  EXPECT_EQ(fixture.err.str(), "factline: " + path + ":2: no command has a flag --dept\nfactline: " + path +
                                   ":1: 'depth 7': want --NAME=VALUE, or # and a comment\n" +
                                   "factline: --flagfile=/no/such.flags: No such file or directory\n");
}

TEST(Console, HighlightsOnlyOnATerminal) {
  Fixture fixture;
  EXPECT_EQ(fixture.console.Match("x"), "x");
  fixture.console.columns = 80;
  unsetenv("NO_COLOR");
  EXPECT_EQ(fixture.console.Match("x"), "\x1b[1;33mx\x1b[0m");
  setenv("NO_COLOR", "1", 1);
  EXPECT_EQ(fixture.console.Match("x"), "x");
}

TEST(ToJson, IsProtobufsMapping) {
  v1::StoredArticle article;
  article.set_id("a");
  article.set_page_id("p");
  EXPECT_EQ(ToJson(article, false), R"({"id":"a","pageId":"p"})");
}

}  // namespace
}  // namespace factline::cli
