// Logs and indexes as earlier releases made them (make_fixtures), under today's programs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/sha.h>
#include <rocksdb/db.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>

#include "protos/vocab/hash.h"
#include "protos/vocab/status.h"
#include "tests/operate/operator.h"

namespace factline {
namespace {

namespace fs = std::filesystem;
using harness::Cluster;
using harness::Role;
using operate::ReadFile;
using ::testing::HasSubstr;

constexpr std::string_view kPresentIndex = "-index-3.tar.gz";

// "0.1.0-log-1.tar.gz" and the like, of every release.
std::vector<std::string> FixturesWith(std::string_view part) {
  std::vector<std::string> names;
  for (const auto& file : fs::directory_iterator(harness::Runfile("tests/upgrade/fixtures"))) {
    const std::string name = file.path().filename();
    if (name.find(part) != std::string::npos) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string ReleaseOf(const std::string& fixture) { return fixture.substr(0, fixture.find('-')); }

std::string Unpacked(const std::string& fixture) {
  const std::string folder = harness::NewFolder("upgrade");
  const std::string command =
      Cat("tar -C ", folder, " -xzf ", harness::Runfile(Cat("tests/upgrade/fixtures/", fixture)));
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
  return folder;
}

struct Article {
  std::string id, body_sha256;
  uint64_t version = 0;
};

std::vector<Article> ArticlesOf(const std::string& release) {
  std::ifstream file(harness::Runfile(Cat("tests/upgrade/fixtures/", release, ".articles")));
  std::vector<Article> articles;
  for (Article article; file >> article.id >> article.version >> article.body_sha256;) articles.push_back(article);
  EXPECT_GE(articles.size(), 10u) << release;
  return articles;
}

std::string Sha256(const std::string& text) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  return ToHex(std::string_view(reinterpret_cast<const char*>(digest), sizeof(digest)));
}

void ExpectArticles(Cluster& cluster, const std::string& release) {
  const std::vector<Article> articles = ArticlesOf(release);
  for (const Article& article : articles) {
    v1::GetArticleRequest request;
    request.set_id(article.id);
    v1::GetArticleResponse response;
    const auto context = harness::Within(absl::Seconds(60));
    context->set_wait_for_ready(true);
    const grpc::Status status = cluster.query().GetArticle(context.get(), request, &response);
    ASSERT_TRUE(status.ok()) << article.id << ": " << status.error_message();
    EXPECT_EQ(response.article().version(), article.version) << article.id;
    EXPECT_EQ(Sha256(response.article().body()), article.body_sha256) << article.id;
  }
  v1::SearchResponse all;
  ASSERT_TRUE(cluster.query().Search(harness::Within(absl::Seconds(60)).get(), {}, &all).ok());
  EXPECT_EQ(all.total_count(), articles.size()) << release;
}

TEST(UpgradeTest, EveryLogThatAReleaseWroteIsReadWhole) {
  const std::vector<std::string> fixtures = FixturesWith("-log-");
  ASSERT_FALSE(fixtures.empty());
  for (const std::string& fixture : fixtures) {
    SCOPED_TRACE(fixture);
    Cluster cluster({.data_dir = Unpacked(fixture)});
    ASSERT_EQ(cluster.Start(), absl::OkStatus());
    v1::GetIngestStatusResponse status;
    ASSERT_TRUE(cluster.ingest().GetIngestStatus(harness::Within(absl::Seconds(30)).get(), {}, &status).ok());
    ASSERT_EQ(cluster.AwaitVisible(status.partitions(0).end_offset()), absl::OkStatus());
    ExpectArticles(cluster, ReleaseOf(fixture));
    std::string output;
    EXPECT_EQ(cluster.RunClient({"admin", "verify", Cat("--data_dir=", cluster.data_dir())}, &output), 0) << output;
  }
}

// Whatever extractor made it: queries are answered until a rebuild has another one ready.
TEST(UpgradeTest, EveryIndexOfThePresentFormatIsAnsweredFrom) {
  const std::vector<std::string> fixtures = FixturesWith(kPresentIndex);
  ASSERT_FALSE(fixtures.empty()) << "the present format wants a fixture: tests/upgrade/make_fixtures";
  for (const std::string& fixture : fixtures) {
    SCOPED_TRACE(fixture);
    Cluster cluster({.data_dir = Unpacked(fixture)});
    ASSERT_EQ(cluster.Start(Role::kQuery), absl::OkStatus());
    ASSERT_EQ(cluster.AwaitVisible(1), absl::OkStatus()) << "it listens before it has opened the index";
    ExpectArticles(cluster, ReleaseOf(fixture));
  }
}

std::map<std::string, std::string> FilesIn(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& file : fs::recursive_directory_iterator(folder)) {
    if (file.is_regular_file()) files[file.path().string()] = ReadFile(file.path().string());
  }
  return files;
}

// Writes `value` under `key` of a family, as a release with a newer format would have.
void Overwrite(const std::string& path, const std::string& family, const std::string& key, const std::string& value) {
  std::vector<std::string> names;
  ASSERT_TRUE(rocksdb::DB::ListColumnFamilies(rocksdb::DBOptions(), path, &names).ok());
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const std::string& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions());
  rocksdb::DBOptions options;
  options.track_and_verify_wals_in_manifest = true;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(options, path, families, &handles, &opened);
  ASSERT_TRUE(status.ok()) << status.ToString();
  const std::unique_ptr<rocksdb::DB> db(opened);
  rocksdb::WriteOptions durable;
  durable.sync = true;
  for (rocksdb::ColumnFamilyHandle* handle : handles) {
    if (handle->GetName() == family) {
      std::string old;
      ASSERT_TRUE(db->Get(rocksdb::ReadOptions(), handle, key, &old).ok());
      ASSERT_TRUE(db->Put(durable, handle, key, value + old.substr(value.size())).ok());
    }
    ASSERT_TRUE(db->DestroyColumnFamilyHandle(handle).ok());
  }
}

void ExpectRefusedUntouched(const std::string& folder, Role role, std::string_view words) {
  const auto before = FilesIn(folder);
  Cluster cluster({.data_dir = folder});
  if (role == Role::kIndexer) cluster.Start(Role::kIngestor).IgnoreError();
  cluster.Start(role).IgnoreError();
  const absl::StatusOr<int> ended = cluster.process(role).Wait(absl::Seconds(60));
  ASSERT_TRUE(ended.ok()) << ended.status();
  EXPECT_EQ(*ended, 1);
  EXPECT_THAT(ReadFile(Cat(folder, ".", harness::RoleName(role), ".log")), HasSubstr(words));
  for (const auto& [path, content] : FilesIn(folder)) {
    if (role == Role::kIndexer && path.starts_with(folder + "/log/")) continue;  // the ingestor's
    const auto found = before.find(path);
    ASSERT_TRUE(found != before.end()) << path << " is new";
    EXPECT_TRUE(found->second == content) << path << " was changed";
  }
}

TEST(UpgradeTest, ALogOfANewerFormatIsRefusedAndNotChanged) {
  const std::string folder = Unpacked(FixturesWith("-log-").back());
  Overwrite(folder + "/log", "default", "format", std::string("\0\0\0\2", 4));
  ExpectRefusedUntouched(folder, Role::kIngestor, "has format 2; this program reads 1, and leaves it as it is");
}

TEST(UpgradeTest, AnIndexOfANewerFormatIsRefusedAndNotChanged) {
  const std::string folder = Unpacked(FixturesWith(kPresentIndex).back());
  Overwrite(folder + "/index", "meta", "\1", "\4");
  ExpectRefusedUntouched(folder, Role::kIndexer, "the index has format 4, this program reads and writes 3");
}

}  // namespace
}  // namespace factline
