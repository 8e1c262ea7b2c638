// Backups taken while articles stream in, and what can be done with them, by the programs that an operator has.
#include <gmock/gmock.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "factline/v1/backup_service.grpc.pb.h"
#include "protos/vocab/status.h"
#include "tests/operate/operator.h"

namespace factline::operate {
namespace {

namespace fs = std::filesystem;
using harness::Cluster;
using harness::Role;
using ::testing::HasSubstr;
using ::testing::Not;

class BackupTest : public testing::Test {
 protected:
  BackupTest()
      : backups_(harness::NewFolder("backups")),
        cluster_({.data_dir = harness::NewFolder("lived"),
                  .ingestor_flags = {Cat("--backup_dir=", backups_), "--keep_backups=2"},
                  .indexer_flags = {Cat("--backup_dir=", backups_), "--keep_backups=2", "--max_fresh_segments=4"}}) {}

  std::string Backup(const std::string& name, std::vector<std::string> flags = {}) {
    std::vector<std::string> words = {"admin", "backup", name};
    words.insert(words.end(), flags.begin(), flags.end());
    std::string output;
    EXPECT_EQ(cluster_.RunClient(words, &output), 0) << output;
    return output;
  }

  std::string Restore(const std::string& data_dir, std::vector<std::string> flags = {}, int want_code = 0) {
    std::vector<std::string> words = {"restore", Cat("--from=", backups_), Cat("--data_dir=", data_dir)};
    words.insert(words.end(), flags.begin(), flags.end());
    std::string output;
    EXPECT_EQ(Factline(words, &output), want_code) << output;
    return output;
  }

  static uint64_t CountAll(Cluster& cluster) {
    v1::SearchResponse all;
    EXPECT_TRUE(cluster.query().Search(harness::Within(absl::Seconds(60)).get(), {}, &all).ok());
    return all.total_count();
  }

