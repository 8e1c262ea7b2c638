#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deploy/formats/json_lines.h"
#include "deploy/formats/ninjs.h"
#include "deploy/formats/test_util.h"
#include "protos/vocab/status.h"

namespace factline::formats {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ArticleFromJson, ReadsEveryKey) {
  const RecordContent content = ArticleFromJson(
      R"({"id":"a","title":"t","body":"b","source":"s","published":"2024-03-24","url":"u","language":"zh",)"
      R"("tags":["x","y"],"authors":"one","copyright_holder":"H","copyright_notice":"© H","usage_terms":"none",)"
      R"("rights_url":"https://h.example/terms","embargo":"2024-03-25T06:00:00+08:00","status":"usable"})");
  ASSERT_TRUE(std::holds_alternative<v1::Article>(content));
  const auto& article = std::get<v1::Article>(content);
  EXPECT_EQ(article.title(), "t");
  EXPECT_EQ(article.published_time().seconds(), 1711238400);
  EXPECT_EQ(article.tags_size(), 2);
  EXPECT_EQ(article.authors(0), "one");
  EXPECT_EQ(article.rights().copyright_holder(), "H");
  EXPECT_EQ(article.rights().copyright_notice(), "© H");
  EXPECT_EQ(article.rights().usage_terms(), "none");
  EXPECT_EQ(article.rights().url(), "https://h.example/terms");
  EXPECT_EQ(article.rights().embargo_time().seconds(), 1711317600);
}

TEST(ArticleFromJson, ErrorsNameTheKeyAtFault) {
  struct Row {
    const char* in;
    const char* field;
  } rows[] = {
      {R"({"title":"t"})", "id"},
      {R"({"id":7})", "id"},
      {R"({"id":"a","published":"soon"})", "published"},
      {R"({"id":"a","published":20240324})", "published"},
      {R"({"id":"a","tags":[1]})", "tags"},
      {R"({"id":"a","titel":"t"})", "titel"},
      {R"({"id":"a","body":{}})", "body"},
      {R"({"id":"a","embargo":""})", "embargo"},
      {R"({"id":"a","status":"gone"})", "status"},
      {R"({"id":"a","status":1})", "status"},
  };
  for (const Row& row : rows) {
    const RecordContent content = ArticleFromJson(row.in);
    ASSERT_TRUE(std::holds_alternative<absl::Status>(content)) << row.in;
    EXPECT_EQ(FieldOf(std::get<absl::Status>(content)), row.field) << row.in;
  }
}

TEST(ArticleFromJson, WhatIsNoObjectIsAnError) {
  for (const char* in : {"", "[]", "7", "{", "{\"id\":\"a\"} x", "nonsense"}) {
    EXPECT_TRUE(std::holds_alternative<absl::Status>(ArticleFromJson(in))) << in;
  }
}

TEST(JsonLines, EachLineStandsForItself) {
  const std::string deep(5000, '[');
  auto reader = NewJsonLinesReader(ReaderOf("\xEF\xBB\xBF{\"id\":\"a\"}\r\n\n{\"id\":\n{\"id\":\"b\",\"x\":" + deep +
                                            "\n" + "{\"uri\":\"urn:n\"}\n{\"uri\":\"urn:p\",\"type\":\"picture\"}\n" +
                                            "{\"id\":\"c\",\"status\":\"canceled\"}"),
                                   {});
  std::vector<std::string> lines = ReadAll(*reader);
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[0], ":1 article a");
  EXPECT_THAT(lines[1], HasSubstr(":3 !"));
  EXPECT_THAT(lines[2], HasSubstr(":4 !"));
  EXPECT_EQ(lines[3], ":5 article urn:n");
  EXPECT_EQ(lines[4], ":7 withdraws c");
  EXPECT_EQ(reader->skipped(), 1u);
}

constexpr char kNinjs2[] = R"({
  "uri": "urn:newsml:wire.example:20240318:17", "type": "text", "standard": {"name": "ninjs", "version": "2.1"},
  "versioncreated": "2024-03-18T09:30:00+08:00", "firstcreated": "2024-03-18T08:00:00+08:00", "language": "zh-CN",
  "embargoed": "2024-03-18T12:00:00+08:00", "pubstatus": "usable",
  "copyrightholder": "滨海电讯", "copyrightnotice": "© 2024 滨海电讯", "usageterms": "Not before noon.",
  "rightsinfo": {"linkedrights": "https://wire.example/terms"},
  "headlines": [{"role": "sub", "value": "二期"}, {"role": "main", "value": "远岭储能二期基地开工"}],
  "bodies": [{"contenttype": "text/html", "value": "<p>总投资约32亿元。</p><p>占地&nbsp;420亩 &amp; 更多。</p>"}],
  "by": "本报记者 林岚", "subjects": [{"name": "储能", "uri": "urn:s:1"}], "organisations": [{"name": "远岭储能"}],
  "infosources": [{"name": "松江港务"}],
  "renditions": [{"name": "web", "href": "https://wire.example/17.html", "contenttype": "text/html"}]
})";

