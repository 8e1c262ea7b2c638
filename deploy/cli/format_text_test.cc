#include "deploy/cli/format_text.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>

namespace factline::cli {
namespace {

TEST(FormatText, CountsAndBytesReadEasily) {
  EXPECT_EQ(Count(0), "0");
  EXPECT_EQ(Count(999), "999");
  EXPECT_EQ(Count(1234567), "1,234,567");
  EXPECT_EQ(Bytes(1023), "1023 B");
  EXPECT_EQ(Bytes(1536), "1.5 KiB");
  EXPECT_EQ(Bytes(uint64_t{5} << 30), "5.0 GiB");
}

TEST(FormatText, ValueShowsItsWordsAndItsNormalForm) {
  v1::Fact fact;
  fact.mutable_value()->set_text("约32亿元");
  fact.mutable_value()->set_number(3.2e9);
  fact.mutable_value()->set_unit("CNY");
  EXPECT_EQ(ObjectWords(fact), "约32亿元 (3200000000 CNY)");
}

TEST(FormatText, NumbersAreAsShortAsTheyAllow) {
  const std::pair<double, std::string> kRows[] = {
      {5.5e9, "5500000000 CNY"}, {-3, "-3 CNY"},
      {2.45, "2.45 CNY"},        {1e15, "1e+15 CNY"},
      {1e19, "1e+19 CNY"},  // no 64 bits hold it
      {-1e300, "-1e+300 CNY"},   {std::numeric_limits<double>::infinity(), "inf CNY"},
  };
  for (const auto& [number, want] : kRows) {
    v1::Fact fact;
    fact.mutable_value()->set_number(number);
    fact.mutable_value()->set_unit("CNY");
    EXPECT_EQ(ObjectWords(fact), want);
  }
}

TEST(FormatText, QualifiersAreSortedByName) {
  v1::Fact fact;
  (*fact.mutable_qualifiers())["date"] = "2024";
  (*fact.mutable_qualifiers())["amount"] = "8亿元";
  EXPECT_EQ(QualifierWords(fact), "amount 8亿元, date 2024");
}

TEST(FormatText, FilterStringsCannotBreakOut) { EXPECT_EQ(FilterString("a\" OR \\"), "\"a\\\" OR \\\\\""); }

TEST(FormatText, EntityTypesAreKnownByTheirWord) {
  EXPECT_EQ(*TypeFromWord("type", "org"), v1::ENTITY_TYPE_ORG);
  EXPECT_EQ(TypeWord(v1::ENTITY_TYPE_AWARD), "AWARD");
  auto unknown = TypeFromWord("has", "COMPANY");
  ASSERT_FALSE(unknown.ok());
  EXPECT_NE(unknown.status().message().find("--has=COMPANY: want one of PERSON, ORG"), absl::string_view::npos);
}

TEST(FormatText, UnsetTimesAreADash) {
  google::protobuf::Timestamp time;
  EXPECT_EQ(Day(time), "-");
  time.set_seconds(1711272600);
  EXPECT_EQ(Moment(time), "2024-03-24 09:30:00");
}

}  // namespace
}  // namespace factline::cli
