#include "indexer/apply/merger.h"

#include <time.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/vocab/status.h"

namespace factline::apply {
namespace {

using ::testing::ElementsAre;

class FakeWriter : public store::Writer {
 public:
  Offset consumed_offset() const override { return Offset(0); }
  absl::Status Commit(std::vector<store::Change>, Offset) override { return absl::OkStatus(); }
  absl::StatusOr<bool> MergeOnce(const store::MergeRequest& given) override {
    request = given;
    return merge();
  }
  absl::StatusOr<bool> DropReplaced() override {
    ++drops;
    return false;
  }
  absl::StatusOr<store::IndexInfo> Info() const override { return info; }

  store::MergeRequest request;  // of the last merge
  store::IndexInfo info;
  int drops = 0;
  std::function<absl::StatusOr<bool>()> merge;
};

MergerOptions Quick() {
  MergerOptions options;
  options.idle_wait = absl::ZeroDuration();
  options.error_wait = absl::ZeroDuration();
  return options;
}

TEST(MergerTest, MergesUntilStoppedAndTellsOfFailures) {
  FakeWriter writer;
  std::vector<std::string> lines;
  MergerOptions options = Quick();
  options.log = [&lines](std::string_view line) { lines.emplace_back(line); };
  Merger merger(writer, options);
  int calls = 0;
  writer.merge = [&]() -> absl::StatusOr<bool> {
    ++calls;
    if (calls == 2) return absl::InternalError("bad sector");
    if (calls == 5) merger.Stop();
    return calls == 1;
  };
  std::thread([&merger] { merger.Run(); }).join();
  EXPECT_EQ(calls, 5);
  EXPECT_THAT(lines, ElementsAre("a merge failed: bad sector"));
}

TEST(MergerTest, WhileNoMergeMayBeginReplacedSegmentsAreStillDropped) {
  FakeWriter writer;
  writer.merge = []() -> absl::StatusOr<bool> {
    ADD_FAILURE() << "merged";
    return false;
  };
  MergerOptions options = Quick();
  Merger* stopped = nullptr;
  int asked = 0;
  options.may_merge = [&stopped, &asked] {
    if (++asked == 3) stopped->Stop();
    return false;
  };
  Merger merger(writer, options);
  stopped = &merger;
  std::thread([&merger] { merger.Run(); }).join();
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(writer.drops, 3);
}

TEST(MergerTest, StopEndsAWaitAtOnce) {
  FakeWriter writer;
  std::promise<void> merged;
  writer.merge = [&merged] {
    merged.set_value();
    return false;
  };
  MergerOptions options;
  options.idle_wait = absl::Hours(1);
  Merger merger(writer, options);
  auto run = std::async(std::launch::async, [&merger] { merger.Run(); });
  merged.get_future().wait();
  EXPECT_EQ(run.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout) << "it waits for no hour";
  merger.Stop();
  if (run.wait_for(std::chrono::seconds(30)) != std::future_status::ready) {
    std::fputs("Stop did not end the wait\n", stderr);
    std::abort();  // the thread cannot be joined
  }
}

// Calls checkpoints of a merge until this thread has computed for `work`; what the pauses took.
absl::StatusOr<absl::Duration> PausesOf(const store::MergeRequest& request, absl::Duration work) {
  const auto cpu_time = [] {
    timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return absl::DurationFromTimespec(time);
  };
  const absl::Time begin = absl::Now();
  const absl::Duration begin_cpu = cpu_time();
  while (cpu_time() - begin_cpu < work) FL_RETURN_IF_ERROR(request.checkpoint());
  return absl::Now() - begin - (cpu_time() - begin_cpu);
}

TEST(MergerTest, AMergeTakesItsShareOfACoreOnly) {
  FakeWriter writer;
  writer.info.segments.resize(3);
  MergerOptions options = Quick();
  options.cpu_share = 0.1;
  options.max_paced_segments = 3;
  Merger merger(writer, options);
  absl::Duration pauses;
  writer.merge = [&]() -> absl::StatusOr<bool> {
    const absl::StatusOr<absl::Duration> found = PausesOf(writer.request, absl::Milliseconds(20));
    EXPECT_TRUE(found.ok());
    pauses = found.value_or(absl::ZeroDuration());
    merger.Stop();
    return true;
  };
  std::thread([&merger] { merger.Run(); }).join();
  EXPECT_GE(pauses, absl::Milliseconds(100));
}

TEST(MergerTest, AMergeIsNotPausedWhileMergesAreBehind) {
  FakeWriter writer;
  writer.info.segments.resize(4);
  MergerOptions options = Quick();
  options.cpu_share = 1e-9;  // a single pause would be of weeks
  options.max_paced_segments = 3;
  Merger merger(writer, options);
  writer.merge = [&]() -> absl::StatusOr<bool> {
    EXPECT_TRUE(PausesOf(writer.request, absl::Milliseconds(20)).ok());
    merger.Stop();
    return true;
  };
  std::thread([&merger] { merger.Run(); }).join();
}

TEST(MergerTest, AMergeStandsStillWhileArticlesWait) {
  FakeWriter writer;
  MergerOptions options = Quick();
  int asked = 0;
  options.should_wait = [&asked] { return ++asked <= 20; };
  Merger merger(writer, options);
  absl::Duration pauses;
  writer.merge = [&]() -> absl::StatusOr<bool> {
    const absl::StatusOr<absl::Duration> found = PausesOf(writer.request, absl::Milliseconds(20));
    EXPECT_TRUE(found.ok());
    pauses = found.value_or(absl::ZeroDuration());
    merger.Stop();
    return true;
  };
  std::thread([&merger] { merger.Run(); }).join();
  EXPECT_GT(asked, 20) << "it went on without asking again";
  EXPECT_GE(pauses, absl::Milliseconds(100));
}

TEST(MergerTest, AMergeThatWaitsForArticlesGoesOnOnceSegmentsOfItsScopeAreTooMany) {
  for (const store::MergeScope scope : {store::MergeScope::kFresh, store::MergeScope::kLevels}) {
    FakeWriter writer;
    MergerOptions options = Quick();
    options.scope = scope;
    options.max_paced_segments = 3;
    int asked = 0;
    options.should_wait = [&] {
      // Those of the other scope do not count.
      writer.info.segments.push_back({.fresh = (scope == store::MergeScope::kFresh) == (++asked > 6)});
      return true;
    };
    Merger merger(writer, options);
    writer.merge = [&]() -> absl::StatusOr<bool> {
      EXPECT_TRUE(PausesOf(writer.request, absl::Milliseconds(20)).ok());
      merger.Stop();
      return true;
    };
    std::thread([&merger] { merger.Run(); }).join();
    EXPECT_GE(asked, 10);
  }
}

TEST(MergerTest, AMergeOfFreshSegmentsDoesNotWaitWhenTheyTakeTooMuchMemory) {
  FakeWriter writer;
  writer.info.segments = {{.fresh = true, .bytes = store::MergePolicy().max_fresh_bytes + 1}};
  MergerOptions options = Quick();
  options.scope = store::MergeScope::kFresh;
  options.should_wait = [] { return true; };
  Merger merger(writer, options);
  writer.merge = [&]() -> absl::StatusOr<bool> {
    EXPECT_TRUE(PausesOf(writer.request, absl::Milliseconds(20)).ok());
    merger.Stop();
    return true;
  };
  std::thread([&merger] { merger.Run(); }).join();
}

TEST(MergerTest, AMergeIsEndedWhenNoneMayGoOn) {
  FakeWriter writer;
  MergerOptions options = Quick();
  bool may_merge = true;
  options.may_merge = [&may_merge] { return may_merge; };
  std::vector<std::string> lines;
  options.log = [&lines](std::string_view line) { lines.emplace_back(line); };
  Merger merger(writer, options);
  writer.merge = [&]() -> absl::StatusOr<bool> {
    EXPECT_TRUE(PausesOf(writer.request, absl::Milliseconds(5)).ok());
    may_merge = false;
    const absl::StatusOr<absl::Duration> ended = PausesOf(writer.request, absl::Seconds(20));
    merger.Stop();
    return ended.status();
  };
  std::thread([&merger] { merger.Run(); }).join();
  EXPECT_THAT(lines, ElementsAre("a merge failed: no merge may go on for now"));
}

TEST(MergerTest, StopEndsAPausedMerge) {
  FakeWriter writer;
  MergerOptions options = Quick();
  options.cpu_share = 1e-9;
  options.log = [](std::string_view line) { ADD_FAILURE() << line; };
  Merger merger(writer, options);
  std::promise<void> begun;
  writer.merge = [&]() -> absl::StatusOr<bool> {
    for (const absl::Time begin = absl::Now(); absl::Now() - begin < absl::Milliseconds(20);) {
    }
    begun.set_value();  // the next checkpoint that looks has a pause to make
    const absl::StatusOr<absl::Duration> ended = PausesOf(writer.request, absl::Seconds(20));
    EXPECT_EQ(ended.status().code(), absl::StatusCode::kCancelled);
    return ended.status();
  };
  std::thread run([&merger] { merger.Run(); });
  begun.get_future().wait();
  merger.Stop();
  run.join();
}

}  // namespace
}  // namespace factline::apply
