#include "deploy/formats/warc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deploy/formats/decompress.h"
#include "deploy/formats/test_util.h"

namespace factline::formats {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const char kText[] =
    "<p>Starbridge, a maker of chips, opened a plant in Bayport on Monday, its third in the county, and said that 300 "
    "people would work there by autumn, which is more than the county had hoped for in spring.</p>";

std::string RecordOf(const std::string& type, const std::string& content_type, const std::string& block,
                     const std::string& url = "https://b.example/1") {
  return "WARC/1.0\r\nWARC-Type: " + type + "\r\nWARC-Target-URI: " + url + "\r\nWARC-Date: 2024-03-18T00:00:00Z\r\n" +
         "Content-Type: " + content_type + "\r\nContent-Length: " + std::to_string(block.size()) + "\r\n\r\n" + block +
         "\r\n\r\n";
}

std::string Response(const std::string& body, const std::string& url = "https://b.example/1",
                     const std::string& fields = "Content-Type: text/html; charset=utf-8\r\n",
                     const std::string& status = "200 OK") {
  return RecordOf("response", "application/http; msgtype=response",
                  "HTTP/1.1 " + status + "\r\n" + fields + "\r\n" + body, url);
}

std::vector<std::string> Places(RecordReader& reader) {
  std::vector<std::string> lines = ReadAll(reader);
  for (std::string& line : lines) line.erase(line.find('@'), line.find(' ') - line.find('@'));
  return lines;
}

TEST(Warc, HtmlResponsesAreArticlesAndAllElseIsPassedOver) {
  const std::string archive = RecordOf("warcinfo", "application/warc-fields", "software: made up\r\n") +
                              RecordOf("request", "application/http; msgtype=request", "GET / HTTP/1.1\r\n\r\n") +
                              Response(kText) + Response(kText, "https://b.example/2", "Content-Type: image/png\r\n") +
                              Response(kText, "https://b.example/3", "Content-Type: text/html\r\n", "301 Moved") +
                              Response("<p>Short.</p>", "https://b.example/4") +
                              RecordOf("resource", "text/html", kText, "<https://b.example/5>") +
                              RecordOf("metadata", "text/html", kText);
  auto reader = NewWarcReader(ReaderOf(archive), {});
  EXPECT_THAT(Places(*reader), ElementsAre("#3 article https://b.example/1", "#7 article https://b.example/5"));
  EXPECT_EQ(reader->skipped(), 6u);
}

TEST(Warc, BodiesMayBeChunkedAndCompressed) {
  const std::string html = Gzip(kText);
  const std::string chunked = "5;x=y\r\n" + html.substr(0, 5) + "\r\n" + "3\r\n" + html.substr(5, 3) + "\r\n" +
                              [](size_t n) {
                                char b[20];
                                snprintf(b, sizeof(b), "%zx", n);
                                return std::string(b);
                              }(html.size() - 8) +
                              "\r\n" + html.substr(8) + "\r\n0\r\n\r\n";
  const std::string fields = "Content-Type: text/html\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n";
  // The second one was stored decoded, with its head as it was.
  const std::string archive =
      Response(chunked, "https://b.example/1", fields) + Response(kText, "https://b.example/2", fields);
  auto reader = NewWarcReader(ReaderOf(archive), {});
  const std::vector<v1::Article> articles = ArticlesOf(*reader);
  ASSERT_EQ(articles.size(), 2u);
  EXPECT_EQ(articles[0].body(), articles[1].body());
}

TEST(Warc, AMemberARecordAsCommonCrawlHasIt) {
  std::string archive;
  for (int i = 0; i < 20; ++i) archive += Gzip(Response(kText, "https://b.example/" + std::to_string(i)));
  auto reader = NewWarcReader(std::make_unique<ByteReader>(Decompress(FromString(archive), 1 << 30)), {});
  EXPECT_EQ(ArticlesOf(*reader).size(), 20u);
}

TEST(Warc, DamagedCompressionIsToldOnce) {
  std::string archive = Gzip(Response(kText, "https://b.example/1")) + Gzip(Response(kText, "https://b.example/2"));
  archive.resize(archive.size() - 20);
  auto reader = NewWarcReader(std::make_unique<ByteReader>(Decompress(FromString(archive), 1 << 30)), {});
  EXPECT_THAT(Places(*reader), ElementsAre("#1 article https://b.example/1", HasSubstr("gzip data: ends too early")));
}

TEST(Warc, DamagedRecordsAreNamedAndTheNextOneIsFound) {
  const std::string archive =
      Response(kText) + "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: many\r\n\r\nrubbish\nmore\n" +
      Response(kText, "https://b.example/2") + "no record at all\nWARC\n" + Response(kText, "https://b.example/3") +
      RecordOf("response", "application/http", "not http") +
      Response("\x1F\x8B broken", "https://b.example/5", "Content-Type: text/html\r\nContent-Encoding: gzip\r\n") +
      Response(std::string(200'000, ' ') + kText, "https://b.example/6") + Response(kText, "https://b.example/7") +
      "WARC/1.0\r\nContent-Length: 99999999999\r\n\r\n";
  auto reader = NewWarcReader(ReaderOf(archive), {.max_item_bytes = 100'000});
  EXPECT_THAT(
      Places(*reader),
      ElementsAre("#1 article https://b.example/1", HasSubstr("#2 !: WARC: Content-Length 'many' is no number"),
                  "#3 article https://b.example/2", HasSubstr("#4 !: WARC: no record begins here"),
                  "#5 article https://b.example/3", HasSubstr("#6 !: no HTTP response"),
                  HasSubstr("#7 !: the page compressed data is damaged or cut"), HasSubstr("#8 !: the record has 2"),
                  "#9 article https://b.example/7", HasSubstr("#10 !: WARC: the file ends within the record")));
}

TEST(Warc, APageWithoutAnAddressGetsNoIdOfTheFile) {
  auto reader = NewWarcReader(ReaderOf(Response(kText, "urn:x")), {.name = "crawl"});
  EXPECT_THAT(Places(*reader), ElementsAre(HasSubstr("#1 !id: the page names no address")));
}

TEST(Warc, ABombWithinARecordIsBounded) {
  const std::string archive = Response(Gzip(std::string(8 << 20, ' ')), "https://b.example/1",
                                       "Content-Type: text/html\r\nContent-Encoding: gzip\r\n") +
                              Response(kText, "https://b.example/2");
  auto reader = NewWarcReader(ReaderOf(archive), {.max_item_bytes = 100'000});
  EXPECT_THAT(Places(*reader),
              ElementsAre(HasSubstr("the page has more than 100000 bytes inflated"), "#2 article https://b.example/2"));
}

TEST(JoinChunks, RefusesWhatIsNoneOrCut) {
  EXPECT_EQ(*JoinChunks("3\r\nabc\r\n0\r\n\r\n"), "abc");
  EXPECT_EQ(*JoinChunks("3\nabc\n0\n"), "abc");
  for (const char* body : {"", "x\r\n", "3\r\nab", "ffffffffffffffff\r\nabc\r\n", "-1\r\nabc", "3\r\nabc\r\n"}) {
    EXPECT_FALSE(JoinChunks(body).ok()) << body;
  }
}

}  // namespace
}  // namespace factline::formats
