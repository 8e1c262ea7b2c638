#include "indexer/apply/consumer.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/status.h"

namespace factline::apply {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;
using Turn = Consumer::Turn;

class NoExtractor : public extract::Extractor {
 public:
  extract::Extraction Extract(const text::Analysis&, const std::vector<Span>&) const override { return {}; }
  std::string_view Version() const override { return "none"; }
};

storage::v1::LogEvent ArticleEvent(const std::string& id, int64_t accepted = 0) {
  storage::v1::LogEvent event;
  event.mutable_accepted_time()->set_seconds(accepted);
  event.mutable_article_accepted()->mutable_article()->set_id(id);
  event.mutable_article_accepted()->mutable_article()->set_title("Title of " + id);
  return event;
}

// A log in memory, stepped by hand. Thread-safe.
class FakeLog : public log::Reader {
 public:
  absl::StatusOr<log::EventBatch> Read(Partition, Offset from, const log::ReadLimits& limits) override {
    const std::lock_guard lock(mutex_);
    last_limits = limits;
    if (!next_error.ok()) return std::exchange(next_error, absl::OkStatus());
    log::EventBatch batch;
    for (size_t i = from.value(); i < events_.size() && batch.events.size() < limits.max_events; ++i) {
      batch.events.push_back({Offset(i + skew), events_[i]});
    }
    batch.end_offset = Offset(events_.size());
    return batch;
  }
  void ReportConsumed(Partition, Offset offset) override {
    const std::lock_guard lock(mutex_);
    consumed.push_back(offset.value());
  }
  size_t size() {
    const std::lock_guard lock(mutex_);
    return events_.size();
  }
  void Append(storage::v1::LogEvent event) {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
  }

  absl::Status next_error;
  uint64_t skew = 0;
  log::ReadLimits last_limits;
  std::vector<uint64_t> consumed;

 private:
  std::mutex mutex_;
  std::vector<storage::v1::LogEvent> events_;
};

// An index that only remembers what was committed.
class FakeWriter : public store::Writer {
 public:
  Offset consumed_offset() const override { return Offset(consumed_.load()); }
  absl::Status Commit(std::vector<store::Change> changes, Offset consumed) override {
    if (!errors.empty()) {
      const absl::Status error = errors.front();
      errors.pop_front();
      if (!error.ok()) return error;
    }
    commits.emplace_back();
    for (const store::Change& change : changes) commits.back().push_back(change.id);
    consumed_ = consumed.value();
    return absl::OkStatus();
  }
  absl::StatusOr<bool> MergeOnce(const store::MergeRequest&) override { return false; }
  absl::StatusOr<bool> DropReplaced() override { return false; }
  absl::StatusOr<store::IndexInfo> Info() const override { return store::IndexInfo(); }

  absl::StatusOr<std::optional<storage::v1::DocRecord>> NewestDocument() const override { return newest; }
  // What an index holds that was made before.
  void Begin(uint64_t consumed, const std::string& id, uint64_t log_offset, int64_t accepted) {
    consumed_ = consumed;
    newest.emplace();
    newest->mutable_article()->set_id(id);
    newest->set_log_offset(log_offset);
    newest->mutable_indexed_time()->set_seconds(accepted);
  }

  std::deque<absl::Status> errors;
  std::vector<std::vector<std::string>> commits;
  std::optional<storage::v1::DocRecord> newest;

 private:
  std::atomic<uint64_t> consumed_ = 0;
};

class ConsumerTest : public testing::Test {
 protected:
  ConsumerTest() {
    options_.builder_threads = 0;
    options_.min_commit_interval = absl::ZeroDuration();
    options_.idle_wait = absl::Milliseconds(1);
    options_.min_retry = absl::Milliseconds(1);
    options_.max_gather = absl::Seconds(30);
    options_.clock = [] { return absl::FromUnixSeconds(5000); };
    options_.log = [this](Severity severity, std::string_view line) {
      lines_.push_back(Cat(std::string(1, "IWE"[static_cast<int>(severity)]), " ", line));
    };
  }

  Consumer& Make() {
    consumer_ = std::make_unique<Consumer>(log_, writer_, builder_, options_);
    return *consumer_;
  }
  std::vector<std::string> Committed() const {
    std::vector<std::string> all;
    for (const auto& commit : writer_.commits) all.insert(all.end(), commit.begin(), commit.end());
    return all;
  }

