#include "indexer/apply/merger.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace factline::apply {
namespace {

using ::testing::ElementsAre;

class FakeWriter : public store::Writer {
 public:
  Offset consumed_offset() const override { return Offset(0); }
  absl::Status Commit(std::vector<store::Change>, Offset) override { return absl::OkStatus(); }
  absl::StatusOr<bool> MergeOnce() override { return merge(); }
  absl::StatusOr<bool> DropReplaced() override {
    ++drops;
    return false;
  }
  absl::StatusOr<store::IndexInfo> Info() const override { return store::IndexInfo(); }

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

}  // namespace
}  // namespace factline::apply
