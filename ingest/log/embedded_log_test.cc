#include "ingest/log/embedded_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "protos/vocab/status.h"

namespace factline::log {
namespace {

using ::testing::HasSubstr;

storage::v1::LogEvent Deletion(std::string id, absl::Time time = absl::FromUnixSeconds(1700000000)) {
  storage::v1::LogEvent event;
  event.mutable_accepted_time()->set_seconds(absl::ToUnixSeconds(time));
  event.mutable_article_deleted()->set_article_id(std::move(id));
  return event;
}

class EmbeddedLogTest : public ::testing::Test {
 protected:
  EmbeddedLogTest() {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    const char* tmp = std::getenv("TEST_TMPDIR");
    path_ = Cat(tmp != nullptr ? tmp : "/tmp", "/", info->name());
    std::filesystem::remove_all(path_);
    options_.path = path_;
    options_.disk_reserve_bytes = 0;
    options_.maintenance_interval = absl::ZeroDuration();
    options_.write_buffer_bytes = 4 << 20;
  }

  void Open() {
    log_.reset();
    auto opened = EmbeddedLog::Open(options_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    log_ = *std::move(opened);
  }

  absl::Status AppendOne(std::string id, Partition partition = Partition(0),
                         absl::Time time = absl::FromUnixSeconds(1700000000)) {
    AppendBatch batch;
    batch.events.push_back({partition, log_->EndOffset(partition), Deletion(std::move(id), time)});
    return log_->Append(batch);
  }

  std::vector<std::string> Ids(Offset from, Partition partition = Partition(0)) {
    std::vector<std::string> ids;
    const auto batch = log_->Read(partition, from, {.max_events = 1000, .wait = absl::ZeroDuration()});
    EXPECT_TRUE(batch.ok()) << batch.status();
    if (!batch.ok()) return ids;
    for (const Event& event : batch->events) ids.push_back(event.event.article_deleted().article_id());
    return ids;
  }

  std::string path_;
  EmbeddedLogOptions options_;
  std::unique_ptr<EmbeddedLog> log_;
};

TEST_F(EmbeddedLogTest, GivesBackWhatWasAppendedInOrderAcrossReopening) {
  Open();
  for (const char* id : {"a", "b", "c"}) ASSERT_TRUE(AppendOne(id).ok());
  EXPECT_THAT(Ids(Offset(0)), ::testing::ElementsAre("a", "b", "c"));
  Open();
  EXPECT_EQ(log_->EndOffset(Partition(0)), Offset(3));
  EXPECT_THAT(Ids(Offset(1)), ::testing::ElementsAre("b", "c"));
}

TEST_F(EmbeddedLogTest, PartitionsHaveOffsetsOfTheirOwn) {
  options_.partitions = 3;
  Open();
  ASSERT_TRUE(AppendOne("a", Partition(0)).ok());
  ASSERT_TRUE(AppendOne("b", Partition(2)).ok());
  ASSERT_TRUE(AppendOne("c", Partition(2)).ok());
  EXPECT_EQ(log_->EndOffset(Partition(0)), Offset(1));
  EXPECT_EQ(log_->EndOffset(Partition(1)), Offset(0));
  EXPECT_THAT(Ids(Offset(0), Partition(2)), ::testing::ElementsAre("b", "c"));
  EXPECT_FALSE(log_->Read(Partition(3), Offset(0), {}).ok());
}

TEST_F(EmbeddedLogTest, AnotherNumberOfPartitionsIsRefused) {
  Open();
  log_.reset();
  options_.partitions = 2;
  EXPECT_EQ(EmbeddedLog::Open(options_).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(EmbeddedLogTest, WithoutANumberOfPartitionsALogHasOneOrKeepsItsOwn) {
  options_.partitions = 0;
  Open();
  EXPECT_EQ(log_->partition_count(), 1u);
  log_.reset();
  std::filesystem::remove_all(path_);
  options_.partitions = 3;
  Open();
  ASSERT_TRUE(AppendOne("a", Partition(2)).ok());
  options_.partitions = 0;
  Open();
  EXPECT_EQ(log_->partition_count(), 3u);
  EXPECT_THAT(Ids(Offset(0), Partition(2)), ::testing::ElementsAre("a"));
}

TEST_F(EmbeddedLogTest, ASecondOpeningIsRefused) {
  Open();
  const absl::Status status = EmbeddedLog::Open(options_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
}

TEST_F(EmbeddedLogTest, AnUnexpectedOffsetAbortsTheWholeBatch) {
  Open();
  AppendBatch batch;
  batch.events.push_back({Partition(0), Offset(0), Deletion("a")});
  batch.events.push_back({Partition(0), Offset(2), Deletion("b")});
  batch.state.push_back({"key", "value"});
  EXPECT_EQ(log_->Append(batch).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(log_->EndOffset(Partition(0)), Offset(0));
  EXPECT_EQ(*log_->GetState("key"), std::nullopt);
}

TEST_F(EmbeddedLogTest, StateChangesWithTheEventsAndSurvivesReopening) {
  Open();
  AppendBatch batch;
  batch.events.push_back({Partition(0), Offset(0), Deletion("a")});
  batch.state = {{"k1", "one"}, {"k2", "two"}, {"l", "other"}};
  ASSERT_TRUE(log_->Append(batch).ok());
  ASSERT_TRUE(log_->Append({.events = {}, .state = {{"k1", std::nullopt}}}).ok());
  Open();
  EXPECT_EQ(*log_->GetState("k1"), std::nullopt);
  EXPECT_EQ(*log_->GetState("k2"), "two");
  const auto entries = log_->ScanState("k", "l", 10);
  ASSERT_TRUE(entries.ok());
  ASSERT_EQ(entries->size(), 1u);
  EXPECT_EQ(entries->front().key, "k2");
}

TEST_F(EmbeddedLogTest, ReadsAreBoundedByEventsAndBytes) {
  Open();
  AppendBatch batch;
  for (int i = 0; i < 10; ++i) {
    batch.events.push_back({Partition(0), Offset(i), Deletion(std::string(1000, 'x'))});
  }
  ASSERT_TRUE(log_->Append(batch).ok());
  EXPECT_EQ(log_->Read(Partition(0), Offset(0), {.max_events = 4})->events.size(), 4u);
  EXPECT_EQ(log_->Read(Partition(0), Offset(0), {.max_bytes = 2500})->events.size(), 2u);
  EXPECT_EQ(log_->Read(Partition(0), Offset(0), {.max_bytes = 1})->events.size(), 1u);
}

TEST_F(EmbeddedLogTest, ReadingPastTheEndIsOutOfRangeAndAtTheEndIsEmpty) {
  Open();
  ASSERT_TRUE(AppendOne("a").ok());
  const auto empty = log_->Read(Partition(0), Offset(1), {.wait = absl::Milliseconds(1)});
  ASSERT_TRUE(empty.ok());
  EXPECT_TRUE(empty->events.empty());
  EXPECT_EQ(empty->end_offset, Offset(1));
  EXPECT_EQ(log_->Read(Partition(0), Offset(2), {}).status().code(), absl::StatusCode::kOutOfRange);
}

TEST_F(EmbeddedLogTest, AWaitingReaderWakesForTheFirstEvent) {
  Open();
  std::thread writer([&] { ASSERT_TRUE(AppendOne("a").ok()); });
  const auto batch = log_->Read(Partition(0), Offset(0), {.wait = absl::Seconds(30)});
  writer.join();
  ASSERT_TRUE(batch.ok());
  EXPECT_EQ(batch->events.size(), 1u);
}

TEST_F(EmbeddedLogTest, RefusesWhileFreeSpaceIsBelowTheReserveAndTakesAgainAfterwards) {
  std::atomic<uint64_t> free_bytes = 1000;
  options_.disk_reserve_bytes = 500;
  options_.free_bytes = [&](const std::string&) -> absl::StatusOr<uint64_t> { return free_bytes.load(); };
  Open();
  ASSERT_TRUE(AppendOne("a").ok());
  free_bytes = 499;
  const absl::Status refused = AppendOne("b");
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused), "DISK_NEARLY_FULL");
  EXPECT_TRUE(RetryDelayOf(refused).has_value());
  EXPECT_FALSE(log_->Describe().admission.ok());
  EXPECT_TRUE(log_->Append({.events = {}, .state = {{"k", "v"}}}).ok()) << "expiry must go on";
  free_bytes = 500;
  EXPECT_TRUE(AppendOne("b").ok());
  EXPECT_THAT(Ids(Offset(0)), ::testing::ElementsAre("a", "b"));
}

TEST_F(EmbeddedLogTest, DescribingLooksAtNoDisk) {
  int looks = 0;
  options_.disk_reserve_bytes = 500;
  options_.free_bytes = [&](const std::string&) -> absl::StatusOr<uint64_t> { return ++looks, 1000; };
  Open();
  const int looks_before = looks;
  EXPECT_EQ(log_->Describe().disk_free_bytes, 1000u);
  EXPECT_TRUE(log_->Describe().admission.ok());
  EXPECT_EQ(looks, looks_before);
  ASSERT_TRUE(log_->RunMaintenance().ok());
  EXPECT_GT(looks, looks_before);
}

class RetentionTest : public EmbeddedLogTest {
 protected:
  RetentionTest() {
    options_.range_bytes = 1;  // every event is a range
    options_.clock = [this] { return now_; };
  }

  void AppendAtSeconds(std::vector<int> seconds) {
    for (int s : seconds) ASSERT_TRUE(AppendOne(Cat("at-", s), Partition(0), absl::FromUnixSeconds(s)).ok());
  }

  absl::Time now_ = absl::FromUnixSeconds(100);
};

TEST_F(RetentionTest, ByAgeDropsOldEventsForGood) {
  options_.retention_age = absl::Seconds(50);
  Open();
  AppendAtSeconds({10, 20, 60, 70});
  ASSERT_TRUE(log_->RunMaintenance().ok());
  const absl::Status dropped = log_->Read(Partition(0), Offset(1), {}).status();
  EXPECT_EQ(dropped.code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(ReasonOf(dropped), "EVENTS_DROPPED");
  EXPECT_THAT(Ids(Offset(2)), ::testing::ElementsAre("at-60", "at-70"));
  Open();
  EXPECT_EQ(log_->Describe().partitions[0].first_offset, Offset(2));
  EXPECT_EQ(log_->EndOffset(Partition(0)), Offset(4));
  ASSERT_TRUE(AppendOne("new").ok());
  EXPECT_THAT(Ids(Offset(3)), ::testing::ElementsAre("at-70", "new"));
}

TEST_F(RetentionTest, WaitsForANamedConsumer) {
  options_.retention_age = absl::Seconds(1);
  options_.consumers = {"indexer"};
  Open();
  AppendAtSeconds({10, 20, 30});
  ASSERT_TRUE(log_->RunMaintenance().ok());
  EXPECT_EQ(log_->Describe().partitions[0].first_offset, Offset(0)) << "it has not reported yet";
  log_->NewReader("indexer")->ReportConsumed(Partition(0), Offset(1));
  ASSERT_TRUE(log_->RunMaintenance().ok());
  EXPECT_EQ(log_->Describe().partitions[0].first_offset, Offset(1));
}

TEST_F(RetentionTest, WaitsAfterReopeningForAConsumerThatNeverReported) {
  options_.retention_age = absl::Seconds(1);
  Open();
  AppendAtSeconds({10, 20, 30});
  ASSERT_TRUE(log_->RegisterConsumer("second", Partition(0)).ok());
  Open();
  ASSERT_TRUE(log_->RunMaintenance().ok());
  EXPECT_EQ(log_->Describe().partitions[0].first_offset, Offset(0));
}

TEST_F(RetentionTest, ForgetsAConsumerForGoodUntilItReadsAgain) {
  options_.retention_age = absl::Seconds(1);
  Open();
  AppendAtSeconds({10, 20, 30});
  for (const char* name : {"gone", "stays"}) ASSERT_TRUE(log_->RegisterConsumer(name, Partition(0)).ok());
  log_->ReportConsumed("stays", Partition(0), Offset(1));
  options_.consumers = {"gone"};
  options_.forgotten_consumers = {"gone", "never was"};
  log_.reset();
  EXPECT_EQ(FieldOf(EmbeddedLog::Open(options_).status()), "consumer") << "awaited and forgotten";

  options_.consumers.clear();
  Open();
  EXPECT_THAT(log_->forgotten_consumers(), ::testing::ElementsAre("gone"));
  EXPECT_EQ(log_->Consumed("gone", Partition(0)), std::nullopt);
  ASSERT_TRUE(log_->RunMaintenance().ok());
  EXPECT_EQ(log_->Describe().partitions[0].first_offset, Offset(1)) << "the other one is waited for";
  options_.forgotten_consumers.clear();
  Open();
  EXPECT_EQ(log_->Consumed("gone", Partition(0)), std::nullopt);
  ASSERT_TRUE(log_->RegisterConsumer("gone", Partition(0)).ok());
  EXPECT_EQ(log_->Consumed("gone", Partition(0)), Offset(0));
}

TEST_F(RetentionTest, AwaitsANameOfTheOptionsOnlyWhileTheyHaveIt) {
  options_.retention_age = absl::Seconds(1);
  options_.consumers = {"mistyped"};
  Open();
  AppendAtSeconds({10, 20, 30});
  options_.consumers.clear();
  Open();
  ASSERT_TRUE(log_->RunMaintenance().ok());
  EXPECT_EQ(log_->Describe().partitions[0].first_offset, Offset(2));
}

TEST_F(RetentionTest, AConsumerOfOnePartitionHoldsNoOtherOneBack) {
  options_.partitions = 2;
  options_.retention_age = absl::Seconds(1);
  options_.consumers = {"indexer"};
  Open();
  const Partition both[] = {Partition(0), Partition(1)};
  for (Partition partition : both) {
    for (const char* id : {"a", "b", "c"}) ASSERT_TRUE(AppendOne(id, partition, absl::FromUnixSeconds(10)).ok());
    log_->NewReader("indexer")->ReportConsumed(partition, Offset(3));
  }
  log_->NewReader("trial")->ReportConsumed(Partition(0), Offset(1));
  ASSERT_TRUE(log_->RunMaintenance().ok());
  EXPECT_EQ(log_->Describe().partitions[0].first_offset, Offset(1));
  EXPECT_EQ(log_->Describe().partitions[1].first_offset, Offset(2)) << "the trial reads another partition";
  EXPECT_EQ(log_->Describe().partitions[1].consumed_offset, Offset(3));
  Open();
  ASSERT_TRUE(AppendOne("d", Partition(1), absl::FromUnixSeconds(10)).ok());
  ASSERT_TRUE(log_->RunMaintenance().ok());
  EXPECT_EQ(log_->Describe().partitions[1].first_offset, Offset(3)) << "nor after reopening";
}

TEST_F(RetentionTest, ByBytesGivesDiskSpaceBack) {
  options_.range_bytes = 1 << 20;
  options_.retention_bytes = 8 << 20;
  Open();
  std::string noise(100'000, '\0');
  uint64_t seed = 1;
  for (int i = 0; i < 800; ++i) {
    for (char& c : noise)
      c = static_cast<char>('a' + ((seed = seed * 6364136223846793005u + 1442695040888963407u) >> 59));
    ASSERT_TRUE(AppendOne(noise).ok());
    if (i % 20 == 0) {
      ASSERT_TRUE(log_->RunMaintenance().ok());
    }
  }
  ASSERT_TRUE(log_->RunMaintenance().ok());
  const LogState state = log_->Describe();
  EXPECT_GT(state.partitions[0].first_offset, Offset(600));
  EXPECT_LT(state.log_bytes, 40u << 20) << "80 MB were appended";
}

TEST_F(EmbeddedLogTest, ConsumersProgressSurvivesReopening) {
  Open();
  for (const char* id : {"a", "b"}) ASSERT_TRUE(AppendOne(id).ok());
  log_->NewReader("indexer")->ReportConsumed(Partition(0), Offset(2));
  Open();
  EXPECT_EQ(log_->Consumed("indexer", Partition(0)), Offset(2));
  EXPECT_EQ(log_->Describe().partitions[0].consumed_offset, Offset(2));
}

TEST_F(EmbeddedLogTest, AConsumerMayStepBack) {
  Open();
  ASSERT_TRUE(AppendOne("a").ok());
  const auto reader = log_->NewReader("indexer");
  reader->ReportConsumed(Partition(0), Offset(1));
  reader->ReportConsumed(Partition(0), Offset(0));
  EXPECT_EQ(log_->Consumed("indexer", Partition(0)), Offset(0));
}

TEST_F(EmbeddedLogTest, NamesOfConsumersAreBoundedAndPrintable) {
  Open();
  const Partition partition(0);
  EXPECT_FALSE(log_->RegisterConsumer("", partition).ok());
  EXPECT_FALSE(log_->RegisterConsumer("in dexer", partition).ok());
  EXPECT_FALSE(log_->RegisterConsumer(std::string(65, 'a'), partition).ok());
  EXPECT_EQ(FieldOf(log_->RegisterConsumer("c", Partition(1))), "partition");
  for (int i = 0; i < 64; ++i) EXPECT_TRUE(log_->RegisterConsumer(Cat("c", i), partition).ok());
  EXPECT_EQ(log_->RegisterConsumer("one-more", partition).code(), absl::StatusCode::kResourceExhausted);
}

TEST_F(EmbeddedLogTest, ManyReadersSeeEveryEventOnceInOrderWhileItGrows) {
  Open();
  constexpr int kEvents = 300;
  std::vector<std::thread> readers;
  for (int r = 0; r < 3; ++r) {
    readers.emplace_back([&] {
      uint64_t next = 0;
      while (next < kEvents) {
        const auto batch = log_->Read(Partition(0), Offset(next), {.wait = absl::Seconds(5)});
        ASSERT_TRUE(batch.ok()) << batch.status();
        for (const Event& event : batch->events) ASSERT_EQ(event.event.article_deleted().article_id(), Cat(next++));
      }
    });
  }
  for (int i = 0; i < kEvents; ++i) ASSERT_TRUE(AppendOne(Cat(i)).ok());
  for (std::thread& reader : readers) reader.join();
}

TEST_F(EmbeddedLogTest, ListenersRunAfterEachAppendUntilRemoved) {
  Open();
  int calls = 0;
  const uint64_t id = log_->AddListener([&] { ++calls; });
  ASSERT_TRUE(AppendOne("a").ok());
  log_->RemoveListener(id);
  ASSERT_TRUE(AppendOne("b").ok());
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace factline::log
