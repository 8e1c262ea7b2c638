#include "query/service/index_follower.h"

#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/vocab/status.h"
#include "query/search/memory_index.h"

namespace factline::query {
namespace {

using ::testing::HasSubstr;

std::shared_ptr<const store::IndexView> SomeView() { return MakeMemoryIndex({}, 4); }

// A reader that is told what the next catch-up finds.
struct Script {
  std::mutex mutex;  // of `view`, where a follower's own thread reads it
  std::shared_ptr<const store::IndexView> view = SomeView();
  absl::Status catch_up;
  int readers_alive = 0;
};

class ScriptedReader final : public store::Reader {
 public:
  explicit ScriptedReader(Script* script) : script_(*script), view_(script->view) { ++script_.readers_alive; }
  ~ScriptedReader() override { --script_.readers_alive; }
  absl::Status CatchUp() override {
    const std::lock_guard lock(script_.mutex);
    if (script_.catch_up.ok()) view_ = script_.view;
    return script_.catch_up;
  }
  std::shared_ptr<const store::IndexView> View() const override { return view_; }
  const store::IndexVersions& versions() const override { return versions_; }

 private:
  Script& script_;
  std::shared_ptr<const store::IndexView> view_;
  const store::IndexVersions versions_{7, "analyzer", "extractor"};
};

class IndexFollowerTest : public ::testing::Test {
 protected:
  IndexFollowerOptions Options() {
    IndexFollowerOptions options;
    options.open = [this]() -> absl::StatusOr<std::unique_ptr<store::Reader>> {
      ++opens_;
      if (!open_status_.ok()) return open_status_;
      return std::make_unique<ScriptedReader>(&script_);
    };
    return options;
  }

  Script script_;
  absl::Status open_status_;
  int opens_ = 0;
  absl::Time now_ = absl::FromUnixSeconds(1000);
};

TEST_F(IndexFollowerTest, SaysWhyThereIsNoIndexAndTriesAgain) {
  IndexFollower follower(Options());
  open_status_ = absl::NotFoundError("no index in 'there'");
  EXPECT_EQ(follower.Step(now_), absl::Milliseconds(200));
  const absl::Status status = follower.View().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(status), "INDEX_NOT_READY");
  EXPECT_THAT(std::string(status.message()), HasSubstr("no index in 'there'"));
  EXPECT_FALSE(follower.caught_up_time().has_value());

  open_status_ = absl::OkStatus();
  follower.Step(now_);
  ASSERT_TRUE(follower.View().ok());
  EXPECT_EQ(follower.View()->get(), script_.view.get());
  EXPECT_EQ(follower.caught_up_time(), now_);
  EXPECT_EQ(follower.versions()->format_version, 7u);
}

TEST_F(IndexFollowerTest, OffersTheNewestViewAndLooksLessOftenWhenIdle) {
  IndexFollower follower(Options());
  follower.Step(now_);
  script_.view = SomeView();
  follower.Step(now_ + absl::Milliseconds(5));
  EXPECT_EQ(follower.View()->get(), script_.view.get());
  absl::Duration wait;
  for (int i = 0; i < 10; ++i) wait = follower.Step(now_ + absl::Seconds(1));
  EXPECT_EQ(wait, absl::Milliseconds(25));
  EXPECT_EQ(opens_, 1);
}

TEST_F(IndexFollowerTest, AnIndexThatKeepsFailingIsOpenedAnewWhileTheOldViewAnswers) {
  IndexFollower follower(Options());
  follower.Step(now_);
  const auto old_view = *follower.View();
  script_.catch_up = absl::DataLossError("a file is gone");
  follower.Step(now_);
  follower.Step(now_ + absl::Milliseconds(999));
  EXPECT_EQ(opens_, 1);
  follower.Step(now_ + absl::Milliseconds(1000));
  open_status_ = absl::NotFoundError("being rebuilt");
  follower.Step(now_ + absl::Milliseconds(1200));
  EXPECT_EQ(opens_, 2);
  EXPECT_EQ(*follower.View(), old_view);
  open_status_ = absl::OkStatus();
  script_.catch_up = absl::OkStatus();
  script_.view = SomeView();
  follower.Step(now_ + absl::Milliseconds(1400));
  EXPECT_EQ(follower.View()->get(), script_.view.get());
}

TEST_F(IndexFollowerTest, AViewKeepsItsReaderAlive) {
  std::shared_ptr<const store::IndexView> view;
  {
    IndexFollower follower(Options());
    follower.Step(now_);
    view = *follower.View();
  }
  EXPECT_EQ(script_.readers_alive, 1);
  view = nullptr;
  EXPECT_EQ(script_.readers_alive, 0);
}

TEST_F(IndexFollowerTest, ItsOwnThreadFollowsAndStops) {
  IndexFollower follower(Options());
  follower.Start();
  while (!follower.View().ok()) std::this_thread::yield();
  const std::shared_ptr<const store::IndexView> newer = SomeView();
  {
    const std::lock_guard lock(script_.mutex);
    script_.view = newer;
  }
  while (follower.View()->get() != newer.get()) std::this_thread::yield();
  follower.Stop();
  EXPECT_EQ(follower.View()->get(), newer.get());
}

}  // namespace
}  // namespace factline::query
