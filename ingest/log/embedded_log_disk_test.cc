// What a log promises of a disk that loses its power or fails.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "ingest/log/bad_disk.h"
#include "ingest/log/embedded_log.h"
#include "protos/vocab/status.h"

namespace factline::log {
namespace {

class EmbeddedLogDiskTest : public ::testing::Test {
 protected:
  EmbeddedLogDiskTest() {
    const char* tmp = std::getenv("TEST_TMPDIR");
    path_ = Cat(tmp != nullptr ? tmp : "/tmp", "/", ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(path_);
    options_.path = path_ + "/log";
    options_.disk_reserve_bytes = 0;
    options_.maintenance_interval = absl::ZeroDuration();
    options_.write_buffer_bytes = 4 << 20;
    options_.env = env_.get();
  }

  void Open() {
    std::filesystem::create_directories(path_);
    auto opened = EmbeddedLog::Open(options_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    log_ = *std::move(opened);
  }

  absl::Status AppendOne(std::string id) {
    AppendBatch batch;
    storage::v1::LogEvent event;
    event.mutable_article_deleted()->set_article_id(std::move(id));
    batch.events.push_back({Partition(0), log_->EndOffset(Partition(0)), std::move(event)});
    return log_->Append(batch);
  }

  const std::shared_ptr<BadDisk> disk_ = std::make_shared<BadDisk>();
  const std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(disk_);
  std::string path_;
  EmbeddedLogOptions options_;
  std::unique_ptr<EmbeddedLog> log_;
};

TEST_F(EmbeddedLogDiskTest, AckWaitsForFsync) {
  Open();
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(AppendOne(Cat("a", i)).ok());
    // What was acknowledged is found after a power loss right behind the acknowledgement, and nothing else is missing.
    EmbeddedLogOptions survivor = options_;
    survivor.path = Cat(path_, "/after-", i);
    survivor.env = nullptr;
    disk_->CopyAfterPowerLoss(options_.path, survivor.path);
    const auto found = EmbeddedLog::Open(survivor);
    ASSERT_TRUE(found.ok()) << found.status();
    ASSERT_EQ((*found)->EndOffset(Partition(0)), Offset(i + 1)) << "an acknowledged event is gone";
    const auto batch = (*found)->Read(Partition(0), Offset(i), {.wait = absl::ZeroDuration()});
    ASSERT_TRUE(batch.ok()) << batch.status();
    EXPECT_EQ(batch->events.at(0).event.article_deleted().article_id(), Cat("a", i));
  }
}

TEST_F(EmbeddedLogDiskTest, AfterAFailedWriteItSaysForGoodWhyItTakesNothing) {
  Open();
  ASSERT_TRUE(AppendOne("a").ok());
  EXPECT_TRUE(log_->failure().ok());
  disk_->FailWrites();
  EXPECT_EQ(AppendOne("b").code(), absl::StatusCode::kUnavailable);
  const absl::Status failure = log_->failure();
  EXPECT_EQ(failure.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(failure.message()), ::testing::HasSubstr("the disk is broken"));
  EXPECT_FALSE(AppendOne("c").ok());
  EXPECT_EQ(log_->failure(), failure) << "the first cause stays";
  EXPECT_EQ(log_->CheckAdmission(), failure);
  EXPECT_EQ(log_->EndOffset(Partition(0)), Offset(1)) << "readers never see what was not acknowledged";
}

TEST_F(EmbeddedLogDiskTest, ProgressThatCouldNotBeWrittenIsTriedAgain) {
  Open();
  ASSERT_TRUE(AppendOne("a").ok());
  log_->NewReader("indexer")->ReportConsumed(Partition(0), Offset(1));
  disk_->FailWrites();
  EXPECT_FALSE(log_->RunMaintenance().ok());
  EXPECT_FALSE(log_->RunMaintenance().ok()) << "it was given up after one failure";
}

}  // namespace
}  // namespace factline::log