TEST(Ninjs, Version2IsMappedFieldByField) {
  auto reader = NewNinjsReader(ReaderOf(kNinjs2), {});
  const std::vector<v1::Article> articles = ArticlesOf(*reader);
  ASSERT_EQ(articles.size(), 1u);
  const v1::Article& article = articles[0];
  EXPECT_EQ(article.id(), "urn:newsml:wire.example:20240318:17");
  EXPECT_EQ(article.title(), "远岭储能二期基地开工");
  EXPECT_EQ(article.body(), "总投资约32亿元。\n占地 420亩 & 更多。");
  EXPECT_EQ(article.published_time().seconds(), 1710725400);
  EXPECT_EQ(article.language(), "zh-CN");
  EXPECT_EQ(article.source(), "松江港务");
  EXPECT_EQ(article.url(), "https://wire.example/17.html");
  EXPECT_THAT(article.authors(), ElementsAre("本报记者 林岚"));
  EXPECT_THAT(article.tags(), ElementsAre("储能", "远岭储能"));
  EXPECT_EQ(article.rights().copyright_holder(), "滨海电讯");
  EXPECT_EQ(article.rights().copyright_notice(), "© 2024 滨海电讯");
  EXPECT_EQ(article.rights().usage_terms(), "Not before noon.");
  EXPECT_EQ(article.rights().url(), "https://wire.example/terms");
  EXPECT_EQ(article.rights().embargo_time().seconds(), 1710734400);
}

TEST(Ninjs, Version1AndCamelCaseKeysAreKnownToo) {
  auto reader = NewNinjsReader(ReaderOf(R"([
    {"uri": "urn:1", "headline": "Starbridge opens a plant", "body_text": "Costs < 3 and > 2 \n\nmillion.",
     "byline": "Ann Reed", "versioncreated": "2024-03-18", "subject": [{"name": "chips"}],
     "place": [{"name": "Bayport"}], "copyrightholder": "Bay Herald"},
    {"uri": "urn:2", "headline": "H", "body_xhtml": "<p>One.</p><p>Two.</p>"},
    {"uri": "urn:3", "headlines": [{"value": "Camel"}], "usageTerms": "ask", "copyrightHolder": "C",
     "bodies": [{"contentType": "text/html", "value": "<b>no</b>"}, {"contentType": "text/plain", "value": "plain"}]}])"),
                               {});
  const std::vector<v1::Article> articles = ArticlesOf(*reader);
  ASSERT_EQ(articles.size(), 3u);
  EXPECT_EQ(articles[0].title(), "Starbridge opens a plant");
  EXPECT_EQ(articles[0].body(), "Costs < 3 and > 2 \n\nmillion.");
  EXPECT_EQ(articles[0].source(), "Bay Herald");
  EXPECT_THAT(articles[0].authors(), ElementsAre("Ann Reed"));
  EXPECT_THAT(articles[0].tags(), ElementsAre("chips", "Bayport"));
  EXPECT_EQ(articles[1].body(), "One.\nTwo.");
  EXPECT_EQ(articles[2].body(), "plain");
  EXPECT_EQ(articles[2].rights().usage_terms(), "ask");
}

TEST(Ninjs, ErrorsNameTheItemItsByteAndTheFieldAndTheRestIsRead) {
  auto reader =
      NewNinjsReader(ReaderOf(R"({"uri":"urn:1"} {"headline":"x"} nonsense {"uri":"urn:3","versioncreated":"late"}
{"uri":"urn:4","bodies":"a \" } brace"} {"uri":"urn:5","pubstatus":"canceled","versioncreated":"soon"} {"uri":"urn:6","embargoed":"later"}
{"uri":"urn:p","type":"picture"} {"uri":"urn:7", "x": {"y": [)"),
                     {});
  const std::vector<std::string> lines = ReadAll(*reader);
  ASSERT_EQ(lines.size(), 8u);
  EXPECT_EQ(lines[0], "#1@0 article urn:1");
  EXPECT_THAT(lines[1], HasSubstr("#2@16 !uri: "));
  EXPECT_THAT(lines[2], HasSubstr("#3@33 !: no JSON object"));
  EXPECT_THAT(lines[3], HasSubstr("!versioncreated: "));
  EXPECT_THAT(lines[4], HasSubstr("article urn:4"));
  EXPECT_THAT(lines[5], HasSubstr("withdraws urn:5"));
  EXPECT_THAT(lines[6], HasSubstr("!embargoed: "));
  EXPECT_THAT(lines[7], HasSubstr("the file ends within the item"));
  EXPECT_EQ(reader->skipped(), 1u);
}

TEST(Ninjs, LongAndDeepItemsAreErrorsAndNotHeld) {
  std::string deep = "{\"uri\":\"urn:1\",\"x\":";
  for (int i = 0; i < 1000; ++i) deep += "{\"x\":";
  deep += "1" + std::string(1000, '}') + "}";
  auto reader = NewNinjsReader(ReaderOf("{\"uri\":\"urn:0\",\"body_text\":\"" + std::string(1 << 20, 'x') + "\"}" +
                                        deep + "{\"uri\":\"urn:2\"}"),
                               {.max_item_bytes = 100'000});
  const std::vector<std::string> lines = ReadAll(*reader);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_THAT(lines[0], HasSubstr("more than --max_item_bytes=100000"));
  EXPECT_THAT(lines[1], HasSubstr("#2@"));
  EXPECT_THAT(lines[1], HasSubstr("no JSON object"));
  EXPECT_THAT(lines[2], HasSubstr("article urn:2"));
}

TEST(Ninjs, TheCallersSourceComesFirst) {
  ReadOptions options;
  options.defaults.set_source("binhai-wire");
  auto reader = NewNinjsReader(ReaderOf(kNinjs2), options);
  EXPECT_EQ(ArticlesOf(*reader)[0].source(), "binhai-wire");
}

}  // namespace
}  // namespace factline::formats
