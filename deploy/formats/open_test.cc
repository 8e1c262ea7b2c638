#include "deploy/formats/open.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "deploy/formats/byte_source.h"
#include "deploy/formats/test_util.h"

namespace factline::formats {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(FormatOfContent, IsToldByTheFirstBytes) {
  struct Row {
    const char* start;
    Format want;
  } rows[] = {
      {"{\"id\": \"a\"}", Format::kJsonLines},
      {"\n\n{\"id\": \"}\"}\n{\"id\"", Format::kJsonLines},
      {"{\n  \"uri\"", Format::kNinjs},
      {"[{\"uri\": 1}]", Format::kNinjs},
      {"\xEF\xBB\xBF{\"id\": 1}", Format::kJsonLines},
      {"本报讯", Format::kPage},
      {"", Format::kPage},
      {" \n ", Format::kPage},
      {"{\"id\": \"cut", Format::kJsonLines},
      {"<?xml version=\"1.0\"?>\n<!-- c > d --><rss version=\"2.0\">", Format::kRss},
      {"<rdf:RDF xmlns:rdf=\"x\">", Format::kRss},
      {"<feed>", Format::kAtom},
      {"<a:feed xmlns:a=\"x\">", Format::kAtom},
      {"<newsItem\n guid=\"x\">", Format::kNewsMl},
      {"<?xml version=\"1.0\"?><newsMessage>", Format::kNewsMl},
      {"<!DOCTYPE rss [<!ENTITY a \"b\">]><rss>", Format::kRss},
      {"<!DOCTYPE html><rss>", Format::kHtml},
      {"<!doctype HTML PUBLIC>", Format::kHtml},
      {"<html><body>", Format::kHtml},
      {"<p>fragment", Format::kHtml},
      {"WARC/1.0\r\n", Format::kWarc},
      {"WARC", Format::kPage},
  };
  for (const Row& row : rows) EXPECT_EQ(FormatOfContent(row.start, true), row.want) << row.start;
}

TEST(FormatOfContent, AsksForMoreWhereThatIsNotEnough) {
  for (const char* start : {"", "  \n", "{\"id\": \"a", "{", "<", "<!-- ", "<?xml ?>", "WAR", "<rs"}) {
    EXPECT_EQ(FormatOfContent(start, false), std::nullopt) << start;
  }
}

// Goes on for ever, but for a test that asks for very much.
class Endless final : public ByteSource {
 public:
  Endless(std::string start, uint64_t* given) : start_(std::move(start)), given_(given) {}
  absl::StatusOr<size_t> Read(char* out, size_t capacity) override {
    if (*given_ > (16 << 20)) return 0;
    const size_t begun = start_.copy(out, capacity);
    start_.clear();
    std::fill(out + begun, out + capacity, '\n');
    *given_ += capacity;
    return capacity;
  }

 private:
  std::string start_;
  uint64_t* const given_;
};

TEST(OpenReader, LooksAtNoMoreThanTheStartToTellAFormat) {
  for (const char* start : {"", "<!-- ", "<?xml ", "<!DOCTYPE ", "<rss"}) {
    uint64_t given = 0;
    auto reader = OpenReader(std::make_unique<Endless>(start, &given), std::nullopt, {.max_item_bytes = 1000});
    while (reader->Next().has_value()) {
    }
    EXPECT_LT(given, 1 << 20) << start;
  }
}

TEST(FormatOfName, IsThatOfPagesAndJsonLinesCompressedOrNot) {
  EXPECT_EQ(FormatOfName("a.txt"), Format::kPage);
  EXPECT_EQ(FormatOfName("a.txt.gz"), Format::kPage);
  EXPECT_EQ(FormatOfName("a.jsonl.zst"), Format::kJsonLines);
  EXPECT_EQ(FormatOfName("a.ndjson"), Format::kJsonLines);
  EXPECT_EQ(FormatOfName("a.json"), std::nullopt);
  EXPECT_TRUE(IsNewsFile("a.json.xz"));
  EXPECT_FALSE(IsNewsFile("a.md"));
  EXPECT_FALSE(IsNewsFile("a.gz"));
}

TEST(OpenReader, ReadsWhatItIsGivenCompressedOrNot) {
  const std::string lines = "{\"id\":\"a\"}\n{\"id\":\"b\"}\n";
  for (const std::string& bytes :
       {lines, Gzip(lines), Xz(lines), Zstd(lines), Gzip("{\"id\":\"a\"}\n") + Gzip("{\"id\":\"b\"}")}) {
    auto reader = OpenReader(FromString(bytes), std::nullopt, {});
    EXPECT_THAT(ReadAll(*reader), ElementsAre(":1 article a", ":2 article b"));
  }
  auto reader = OpenReader(FromString(Gzip("本报讯")), std::nullopt, {.name = "p1"});
  EXPECT_THAT(ReadAll(*reader), ElementsAre(" page p1"));
}

TEST(OpenReader, ACutFileIsAnErrorAfterWhatCouldBeRead) {
  std::string lines;
  for (int i = 0; i < 20000; ++i) lines += "{\"id\":\"" + std::to_string(i * 7919) + "\"}\n";
  const std::string packed = Gzip(lines);
  auto reader = OpenReader(FromString(packed.substr(0, packed.size() / 2)), std::nullopt, {});
  const std::vector<std::string> read = ReadAll(*reader);
  ASSERT_GT(read.size(), 1000u);
  EXPECT_EQ(read[0], ":1 article 0");
  EXPECT_THAT(read.back(), HasSubstr("gzip data: ends too early, at byte"));
}

TEST(OpenReader, TheNumberOfItemsIsBounded) {
  auto reader =
      OpenReader(FromString("{\"id\":\"a\"}\n{\"id\":\"b\"}\n{\"id\":\"c\"}\n"), std::nullopt, {.max_items = 1});
  const std::vector<std::string> read = ReadAll(*reader);
  ASSERT_EQ(read.size(), 2u);
  EXPECT_THAT(read[1], HasSubstr("more than 1 items"));
}

TEST(OpenReader, DefaultsFillInWhatAnArticleLacks) {
  ReadOptions options;
  options.defaults.set_source("bay-herald");
  options.defaults.add_tags("archive");
  auto reader = OpenReader(FromString("{\"id\":\"a\",\"source\":\"own\"}\n{\"id\":\"b\",\"tags\":[\"x\"]}\n"),
                           std::nullopt, options);
  const std::vector<v1::Article> articles = ArticlesOf(*reader);
  EXPECT_EQ(articles[0].source(), "own");
  EXPECT_THAT(articles[0].tags(), ElementsAre("archive"));
  EXPECT_EQ(articles[1].source(), "bay-herald");
  EXPECT_THAT(articles[1].tags(), ElementsAre("x"));
}

}  // namespace
}  // namespace factline::formats
