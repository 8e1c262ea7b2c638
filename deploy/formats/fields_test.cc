#include "deploy/formats/fields.h"

#include <gtest/gtest.h>

#include "absl/time/time.h"
#include "deploy/formats/dates.h"
#include "protos/vocab/status.h"

namespace factline::formats {
namespace {

TEST(ParseDate, ReadsTheFormsThatNewsUses) {
  struct Row {
    const char* in;
    const char* want;  // RFC 3339, UTC; "": no date
  } rows[] = {
      {"2024-03-24", "2024-03-24T00:00:00+00:00"},
      {"2024-03-24T09:30:00+08:00", "2024-03-24T01:30:00+00:00"},
      {"2024-03-24T09:30:00.250Z", "2024-03-24T09:30:00.25+00:00"},
      {"2024-03-24T09:30Z", "2024-03-24T09:30:00+00:00"},
      {"2024-03-24 09:30:05 +0800", "2024-03-24T01:30:05+00:00"},
      {"20240324T093000+0800", "2024-03-24T01:30:00+00:00"},
      {"20240324", "2024-03-24T00:00:00+00:00"},
      {"2024-03", "2024-03-01T00:00:00+00:00"},
      {"2024", "2024-01-01T00:00:00+00:00"},
      {" 2024/3/4 9:05 ", "2024-03-04T09:05:00+00:00"},
      {"2024年3月24日 09:30", "2024-03-24T09:30:00+00:00"},
      {"2024年3月24日 09时30分", "2024-03-24T09:30:00+00:00"},
      {"Sun, 24 Mar 2024 09:30:00 GMT", "2024-03-24T09:30:00+00:00"},
      {"Sun, 24 Mar 2024 09:30:00 -0500 (EST)", "2024-03-24T14:30:00+00:00"},
      {"24 March 2024 09:30 PST", "2024-03-24T17:30:00+00:00"},
      {"Sunday, 24-Mar-24 09:30:00 UT", "2024-03-24T09:30:00+00:00"},
      {"1 Jan 99 00:00 Z", "1999-01-01T00:00:00+00:00"},
      {"2024-12-31T23:59:60Z", "2025-01-01T00:00:00+00:00"},
      {"2024-04-31", ""},
      {"2024-13-01", ""},
      {"0000-01-01", ""},
      {"9999-12-31T23:59:59-01:00", ""},
      {"2024-03-24T25:00:00Z", ""},
      {"2024-03-24T09:30:00 Mars", ""},
      {"2024-03-24x", ""},
      {"tomorrow", ""},
      {"24 Foo 2024", ""},
      {"", ""},
  };
  for (const Row& row : rows) {
    const std::optional<absl::Time> time = ParseDate(row.in);
    EXPECT_EQ(time.has_value() ? absl::FormatTime(*time, absl::UTCTimeZone()) : "", row.want) << row.in;
  }
}

TEST(Fields, TextIsTidiedAndCutBetweenCodePoints) {
  EXPECT_EQ(OneLine(" \t一　二\n\nthree\x01\x7F"), "一 二 three");
  EXPECT_EQ(Lines("  one \r\n\r\n  two\tthree \n"), "one\ntwo three");
  EXPECT_EQ(OneLine("a\xFFz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(Cut("一二三", 7), "一二");
  EXPECT_EQ(Cut("一二三", 9), "一二三");
}

TEST(Fields, LongIdsStayApart) {
  const std::string a(300, 'a');
  EXPECT_EQ(IdOf("urn:x"), "urn:x");
  EXPECT_LE(IdOf(a).size(), 256u);
  EXPECT_NE(IdOf(a), IdOf(a + "b"));
  EXPECT_EQ(IdOf(a), IdOf(" " + a));
}

TEST(Fields, WhatTheIngestorWouldRefuseIsLeftOut) {
  v1::Article article;
  SetLanguage("en_GB", article);
  EXPECT_EQ(article.language(), "en-GB");
  SetLanguage("English", article);
  EXPECT_EQ(article.language(), "en-GB");
  for (int i = 0; i < 100; ++i) AddTag("tag " + std::to_string(i), article);
  AddTag("tag 1", article);
  EXPECT_EQ(article.tags_size(), 64);
  SetUrl(std::string(3000, 'u'), article);
  EXPECT_EQ(article.url(), "");
  AddAuthor(" \n", article);
  EXPECT_EQ(article.authors_size(), 0);
}

TEST(Fields, StatusDecidesWhatBecomesOfAnArticle) {
  struct Row {
    const char* status;
    size_t want;  // index of RecordContent
  } rows[] = {{"", 1},
              {"usable", 1},
              {"stat:usable", 1},
              {"http://cv.iptc.org/newscodes/pubstatusg2/canceled", 3},
              {"stat:canceled", 3},
              {"withheld", 3},
              {"perhaps", 0}};
  for (const Row& row : rows) EXPECT_EQ(ByStatus("s", row.status, v1::Article()).index(), row.want) << row.status;
}

TEST(Fields, AnEmptyEmbargoLastsUntilFurtherNotice) {
  v1::Article article;
  EXPECT_EQ(SetEmbargo("embargoed", " ", article), absl::OkStatus());
  EXPECT_EQ(absl::FormatTime(absl::FromUnixSeconds(article.rights().embargo_time().seconds()), absl::UTCTimeZone()),
            "9999-12-31T23:59:59+00:00");
  EXPECT_EQ(FieldOf(SetEmbargo("embargoed", "soon", article)), "embargoed");
}

}  // namespace
}  // namespace factline::formats