  const text::Analyzer analyzer_;
  const NoExtractor extractor_;
  const DocumentBuilder builder_{analyzer_, extractor_};
  FakeLog log_;
  FakeWriter writer_;
  ConsumerOptions options_;
  std::vector<std::string> lines_;
  std::unique_ptr<Consumer> consumer_;
};

TEST_F(ConsumerTest, EventsCloseTogetherShareACommitUntilABatchIsFull) {
  options_.min_commit_interval = absl::InfiniteDuration();
  options_.max_batch_events = 3;
  Consumer& consumer = Make();
  log_.Append(ArticleEvent("first"));
  EXPECT_EQ(*consumer.Step(), Turn::kCommitted);
  for (const char* id : {"a", "b"}) {
    log_.Append(ArticleEvent(id));
    EXPECT_EQ(*consumer.Step(), Turn::kIdle);
  }
  log_.Append(ArticleEvent("c"));
  EXPECT_EQ(*consumer.Step(), Turn::kCommitted);
  EXPECT_THAT(writer_.commits, ElementsAre(ElementsAre("first"), ElementsAre("a", "b", "c")));
}

TEST_F(ConsumerTest, WhatWaitsForACommitIsBuiltMeanwhile) {
  options_.min_commit_interval = absl::InfiniteDuration();
  Consumer& consumer = Make();
  log_.Append(ArticleEvent("first"));
  EXPECT_EQ(*consumer.Step(), Turn::kCommitted);
  log_.Append(ArticleEvent("second"));
  EXPECT_EQ(*consumer.Step(), Turn::kIdle);  // read, not begun
  EXPECT_EQ(*consumer.Step(), Turn::kIdle);
  EXPECT_EQ(log_.last_limits.wait, absl::ZeroDuration()) << "it was built, and there may be more";
  EXPECT_EQ(*consumer.Step(), Turn::kIdle);
  EXPECT_EQ(log_.last_limits.wait, options_.idle_wait) << "nothing is left to build";
}

TEST_F(ConsumerTest, ACommitIsDueOnceTheIntervalHasPassed) {
  options_.min_commit_interval = absl::Milliseconds(5);
  Consumer& consumer = Make();
  log_.Append(ArticleEvent("first"));
  EXPECT_EQ(*consumer.Step(), Turn::kCommitted);
  log_.Append(ArticleEvent("second"));
  for (int turns = 0; *consumer.Step() != Turn::kCommitted; ++turns) ASSERT_LT(turns, 1'000'000);
  EXPECT_THAT(writer_.commits, ElementsAre(ElementsAre("first"), ElementsAre("second")));
}

TEST_F(ConsumerTest, AnErrorOfTheLogHoldsNoCommitBack) {
  options_.min_commit_interval = absl::InfiniteDuration();
  Consumer& consumer = Make();
  log_.Append(ArticleEvent("first"));
  EXPECT_EQ(*consumer.Step(), Turn::kCommitted);
  log_.Append(ArticleEvent("second"));
  EXPECT_EQ(*consumer.Step(), Turn::kIdle);
  log_.next_error = absl::UnavailableError("gone");
  EXPECT_EQ(*consumer.Step(), Turn::kCommitted);
}

TEST_F(ConsumerTest, TheLastEventsAreNotWaitedWith) {
  options_.min_commit_interval = absl::InfiniteDuration();
  options_.end_offset_exclusive = Offset(2);
  Consumer& consumer = Make();
  log_.Append(ArticleEvent("a"));
  EXPECT_EQ(*consumer.Step(), Turn::kCommitted);
  log_.Append(ArticleEvent("b"));
  EXPECT_EQ(*consumer.Step(), Turn::kCommitted);
  EXPECT_EQ(*consumer.Step(), Turn::kEnded);
}

TEST_F(ConsumerTest, ALoneEventIsCommittedAtOnceAndReported) {
  Consumer& consumer = Make();
  EXPECT_EQ(*consumer.Step(), Turn::kIdle);
  log_.Append(ArticleEvent("a"));
  EXPECT_EQ(*consumer.Step(), Turn::kCommitted);
  EXPECT_THAT(writer_.commits, ElementsAre(ElementsAre("a")));
  EXPECT_THAT(log_.consumed, ElementsAre(1));
  const Progress progress = consumer.progress();
  EXPECT_EQ(progress.indexed_offset, Offset(1));
  EXPECT_EQ(progress.lag_events(), 0);
  EXPECT_EQ(progress.heard_time, absl::FromUnixSeconds(5000));
  EXPECT_EQ(progress.stall, "");
  EXPECT_EQ(progress.oldest_waiting_time, std::nullopt);
}

TEST_F(ConsumerTest, TellsByItsOwnClockSinceWhenEventsWait) {
  options_.min_commit_interval = absl::InfiniteDuration();
  options_.max_batch_events = 3;
  int64_t now = 5000;
  options_.clock = [&now] { return absl::FromUnixSeconds(now); };
  Consumer& consumer = Make();
  log_.Append(ArticleEvent("first"));
  EXPECT_EQ(*consumer.Step(), Turn::kCommitted);
  EXPECT_EQ(consumer.progress().waiting_since, std::nullopt);
  for (const char* id : {"a", "b"}) {  // accepted in 1970
    log_.Append(ArticleEvent(id));
    EXPECT_EQ(*consumer.Step(), Turn::kIdle);
    now += 10;
  }
  EXPECT_EQ(consumer.progress().waiting_since, absl::FromUnixSeconds(5000));
  log_.Append(ArticleEvent("c"));
  EXPECT_EQ(*consumer.Step(), Turn::kCommitted);
  EXPECT_EQ(consumer.progress().waiting_since, std::nullopt);
}

TEST_F(ConsumerTest, ABacklogIsCommittedInBoundedBatchesInOrder) {
  options_.max_batch_events = 4;
  for (int i = 0; i < 10; ++i) log_.Append(ArticleEvent(Cat(i), 100 + i));
  Consumer& consumer = Make();
  EXPECT_EQ(*consumer.Step(), Turn::kCommitted);
  EXPECT_EQ(consumer.progress().lag_events(), 6);
  EXPECT_EQ(consumer.progress().oldest_waiting_time, absl::FromUnixSeconds(103)) << "none of the waiting is older";
  EXPECT_EQ(*consumer.Step(), Turn::kCommitted);
  EXPECT_EQ(*consumer.Step(), Turn::kCommitted);
  EXPECT_THAT(writer_.commits, ElementsAre(SizeIs(4), SizeIs(4), SizeIs(2)));
  EXPECT_THAT(Committed(), ElementsAre("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));
  EXPECT_EQ(consumer.progress().lag_events(), 0);
}

TEST_F(ConsumerTest, ABatchIsBoundedByBytes) {
  options_.max_batch_bytes = 1;
  for (int i = 0; i < 3; ++i) log_.Append(ArticleEvent(Cat(i)));
  Consumer& consumer = Make();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(*consumer.Step(), Turn::kCommitted);
  EXPECT_THAT(writer_.commits, ElementsAre(ElementsAre("0"), ElementsAre("1"), ElementsAre("2")));
  EXPECT_EQ(log_.last_limits.max_bytes, 1);
}

TEST_F(ConsumerTest, WorkersKeepTheOrderOfTheLog) {
  options_.builder_threads = 3;
  options_.end_offset_exclusive = Offset(500);
  for (int i = 0; i < 500; ++i) {
    storage::v1::LogEvent event = ArticleEvent(Cat(i));
    event.mutable_article_accepted()->mutable_article()->set_body(std::string(static_cast<size_t>(i % 7) * 2000, 'x'));
    log_.Append(event);
  }
  ASSERT_TRUE(Make().Run().ok());
  const std::vector<std::string> committed = Committed();
  ASSERT_THAT(committed, SizeIs(500));
  for (int i = 0; i < 500; ++i) EXPECT_EQ(committed[static_cast<size_t>(i)], Cat(i));
}

TEST_F(ConsumerTest, ALogThatIsAwayIsAskedAgain) {
  Consumer& consumer = Make();
  log_.Append(ArticleEvent("a"));
  log_.next_error = absl::UnavailableError("no connection");
  EXPECT_EQ(*consumer.Step(), Turn::kRetry);
  EXPECT_THAT(consumer.progress().stall, HasSubstr("no connection"));
  EXPECT_EQ(*consumer.Step(), Turn::kCommitted);
  EXPECT_EQ(consumer.progress().stall, "");
  EXPECT_THAT(lines_, ElementsAre(StartsWith("W the log does not answer"), "I indexing goes on"));
}

TEST_F(ConsumerTest, DroppedEventsEndTheRunWithTheirReason) {
  Consumer& consumer = Make();
  log_.next_error = WithReason(absl::OutOfRangeError("first is 100"), "EVENTS_DROPPED");
  const absl::Status status = consumer.Run();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_EQ(ReasonOf(status), "EVENTS_DROPPED");
  EXPECT_THAT(consumer.progress().stall, HasSubstr("first is 100"));
}

TEST_F(ConsumerTest, AnIndexAheadOfTheLogEndsTheRun) {
  log_.next_error = absl::OutOfRangeError("the log ends at 5");
  EXPECT_TRUE(absl::IsFailedPrecondition(Make().Run()));
  EXPECT_THAT(lines_, ElementsAre(StartsWith("E the index is ahead of the log")));
}

TEST_F(ConsumerTest, AnIndexGoesOnWithTheLogItWasMadeFrom) {
  for (const char* id : {"a", "b", "c"}) log_.Append(ArticleEvent(id, 7));
  writer_.Begin(2, "a", 0, 7);
  Consumer& consumer = Make();
  EXPECT_EQ(*consumer.Step(), Turn::kCommitted);
  EXPECT_THAT(writer_.commits, ElementsAre(SizeIs(1))) << "what is in the index is not applied again";
  EXPECT_EQ(writer_.consumed_offset(), Offset(3));
}

TEST_F(ConsumerTest, AnIndexWhoseEventRetentionDroppedGoesOn) {
  for (const char* id : {"a", "b", "c"}) log_.Append(ArticleEvent(id, 7));
  writer_.Begin(2, "a", 0, 7);
  log_.next_error = WithReason(absl::OutOfRangeError("the first is 2"), "EVENTS_DROPPED");
  Consumer& consumer = Make();
  EXPECT_EQ(*consumer.Step(), Turn::kRetry);
  EXPECT_EQ(*consumer.Step(), Turn::kCommitted);
  EXPECT_EQ(writer_.consumed_offset(), Offset(3));
}

// A log that was restored from an older backup, and has grown since beyond what the index had consumed.
TEST_F(ConsumerTest, AnIndexOfAnotherLogEndsTheRunAlsoWhereTheOffsetsWouldFit) {
  for (const char* id : {"a", "x", "y", "z"}) log_.Append(ArticleEvent(id, 7));
  for (const auto& [id, accepted] : {std::pair("b", 7), std::pair("x", 8)}) {
    writer_.Begin(2, id, 1, accepted);
    const absl::Status status = Make().Run();
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("event 1 of the log is not the one"));
    EXPECT_THAT(writer_.commits, IsEmpty());
  }
  writer_.Begin(5, "z", 3, 7);
  EXPECT_THAT(std::string(Make().Run().message()), HasSubstr("consumed the events before 5, but the log ends at 4"));
}

TEST_F(ConsumerTest, ALogThatCanNeverBeReadEndsTheRun) {
  for (const absl::Status& error : {absl::DataLossError("offset 0: the sum does not match"),
                                    absl::InvalidArgumentError("partition is 5; the log has 1, from 0")}) {
    lines_.clear();
    log_.next_error = error;
    Consumer& consumer = Make();
    const absl::Status status = consumer.Run();
    EXPECT_EQ(status.code(), error.code());
    EXPECT_THAT(std::string(status.message()), HasSubstr(std::string(error.message())));
    EXPECT_THAT(lines_, ElementsAre(StartsWith("E the log cannot be read from offset 0 on")));
  }
}

TEST_F(ConsumerTest, OffsetsThatDoNotAddUpEndTheRun) {
  log_.Append(ArticleEvent("a"));
  log_.skew = 1;
  EXPECT_TRUE(absl::IsDataLoss(Make().Run()));
  EXPECT_THAT(writer_.commits, IsEmpty());
}

TEST_F(ConsumerTest, WhatCannotBeAppliedIsCountedToldAndPassed) {
  log_.Append(ArticleEvent("a"));
  log_.Append(storage::v1::LogEvent());
  storage::v1::LogEvent half = ArticleEvent("b");
  half.mutable_article_accepted()->mutable_article()->add_chunks()->mutable_span()->set_end(9);
  log_.Append(half);
  Consumer& consumer = Make();
  EXPECT_EQ(*consumer.Step(), Turn::kCommitted);
  EXPECT_THAT(Committed(), ElementsAre("a", "b"));
  EXPECT_EQ(consumer.progress().indexed_offset, Offset(3));
  EXPECT_EQ(consumer.progress().skipped_events, 1);
  EXPECT_EQ(consumer.progress().degraded_events, 1);
  EXPECT_THAT(lines_, ElementsAre("I indexing goes on", StartsWith("E event 1 was skipped"),
                                  StartsWith("W event 2 was indexed in part")));
  EXPECT_THAT(consumer.progress().last_problem, HasSubstr("event 2 was indexed in part"));
}

TEST_F(ConsumerTest, AProblemIsCountedOnceHoweverManyCommitsFail) {
  log_.Append(storage::v1::LogEvent());
  writer_.errors = {absl::UnavailableError("busy"), absl::UnavailableError("busy")};
  Consumer& consumer = Make();
  EXPECT_EQ(*consumer.Step(), Turn::kRetry);
  EXPECT_EQ(consumer.progress().skipped_events, 0);
  EXPECT_EQ(*consumer.Step(), Turn::kRetry);
  EXPECT_EQ(*consumer.Step(), Turn::kCommitted);
  EXPECT_EQ(consumer.progress().skipped_events, 1);
  EXPECT_EQ(std::count_if(lines_.begin(), lines_.end(),
                          [](const std::string& line) { return line.find("was skipped") != std::string::npos; }),
            1);
}

TEST_F(ConsumerTest, ABatchOfNothingButSkippedEventsStillMovesTheOffset) {
  log_.Append(storage::v1::LogEvent());
  EXPECT_EQ(*Make().Step(), Turn::kCommitted);
  EXPECT_EQ(writer_.consumed_offset(), Offset(1));
}

TEST_F(ConsumerTest, NothingIsReadOrWrittenBelowTheDiskReserve) {
  uint64_t free = 999;
  options_.disk_reserve_bytes = 1000;
  options_.free_bytes = [&free] { return free; };
  log_.Append(ArticleEvent("a"));
  Consumer& consumer = Make();
  EXPECT_EQ(*consumer.Step(), Turn::kRetry);
  EXPECT_THAT(consumer.progress().stall, HasSubstr("disk"));
  free = 1020;
  EXPECT_EQ(*consumer.Step(), Turn::kRetry) << "only once there is some room above the reserve";
  free = 1051;
  EXPECT_EQ(*consumer.Step(), Turn::kCommitted);
  EXPECT_EQ(consumer.progress().stall, "");
}

TEST_F(ConsumerTest, AFailedCommitIsBuiltAnewFromTheIndexsOffset) {
  for (int i = 0; i < 3; ++i) log_.Append(ArticleEvent(Cat(i)));
  writer_.errors = {absl::OkStatus(), absl::InternalError("input/output error")};
  options_.max_batch_events = 1;
  Consumer& consumer = Make();
  EXPECT_EQ(*consumer.Step(), Turn::kCommitted);
  EXPECT_EQ(*consumer.Step(), Turn::kRetry);
  EXPECT_THAT(consumer.progress().stall, HasSubstr("input/output error"));
  EXPECT_EQ(*consumer.Step(), Turn::kCommitted);
  EXPECT_EQ(*consumer.Step(), Turn::kCommitted);
  EXPECT_THAT(Committed(), ElementsAre("0", "1", "2"));
}

TEST_F(ConsumerTest, CommitsThatGoOnFailingEndTheRun) {
  log_.Append(ArticleEvent("a"));
  options_.max_commit_failures = 3;
  writer_.errors.assign(10, absl::InternalError("no"));
  EXPECT_TRUE(absl::IsInternal(Make().Run()));
  EXPECT_THAT(writer_.errors, SizeIs(7));
}

TEST_F(ConsumerTest, ACorruptIndexEndsTheRunAtOnce) {
  log_.Append(ArticleEvent("a"));
  writer_.errors.assign(2, absl::DataLossError("bad block"));
  EXPECT_TRUE(absl::IsDataLoss(Make().Run()));
  EXPECT_THAT(writer_.errors, SizeIs(1));
}

TEST_F(ConsumerTest, RunEndsAtTheEndOffsetAndNotBehindIt) {
  for (int i = 0; i < 5; ++i) log_.Append(ArticleEvent(Cat(i)));
  options_.end_offset_exclusive = Offset(3);
  ASSERT_TRUE(Make().Run().ok());
  EXPECT_THAT(Committed(), ElementsAre("0", "1", "2"));
  EXPECT_THAT(log_.consumed, testing::Not(IsEmpty()));
}

TEST_F(ConsumerTest, StopEndsARunThatWaitsToRetry) {
  options_.min_retry = options_.max_retry = absl::Hours(1);
  Consumer& consumer = Make();
  log_.next_error = absl::UnavailableError("away");
  std::thread run([&consumer] { EXPECT_TRUE(consumer.Run().ok()); });
  while (consumer.progress().stall.find("away") == std::string::npos) std::this_thread::yield();
  consumer.Stop();
  run.join();
}

TEST_F(ConsumerTest, StopEndsARunThatHasNothingToDo) {
  Consumer& consumer = Make();
  std::thread run([&consumer] { EXPECT_TRUE(consumer.Run().ok()); });
  while (!consumer.progress().heard_time.has_value()) std::this_thread::yield();
  consumer.Stop();
  run.join();
}

TEST_F(ConsumerTest, EventsOfSampledTracesAreToldOfOnceTheyAreCommitted) {
  constexpr char kSampled[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  constexpr char kUnsampled[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
  std::vector<std::string> told;
  options_.traced = [&](const TracedCommit& commit) {
    told.push_back(Cat(commit.traceparent, " ", commit.offset.value(), " ", commit.id, " ",
                       commit.kind.has_value() ? Cat(static_cast<int>(*commit.kind)) : "none", " ",
                       absl::ToInt64Seconds(commit.committed_time - commit.accepted_time)));
  };
  writer_.errors = {absl::UnavailableError("disk is gone")};
  for (const char* traceparent : {"", kUnsampled, kSampled}) {
    storage::v1::LogEvent event = ArticleEvent(Cat("a", log_.size()), 4990);
    event.set_traceparent(traceparent);
    log_.Append(event);
  }
  storage::v1::LogEvent nothing;
  nothing.mutable_accepted_time()->set_seconds(4999);
  nothing.set_traceparent(kSampled);
  log_.Append(nothing);
  storage::v1::LogEvent deletion;
  deletion.mutable_accepted_time()->set_seconds(4999);
  deletion.mutable_article_deleted()->set_article_id("a2");
  deletion.set_traceparent(kSampled);
  log_.Append(deletion);
  Consumer& consumer = Make();
  EXPECT_EQ(*consumer.Step(), Turn::kRetry);
  EXPECT_THAT(told, IsEmpty()) << "the commit failed";
  EXPECT_EQ(*consumer.Step(), Turn::kCommitted);
  EXPECT_THAT(told, ElementsAre(Cat(kSampled, " 2 a2 0 10"), Cat(kSampled, " 3  none 1"), Cat(kSampled, " 4 a2 1 1")));
}

TEST_F(ConsumerTest, ProgressCountsWhatWasCommitted) {
  log_.Append(ArticleEvent("a", 4990));
  log_.Append(ArticleEvent("b", 4999));
  storage::v1::LogEvent deletion;
  deletion.mutable_accepted_time()->set_seconds(5000);
  deletion.mutable_article_deleted()->set_article_id("a");
  log_.Append(deletion);
  Consumer& consumer = Make();
  EXPECT_EQ(*consumer.Step(), Turn::kCommitted);
  const Progress progress = consumer.progress();
  EXPECT_EQ(progress.commits, 1u);
  EXPECT_EQ(progress.articles, 2u);
  EXPECT_EQ(progress.deletions, 1u);
  EXPECT_EQ(progress.pending_events, 0u);
  const DurationHistogram::Counts times = consumer.commit_times();
  EXPECT_EQ(times.sum, absl::Seconds(11));
  EXPECT_EQ(times.of_class[0], 1u);
}

TEST_F(ConsumerTest, ProgressIsSafeToReadWhileItRuns) {
  options_.builder_threads = 2;
  options_.log = nullptr;
  Consumer& consumer = Make();
  std::thread run([&consumer] { EXPECT_TRUE(consumer.Run().ok()); });
  for (int i = 0; i < 200; ++i) {
    log_.Append(ArticleEvent(Cat(i)));
    const Progress progress = consumer.progress();
    EXPECT_LE(progress.indexed_offset, progress.log_end_offset);
  }
  while (consumer.progress().indexed_offset.value() < 200) std::this_thread::yield();
  consumer.Stop();
  run.join();
  EXPECT_THAT(Committed(), SizeIs(200));
}

}  // namespace
}  // namespace factline::apply
