// One file of each format that news comes in, as it stands and compressed, through real processes: ingested by the
// command line client, found by its words, withdrawn when its source withdraws it.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "deploy/formats/test_util.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"
#include "tests/harness/cluster.h"

namespace factline {
namespace {

namespace fs = std::filesystem;

using harness::Within;
using ::testing::HasSubstr;

constexpr absl::Duration kCall = absl::Seconds(30);

std::string Sample(const std::string& name) { return harness::Runfile("deploy/samples/formats/" + name); }

std::string Bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
}

class FormatsTest : public ::testing::Test {
 protected:
  FormatsTest()
      : cluster_({.data_dir = harness::NewFolder("formats")}), inputs_(harness::NewFolder("formats_inputs")) {}

  void SetUp() override { ASSERT_EQ(cluster_.Start(), absl::OkStatus()); }

  // Runs `factline ingest`, and waits until queries see what it sent.
  std::string Ingest(std::vector<std::string> arguments, int want_exit = 0) {
    arguments.insert(arguments.begin(), "ingest");
    std::string output;
    EXPECT_EQ(cluster_.RunClient(arguments, &output), want_exit) << output;
    v1::GetIngestStatusResponse status;
    EXPECT_TRUE(cluster_.ingest().GetIngestStatus(Within(kCall).get(), {}, &status).ok());
    if (status.partitions_size() == 1) {
      EXPECT_EQ(cluster_.AwaitVisible(status.partitions(0).end_offset()), absl::OkStatus());
    }
    return output;
  }

  std::vector<std::string> Found(const std::string& query) {
    v1::SearchRequest request;
    request.set_query(query);
    v1::SearchResponse response;
    const grpc::Status status = cluster_.query().Search(Within(kCall).get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    std::vector<std::string> ids;
    for (const v1::SearchResult& result : response.results()) ids.push_back(result.article_id());
    return ids;
  }

  v1::StoredArticle Article(const std::string& id) {
    v1::GetArticleRequest request;
    request.set_id(id);
    v1::GetArticleResponse response;
    const grpc::Status status = cluster_.query().GetArticle(Within(kCall).get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.article();
  }

  harness::Cluster cluster_;
  const std::string inputs_;
};

struct Row {
  std::string file, query, id;
};

const Row kRows[] = {
    {"notices.jsonl", "Saltmarsh Ferries", "quay-notices/7"},
    {"ports.ninjs.json", "青屿港务 集卡", "urn:newsml:binhai-wire.example:20240318:17"},
    {"plant.newsml.xml", "Marlow foundry", "urn:newsml:bay-wire.example:20240318:5"},
    {"business.rss", "Tidemill Cloth", "eastquay-gazette.example:901"},
    {"energy.atom", "潮生电力 并网", "tag:songjiang-energy.example,2024:31"},
    {"tidewater.html", "Tidewater welders", "https://www.eastquay-gazette.example/business/902"},
    {"crawl.warc", "云岭光学 透镜", "https://www.songjiang-business.example/2024/0318/44.html"},
    {"lighthouse-page.txt", "灯塔村 海带", "lighthouse-page#1"},
};

TEST_F(FormatsTest, AFileOfEachFormatIsFoundByItsWords) {
  std::vector<std::string> files;
  for (const Row& row : kRows) files.push_back(Sample(row.file));
  EXPECT_THAT(Ingest(files), HasSubstr("8 articles durable"));
  for (const Row& row : kRows) EXPECT_THAT(Found(row.query), ::testing::ElementsAre(row.id)) << row.file;
  // What stands on the pages beside the articles is not.
  EXPECT_THAT(Found("\"Subscribe today\""), ::testing::IsEmpty());
  EXPECT_THAT(Found("未经书面授权"), ::testing::IsEmpty());

  const v1::StoredArticle plant = Article("urn:newsml:bay-wire.example:20240318:5");
  EXPECT_EQ(plant.title(), "Marlow Turbines to build a foundry in Eastquay");
  EXPECT_EQ(plant.source(), "Bay Wire");
  EXPECT_EQ(plant.rights().copyright_holder(), "Bay Wire");
  EXPECT_EQ(plant.rights().copyright_notice(), "© 2024 Bay Wire");
  EXPECT_EQ(plant.rights().usage_terms(), "Not for broadcast before the embargo ends.");
  EXPECT_EQ(plant.rights().url(), "https://bay-wire.example/terms");
  EXPECT_EQ(plant.rights().embargo_time().seconds(), 1710763200);
  std::string shown;
  EXPECT_EQ(cluster_.RunClient({"article", plant.id()}, &shown), 0);
  EXPECT_THAT(shown, HasSubstr("Not for broadcast before the embargo ends."));
  const v1::StoredArticle page = Article("https://www.eastquay-gazette.example/business/902");
  EXPECT_EQ(page.authors(0), "Ann Reed");
  EXPECT_EQ(page.published_time().seconds(), 1710745200);
}

TEST_F(FormatsTest, EachMayBeCompressedAndIsKnownAgain) {
  for (const Row& row : kRows) {
    const std::string bytes = Bytes(Sample(row.file));
    ASSERT_FALSE(bytes.empty()) << row.file;
    std::ofstream(fs::path(inputs_) / (row.file + ".gz"), std::ios::binary) << formats::Gzip(bytes);
    std::ofstream(fs::path(inputs_) / (row.file + ".xz"), std::ios::binary) << formats::Xz(bytes);
    std::ofstream(fs::path(inputs_) / (row.file + ".zst"), std::ios::binary) << formats::Zstd(bytes);
  }
  const std::string output = Ingest({inputs_, "--format=json"});
  EXPECT_THAT(output, HasSubstr("\"accepted\": 8, \"duplicates\": 16, \"rejected\": 0"));
  for (const Row& row : kRows) EXPECT_THAT(Found(row.query), ::testing::ElementsAre(row.id)) << row.file;
}

TEST_F(FormatsTest, WhatItsSourceCancelsIsWithdrawnOnceAndForAll) {
  Ingest({Sample("plant.newsml.xml")});
  EXPECT_EQ(Found("Marlow foundry").size(), 1u);
  EXPECT_THAT(Ingest({Sample("canceled.newsml.xml")}), HasSubstr("1 withdrawn"));
  EXPECT_EQ(Found("Marlow foundry").size(), 0u);
  EXPECT_THAT(Ingest({Sample("canceled.newsml.xml"), "--format=json"}), HasSubstr("\"rejected\": 0"));
}

TEST_F(FormatsTest, ABadRecordIsNamedAndTheRestIsTaken) {
  std::string feed = Bytes(Sample("business.rss"));
  const std::string bad =
      "<item><guid>urn:bad</guid><pubDate>soon</pubDate></item><item><guid>urn:good</guid>"
      "<title>Lanternfish Foods hires a baker</title></item>";
  feed.insert(feed.find("<item>"), bad);
  const std::string path = (fs::path(inputs_) / "bad.xml").string();
  std::ofstream(path, std::ios::binary) << feed;
  EXPECT_THAT(Ingest({path}, 4), HasSubstr("bad.xml#1: pubDate: 'soon' is no date"));
  EXPECT_THAT(Found("Lanternfish"), ::testing::ElementsAre("urn:good"));
  EXPECT_THAT(Found("Tidemill"), ::testing::ElementsAre("eastquay-gazette.example:901"));
}

}  // namespace
}  // namespace factline