  const std::string backups_;
  Cluster cluster_;
};

TEST_F(BackupTest, EveryArticleAcknowledgedBeforeItBeganIsInABackupTakenWhileArticlesStreamIn) {
  ASSERT_EQ(cluster_.Start(), absl::OkStatus());
  std::atomic<bool> stop = false;
  std::atomic<uint64_t> acknowledged = 0, end = 0, allowed = 0;
  std::thread streamer([&] {
    while (!stop) {
      if (const uint64_t limit = allowed; acknowledged >= limit) {
        allowed.wait(limit);
        continue;
      }
      const uint64_t sent = Send(cluster_, acknowledged, acknowledged + 20);
      if (sent == 0) break;
      end = sent;
      acknowledged += 20;
      acknowledged.notify_all();
    }
    acknowledged = ~0ull;  // nobody waits for more
    acknowledged.notify_all();
  });
  uint64_t before = 0, before_end = 0;
  for (const char* name : {"first", "second", "third"}) {
    before = acknowledged;
    allowed = before + 400;  // some before the backup, the others while it is made
    allowed.notify_all();
    for (const uint64_t wanted = before + 100; before < wanted; before = acknowledged) acknowledged.wait(before);
    before_end = end;
    Backup(name);
  }
  stop = true;
  allowed = ~0ull;
  allowed.notify_all();
  streamer.join();
  ASSERT_FALSE(HasFailure());

  std::string list;
  ASSERT_EQ(cluster_.RunClient({"admin", "backups"}, &list), 0) << list;
  EXPECT_THAT(list, Not(HasSubstr("first"))) << "two are kept";
  EXPECT_THAT(list, HasSubstr("second"));
  EXPECT_THAT(list, HasSubstr("third"));

  const std::string folder = harness::NewFolder("restored");
  EXPECT_THAT(Restore(folder), HasSubstr("restored 'third'"));
  Cluster restored({.data_dir = folder});
  ASSERT_EQ(restored.Start(), absl::OkStatus());
  v1::GetIngestStatusResponse status;
  ASSERT_TRUE(restored.ingest().GetIngestStatus(harness::Within(absl::Seconds(30)).get(), {}, &status).ok());
  const uint64_t log_end = status.partitions(0).end_offset();
  EXPECT_GE(log_end, before_end);
  ASSERT_EQ(restored.AwaitVisible(log_end), absl::OkStatus()) << "the index catches up with the log";
  EXPECT_EQ(FindAll(restored, 0, before), absl::OkStatus());
  EXPECT_EQ(CountAll(restored), log_end) << "an article an event, and none beside them";

  // It lives on: the next article gets the next offset.
  const uint64_t next_end = Send(restored, 1'000'000, 1'000'001);
  EXPECT_EQ(next_end, log_end + 1);
  ASSERT_EQ(restored.AwaitVisible(next_end), absl::OkStatus());
  std::string output;
  EXPECT_EQ(restored.RunClient({"admin", "verify", Cat("--data_dir=", folder)}, &output), 0) << output;
}

TEST_F(BackupTest, TheLogAloneIsEnough) {
  ASSERT_EQ(cluster_.Start(), absl::OkStatus());
  const uint64_t end = Send(cluster_, 0, 30);
  Backup("log-alone", {"--only=log"});
  const std::string folder = harness::NewFolder("from_log");
  EXPECT_THAT(Restore(folder), HasSubstr("30 events"));
  Cluster restored({.data_dir = folder});
  ASSERT_EQ(restored.Start(), absl::OkStatus());
  ASSERT_EQ(restored.AwaitVisible(end), absl::OkStatus());
  EXPECT_EQ(FindAll(restored, 0, 30), absl::OkStatus());
}

// The log of an older backup beside the index of a newer one: told at once, and also once the log has grown again.
TEST_F(BackupTest, AnIndexThatIsAheadOfARestoredLogIsRefusedAndMadeAnew) {
  ASSERT_EQ(cluster_.Start(), absl::OkStatus());
  ASSERT_EQ(cluster_.AwaitVisible(Send(cluster_, 0, 10)), absl::OkStatus());
  Backup("old");
  ASSERT_EQ(cluster_.AwaitVisible(Send(cluster_, 10, 30)), absl::OkStatus());
  Backup("new");
  const std::string folder = harness::NewFolder("mixed");
  Restore(folder, {"--name=old", "--only=log"});
  Restore(folder, {"--name=new", "--only=index"});

  Cluster mixed({.data_dir = folder});
  ASSERT_EQ(mixed.Start(Role::kIngestor), absl::OkStatus());
  const auto indexer_ends = [&](std::string_view words) {
    mixed.Start(Role::kIndexer).IgnoreError();  // it may end before it has said its address
    const absl::StatusOr<int> ended = mixed.process(Role::kIndexer).Wait(absl::Seconds(60));
    ASSERT_TRUE(ended.ok()) << ended.status();
    EXPECT_EQ(*ended, 1);
    const std::string log = ReadFile(Cat(folder, ".indexer.log"));
    EXPECT_THAT(log, HasSubstr("the index is ahead of the log: it has consumed the events before 30"));
    EXPECT_THAT(log, HasSubstr(words));
  };
  indexer_ends("past the end, which is 10");
  const uint64_t end = Send(mixed, 100, 140);  // the log has offsets now that the index has consumed
  EXPECT_EQ(end, 50u);
  indexer_ends("event 29 of the log is not the one that article 'n29' came from");

  std::string output;
  ASSERT_EQ(Factline({"admin", "rebuild", Cat("--data_dir=", folder),
                      Cat("--ingest_address=", mixed.address(Role::kIngestor))},
                     &output),
            0)
      << output;
  ASSERT_EQ(mixed.Start(Role::kIndexer), absl::OkStatus());
  ASSERT_EQ(mixed.Start(Role::kQuery), absl::OkStatus());
  ASSERT_EQ(mixed.AwaitVisible(end), absl::OkStatus());
  EXPECT_EQ(FindAll(mixed, 0, 10), absl::OkStatus());
  EXPECT_EQ(FindAll(mixed, 100, 140), absl::OkStatus());
  EXPECT_EQ(CountAll(mixed), 50u);
}

TEST_F(BackupTest, WhoHasItsAnswerMayAskAgainAtOnce) {
  ASSERT_EQ(cluster_.Start(Role::kIngestor), absl::OkStatus());
  const auto stub = v1::BackupService::NewStub(
      harness::Connect(cluster_.address(Role::kIngestor), grpc::InsecureChannelCredentials()));
  for (int i = 0; i < 300; ++i) {
    v1::ListBackupsResponse response;
    const grpc::Status status = stub->ListBackups(harness::Within(absl::Seconds(30)).get(), {}, &response);
    ASSERT_TRUE(status.ok()) << "call " << i << ": " << status.error_message();
  }
}

TEST_F(BackupTest, WhatCannotBeDoneIsSaidAndChangesNothing) {
  ASSERT_EQ(cluster_.Start(), absl::OkStatus());
  ASSERT_EQ(cluster_.AwaitVisible(Send(cluster_, 0, 5)), absl::OkStatus());
  Backup("good");
  std::string output;
  EXPECT_EQ(cluster_.RunClient({"admin", "backup", "good"}, &output), 3);
  EXPECT_THAT(output, HasSubstr("there is a backup 'good'"));
  EXPECT_EQ(cluster_.RunClient({"admin", "backup", "../elsewhere"}, &output), 2);
  EXPECT_THAT(output, HasSubstr("letters, digits"));

  EXPECT_THAT(Restore(cluster_.data_dir(), {}, 2), HasSubstr("log is not empty"));
  const std::string folder = harness::NewFolder("not_restored");
  EXPECT_THAT(Restore(folder, {"--name=better"}, 1), HasSubstr("there is good"));
  EXPECT_EQ(cluster_.RunClient({"admin", "backup", "later", "--only=log"}, &output), 0) << output;
  EXPECT_THAT(Restore(folder, {}, 2), AllOf(HasSubstr("'later'"), HasSubstr("--name=good restores the older pair")));
  for (const auto& file : fs::directory_iterator(backups_ + "/log/shared_checksum")) {
    std::fstream bytes(file.path(), std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(100);
    bytes.put('\x55');
  }
  EXPECT_THAT(Restore(folder, {"--name=good"}, 3), HasSubstr("Corruption"));
  EXPECT_TRUE(fs::is_empty(folder)) << "nothing is left of what could not be restored whole";

  Cluster without({.data_dir = harness::NewFolder("without")});
  ASSERT_EQ(without.Start(Role::kIngestor), absl::OkStatus());
  EXPECT_EQ(Factline({"admin", "backup", "x", "--only=log", Cat("--ingest_address=", without.address(Role::kIngestor))},
                     &output),
            2);
  EXPECT_THAT(output, HasSubstr("start it with --backup_dir"));
}

}  // namespace
}  // namespace factline::operate
