#include "deploy/cli/load/tally.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace factline::load {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

absl::Duration Ms(int64_t milliseconds) { return absl::Milliseconds(milliseconds); }

TEST(Tally, MeasuresFromTheTimeARequestWasMeantToBeSent) {
  Tally tally("search", absl::ZeroDuration());
  tally.Sent(Ms(100), Ms(350));
  tally.Settled(Ms(100), Ms(360), absl::StatusCode::kOk);
  const Totals total = tally.Total();
  EXPECT_EQ(total.latency.max(), Ms(260));
  EXPECT_EQ(total.lateness.max(), Ms(250));
}

TEST(Tally, LeavesOutWhatWasMeantForTheWarmup) {
  Tally tally("search", Ms(1000));
  for (int64_t intended : {0, 999, 1000}) {
    tally.Sent(Ms(intended), Ms(intended));
    tally.Settled(Ms(intended), Ms(1500), absl::StatusCode::kOk);
  }
  tally.Unsent(Ms(10));
  tally.Unsent(Ms(1010));
  const Totals total = tally.Total();
  EXPECT_EQ(total.sent, 1u);
  EXPECT_EQ(total.answered, 1u);
  EXPECT_EQ(total.unsent, 1u);
  EXPECT_EQ(total.intended(), 2u);
  EXPECT_EQ(total.latency.max(), Ms(500));
  const Totals interval = tally.TakeInterval();
  EXPECT_EQ(interval.sent, 3u);
  EXPECT_EQ(interval.unsent, 2u);
  EXPECT_EQ(tally.TakeInterval().intended(), 0u);
}

TEST(Tally, CountsFailuresByCodeAndNotFoundAsAnAnswer) {
  Tally tally("article", absl::ZeroDuration());
  for (absl::StatusCode code : {absl::StatusCode::kOk, absl::StatusCode::kNotFound, absl::StatusCode::kUnavailable,
                                absl::StatusCode::kUnavailable}) {
    tally.Sent(Ms(1), Ms(1));
    tally.Settled(Ms(1), Ms(3), code);
  }
  const Totals total = tally.Total();
  EXPECT_EQ(total.answered, 2u);
  EXPECT_EQ(total.failed, 2u);
  EXPECT_EQ(total.latency.count(), 2u);
  EXPECT_DOUBLE_EQ(total.error_ratio(), 0.5);
  EXPECT_THAT(total.codes, ElementsAre(Pair(absl::StatusCode::kOk, 1), Pair(absl::StatusCode::kNotFound, 1),
                                       Pair(absl::StatusCode::kUnavailable, 2)));
}

TEST(Totals, FailedAndUnsentOnesAreSlowerThanAll) {
  Totals totals;
  for (int i = 0; i < 97; ++i) totals.latency.Add(Ms(1));
  totals.failed = 1;
  EXPECT_EQ(totals.Percentile(0.98), Ms(1));
  totals.unsent = 2;
  EXPECT_EQ(totals.Percentile(0.98), absl::InfiniteDuration());
  EXPECT_EQ(totals.Percentile(0.97), Ms(1));
}

TEST(Totals, AddUp) {
  Totals one, other;
  one.sent = 2;
  one.codes[absl::StatusCode::kOk] = 2;
  other.unsent = 3;
  other.codes[absl::StatusCode::kOk] = 1;
  other.latency.Add(Ms(4));
  one.Add(other);
  EXPECT_EQ(one.intended(), 5u);
  EXPECT_EQ(one.codes[absl::StatusCode::kOk], 3u);
  EXPECT_EQ(one.latency.max(), Ms(4));
}

}  // namespace
}  // namespace factline::load
