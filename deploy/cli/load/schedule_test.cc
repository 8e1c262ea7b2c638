#include "deploy/cli/load/schedule.h"

#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace factline::load {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

absl::Duration Ms(int64_t milliseconds) { return absl::Milliseconds(milliseconds); }

TEST(Schedule, ConstantStartsAreAtEqualDistancesAndDoNotDrift) {
  Schedule schedule(1000, Arrival::kConstant, 1);
  absl::Duration last;
  for (int i = 0; i <= 1'000'000; ++i) last = schedule.Next();
  EXPECT_EQ(last, absl::Seconds(1000));
}

TEST(Schedule, PoissonStartsHaveTheRateAndTheSpreadOfTheirKind) {
  Schedule schedule(100, Arrival::kPoisson, 7);
  constexpr int kStarts = 100'000;
  absl::Duration before, last;
  int longer_than_the_mean = 0;
  for (int i = 0; i < kStarts; ++i) {
    last = schedule.Next();
    ASSERT_GE(last, before);
    if (last - before > Ms(10)) ++longer_than_the_mean;
    before = last;
  }
  EXPECT_NEAR(absl::ToDoubleSeconds(last), kStarts / 100.0, 10);                    // three standard deviations
  EXPECT_NEAR(longer_than_the_mean / static_cast<double>(kStarts), 0.3679, 0.005);  // 1/e
}

TEST(Schedule, IsTheSameForTheSameSeed) {
  Schedule one(50, Arrival::kPoisson, 3), same(50, Arrival::kPoisson, 3), other(50, Arrival::kPoisson, 4);
  const absl::Duration first = one.Next();
  EXPECT_EQ(first, same.Next());
  EXPECT_NE(first, other.Next());
}

// Ten a second until one second; a deterministic clock is what the test says.
class PacerTest : public ::testing::Test {
 protected:
  Pacer MakePacer(size_t max_backlog, absl::Duration give_up = absl::Seconds(10)) {
    return Pacer(Schedule(10, Arrival::kConstant, 1),
                 {.end = absl::Seconds(1), .give_up = give_up, .max_backlog = max_backlog},
                 [this](absl::Duration intended) { unsent_.push_back(intended); });
  }

  // All that may be sent at `now`.
  static std::vector<absl::Duration> SendAll(Pacer& pacer, absl::Duration now) {
    std::vector<absl::Duration> sent;
    for (Pacer::Turn turn = pacer.Next(now, true); turn.what == Pacer::What::kSend; turn = pacer.Next(now, true)) {
      sent.push_back(turn.at);
    }
    return sent;
  }

  std::vector<absl::Duration> unsent_;
};

TEST_F(PacerTest, HandsOutEachRequestAtItsTime) {
  Pacer pacer = MakePacer(100);
  EXPECT_THAT(SendAll(pacer, Ms(0)), ElementsAre(Ms(0)));
  const Pacer::Turn wait = pacer.Next(Ms(40), true);
  EXPECT_EQ(wait.what, Pacer::What::kWait);
  EXPECT_EQ(wait.at, Ms(100));
  EXPECT_THAT(SendAll(pacer, Ms(100)), ElementsAre(Ms(100)));
}

TEST_F(PacerTest, WhatCouldNotBeSentKeepsTheTimeItWasMeantFor) {
  Pacer pacer = MakePacer(100);
  EXPECT_EQ(pacer.Next(Ms(250), false).what, Pacer::What::kFull);
  EXPECT_EQ(pacer.backlog(), 3u);
  EXPECT_THAT(SendAll(pacer, Ms(300)), ElementsAre(Ms(0), Ms(100), Ms(200), Ms(300)));
  EXPECT_THAT(unsent_, IsEmpty());
}

TEST_F(PacerTest, WhatFindsTheBacklogFullIsToldNotSkipped) {
  Pacer pacer = MakePacer(2);
  EXPECT_EQ(pacer.Next(Ms(450), false).what, Pacer::What::kFull);
  EXPECT_THAT(unsent_, ElementsAre(Ms(200), Ms(300), Ms(400)));
  EXPECT_THAT(SendAll(pacer, Ms(500)), ElementsAre(Ms(0), Ms(100)));
  EXPECT_THAT(SendAll(pacer, Ms(600)), ElementsAre(Ms(600)));
  EXPECT_THAT(unsent_, ElementsAre(Ms(200), Ms(300), Ms(400), Ms(500)));
}

TEST_F(PacerTest, EndsOnceTheBacklogIsSentAndCountsEveryRequestOnce) {
  Pacer pacer = MakePacer(100);
  EXPECT_EQ(SendAll(pacer, Ms(350)).size(), 4u);
  EXPECT_EQ(pacer.Next(absl::Seconds(5), false).what, Pacer::What::kFull);
  EXPECT_EQ(SendAll(pacer, absl::Seconds(5)).size(), 6u);
  EXPECT_EQ(pacer.Next(absl::Seconds(5), true).what, Pacer::What::kEnd);
  EXPECT_EQ(pacer.Next(absl::Seconds(6), true).what, Pacer::What::kEnd);
  EXPECT_THAT(unsent_, IsEmpty());
}

TEST_F(PacerTest, GivesUpTheBacklogAfterATime) {
  Pacer pacer = MakePacer(100, absl::Seconds(2));
  EXPECT_EQ(pacer.Next(Ms(1999), false).what, Pacer::What::kFull);
  EXPECT_EQ(pacer.Next(Ms(2000), true).what, Pacer::What::kEnd);
  EXPECT_EQ(unsent_.size(), 10u);
}

TEST_F(PacerTest, AbandonedItTellsWhatWasDueAndNoMore) {
  Pacer pacer = MakePacer(100);
  EXPECT_EQ(pacer.Next(Ms(250), false).what, Pacer::What::kFull);
  pacer.Abandon(Ms(250));
  EXPECT_THAT(unsent_, ElementsAre(Ms(0), Ms(100), Ms(200)));
  EXPECT_EQ(pacer.Next(Ms(900), true).what, Pacer::What::kEnd);
  EXPECT_EQ(unsent_.size(), 3u);
}

// A sender that is held up for long asks for no turn, and what falls due meanwhile is due all the same.
TEST_F(PacerTest, WhatFellDueSinceTheLastTurnIsInTheBacklogAndAbandonedWithIt) {
  Pacer pacer = MakePacer(2);
  pacer.Advance(Ms(150));
  EXPECT_EQ(pacer.backlog(), 2u);
  pacer.Abandon(Ms(350));
  EXPECT_THAT(unsent_, UnorderedElementsAre(Ms(0), Ms(100), Ms(200), Ms(300)));
  pacer.Advance(Ms(900));
  EXPECT_EQ(pacer.backlog(), 0u);
  EXPECT_EQ(unsent_.size(), 4u);
}

}  // namespace
}  // namespace factline::load
