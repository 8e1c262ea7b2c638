#include "indexer/text/value_parser.h"

#include <gtest/gtest.h>

#include <iostream>
#include <string>
#include <vector>

#include "indexer/text/normalizer.h"
#include "indexer/text/value_cases.h"
#include "protos/vocab/cat.h"

namespace factline::text {
namespace {

const absl::CivilDay kSunday(2024, 3, 24);

std::string Mark(Comparator comparator) {
  switch (comparator) {
    case Comparator::kEqual:
      return "=";
    case Comparator::kAbout:
      return "~";
    case Comparator::kAtLeast:
      return ">=";
    case Comparator::kMore:
      return ">";
    case Comparator::kAtMost:
      return "<=";
    case Comparator::kLess:
      return "<";
    case Comparator::kRange:
      return "..";
  }
  return "?";
}

// One value in a line of the tables: `D 3月24日 2024-03-24`, `M 4亿元 ~400000000 CNY`, `P 12% =12 % +` for an increase.
std::string Show(std::string_view text, const Value& value) {
  static constexpr const char* kKinds[] = {"D", "M", "P", "Q"};
  std::string out = Cat(kKinds[static_cast<int>(value.kind)], " ", value.span.In(text), " ");
  if (value.kind == ValueKind::kDate) return Cat(out, value.norm.empty() ? "open" : value.norm);
  out += Cat(Mark(value.comparator), value.norm);
  if (value.change == Change::kIncrease) out += " +";
  if (value.change == Change::kDecrease) out += " -";
  return out;
}

std::vector<Value> Find(std::string_view text, std::optional<absl::CivilDay> published) {
  std::vector<NormalChar> chars;
  Normalize(text, chars);
  return FindValues(text, chars, published);
}

std::string ShowAll(std::string_view text, std::optional<absl::CivilDay> published) {
  std::string out;
  for (const Value& value : Find(text, published)) out += Cat(out.empty() ? "" : "; ", Show(text, value));
  return out;
}

class ValueCasesTest : public testing::TestWithParam<ValueCases> {};

TEST_P(ValueCasesTest, EachLineHoldsItsValues) {
  std::optional<absl::CivilDay> published;
  if (GetParam().published) published = kSunday;
  for (const ValueCase& row : GetParam().rows) EXPECT_EQ(ShowAll(row.in, published), row.want) << row.in;
}

INSTANTIATE_TEST_SUITE_P(Values, ValueCasesTest, testing::ValuesIn(AllValueCases()),
                         [](const auto& table) { return std::string(table.param.kind); });

TEST(ValueParserTest, TheTablesHoldAtLeast300Cases) {
  size_t cases = 0;
  for (const ValueCases& kind : AllValueCases()) {
    std::cout << kind.kind << ": " << kind.rows.size() << " cases\n";
    cases += kind.rows.size();
  }
  std::cout << "in all: " << cases << " cases\n";
  EXPECT_GE(cases, 300u);
}

TEST(ValueParserTest, DatesWithoutAYearAreTheNearestOnes) {
  EXPECT_EQ(ShowAll("12月28日", absl::CivilDay(2024, 1, 3)), "D 12月28日 2023-12-28");
  EXPECT_EQ(ShowAll("1月5日", absl::CivilDay(2024, 12, 28)), "D 1月5日 2025-01-05");
  EXPECT_EQ(ShowAll("29日", absl::CivilDay(2024, 3, 1)), "D 29日 2024-02-29");
}

TEST(ValueParserTest, OnlyDatesThatDependOnThePublicationAreRelative) {
  EXPECT_TRUE(Find("3月24日", std::nullopt)[0].relative);
  EXPECT_TRUE(Find("今年", kSunday)[0].relative);
  EXPECT_FALSE(Find("2024年3月24日", std::nullopt)[0].relative);
}

TEST(ValueParserTest, TheContextHoldsComparatorAndChange) {
  const struct {
    const char* in;
    const char* want;
  } kRows[] = {
      {"产值同比增长约12%左右。", "同比增长约12%左右"},
      {"投资约4亿元", "约4亿元"},
      {"共200人以上参加", "200人以上"},
      {"实现12%的增长", "12%的增长"},
      {"降低能耗20%", "降低能耗20%"},
      {"条约2家", "2家"},
  };
  for (const auto& row : kRows) {
    const std::vector<Value> values = Find(row.in, std::nullopt);
    ASSERT_EQ(values.size(), 1u) << row.in;
    EXPECT_EQ(values[0].context.In(row.in), row.want);
  }
}

TEST(ValueParserTest, HostileNumbersDoNotHang) {
  for (const char* part :
       {"1万", "一", "一万", "9", "1,234,", "1-", "第", "百分之", "千", "半", "同比", "约", "１", "2024年", "J"}) {
    std::string text;
    while (text.size() < 80000) text += part;
    Find(text, kSunday);
  }
}

}  // namespace
}  // namespace factline::text
