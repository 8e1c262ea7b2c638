#include "query/service/worker_pool.h"

#include <atomic>
#include <latch>

#include "gtest/gtest.h"

namespace factline::query {
namespace {

TEST(WorkerPoolTest, RefusesWhatDoesNotFitIntoTheQueue) {
  std::latch started(1), go_on(1);
  std::atomic<int> ran = 0;
  {
    WorkerPool pool(1, 2);
    ASSERT_TRUE(pool.TrySubmit([&] {
      started.count_down();
      go_on.wait();
      ++ran;
    }));
    started.wait();
    EXPECT_TRUE(pool.TrySubmit([&] { ++ran; }));
    EXPECT_TRUE(pool.TrySubmit([&] { ++ran; }));
    EXPECT_FALSE(pool.TrySubmit([&] { ++ran; }));
    go_on.count_down();
  }
  EXPECT_EQ(ran, 3);  // the destructor runs what waits
}

TEST(WorkerPoolTest, ThreadsWorkAtTheSameTime) {
  std::latch first(1), second(1);  // outlive the threads
  WorkerPool pool(2, 10);
  ASSERT_TRUE(pool.TrySubmit([&] {
    first.count_down();
    second.wait();
  }));
  ASSERT_TRUE(pool.TrySubmit([&] {
    first.wait();
    second.count_down();
  }));
  second.wait();
}

}  // namespace
}  // namespace factline::query
