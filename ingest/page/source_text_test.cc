#include "ingest/page/source_text.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace factline::page {
namespace {

using ::testing::ElementsAre;

constexpr std::string_view kPage = "0123456789abcdef";

TEST(SourceTextTest, SubKeepsThePlaceOnThePage) {
  const SourceText text(kPage, {4, 12});
  EXPECT_EQ(text.Sub(2, 5).view(), "678");
  EXPECT_EQ(text.Sub(2, 5).source(), (Span{6, 9}));
  EXPECT_TRUE(text.Sub(20, 30).empty());
}

TEST(SourceTextTest, MarksOfOursBelongToNoRun) {
  TextArena arena;
  SourceTextBuilder builder;
  builder.Append(SourceText(kPage, {0, 3}));
  builder.AppendOurs("-");
  builder.Append(SourceText(kPage, {10, 12}));
  const SourceText text = std::move(builder).Finish(&arena);
  EXPECT_EQ(text.view(), "012-ab");
  std::string body = "x";
  std::vector<SourceRun> runs;
  text.AppendTo(&body, &runs);
  EXPECT_EQ(body, "x012-ab");
  EXPECT_THAT(runs, ElementsAre(SourceRun{1, 0, 3}, SourceRun{5, 10, 2}));
  EXPECT_EQ(text.Sub(2, 5).view(), "2-a");
  EXPECT_EQ(text.Sub(2, 5).source(), (Span{2, 11}));
}

TEST(SourceTextTest, NeighbouringRunsBecomeOne) {
  std::string body;
  std::vector<SourceRun> runs;
  SourceText(kPage, {2, 4}).AppendTo(&body, &runs);
  SourceText(kPage, {4, 9}).AppendTo(&body, &runs);
  EXPECT_THAT(runs, ElementsAre(SourceRun{0, 2, 7}));
}

TEST(ToSourceTest, CoversWhatTheSpanTouches) {
  const std::vector<SourceRun> runs = {{0, 100, 10}, {11, 40, 5}, {16, 200, 4}};
  const struct {
    Span body, want;
  } kRows[] = {
      {{0, 10}, {100, 110}},  {{2, 4}, {102, 104}},   {{8, 13}, {40, 110}}, {{12, 18}, {41, 202}},
      {{10, 11}, {110, 110}}, {{20, 25}, {204, 204}}, {{5, 5}, {110, 110}},
  };
  for (const auto& row : kRows) {
    const Span got = ToSource(runs, row.body);
    if (row.body.empty()) {
      EXPECT_TRUE(got.empty());
    } else {
      EXPECT_EQ(got, row.want) << row.body.begin << " " << row.body.end_exclusive;
    }
  }
  EXPECT_TRUE(ToSource({}, {0, 3}).empty());
}

}  // namespace
}  // namespace factline::page
