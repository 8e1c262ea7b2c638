#include "deploy/host/client_limits.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "protos/vocab/status.h"

namespace factline::host {
namespace {

class ClientLimitsTest : public ::testing::Test {
 protected:
  ClientLimits& Make(ClientLimitOptions options) {
    options.now = [this] { return now_; };
    return limits_.emplace(std::move(options));
  }

  ClientLimits::Call Call(std::string_view client) {
    absl::StatusOr<ClientLimits::Call> call = limits_->Begin(client);
    EXPECT_TRUE(call.ok()) << call.status();
    return *std::move(call);
  }

  absl::Time now_ = absl::UnixEpoch() + absl::Hours(1);
  std::optional<ClientLimits> limits_;
};

TEST_F(ClientLimitsTest, AClientHasSoManyCallsAndAnotherItsOwn) {
  Make({.max_calls = 2});
  const ClientLimits::Call first = Call("a");
  {
    const ClientLimits::Call second = Call("a");
    const absl::Status refused = limits_->Begin("a").status();
    EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(ReasonOf(refused), "TOO_MANY_CALLS");
    EXPECT_EQ(RetryDelayOf(refused), absl::Seconds(1));
    EXPECT_TRUE(limits_->Begin("b").ok());
  }
  EXPECT_TRUE(limits_->Begin("a").ok()) << "a call that ended makes room";
}

TEST_F(ClientLimitsTest, WithoutRatesNothingIsRefused) {
  Make({});
  ClientLimits::Call call = Call("a");
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(call.Admit(1 << 30), absl::OkStatus());
  EXPECT_EQ(call.Charge(1 << 30), absl::ZeroDuration());
}

TEST_F(ClientLimitsTest, RequestsBeyondTheRateAreRefusedWithTheTimeUntilTheNext) {
  Make({.messages_per_second = 4});
  ClientLimits::Call call = Call("a");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(call.Admit(100), absl::OkStatus()) << "a second's worth, and one owed";
  const absl::Status refused = call.Admit(100);
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused), "RATE_EXCEEDED");
  EXPECT_EQ(RetryDelayOf(refused), absl::Milliseconds(250));
  now_ += absl::Milliseconds(250);
  EXPECT_EQ(call.Admit(100), absl::OkStatus());
  EXPECT_NE(call.Admit(100), absl::OkStatus());
}

TEST_F(ClientLimitsTest, AClientsCallsShareItsRate) {
  Make({.messages_per_second = 1});
  ClientLimits::Call one = Call("a"), two = Call("a"), others = Call("b");
  EXPECT_EQ(one.Charge(0), absl::ZeroDuration());
  EXPECT_EQ(two.Charge(0), absl::Seconds(1));
  EXPECT_EQ(one.Charge(0), absl::Seconds(2));
  EXPECT_EQ(others.Charge(0), absl::ZeroDuration());
}

TEST_F(ClientLimitsTest, AMessageLargerThanASecondsWorthIsOwedForAndPaidWithTime) {
  Make({.bytes_per_second = 1000});
  ClientLimits::Call call = Call("a");
  EXPECT_EQ(call.Charge(3000), absl::Seconds(2));
  now_ += absl::Seconds(2);
  EXPECT_EQ(call.Charge(1), absl::Milliseconds(1));
  now_ += absl::Hours(1);
  EXPECT_EQ(call.Charge(1000), absl::ZeroDuration()) << "a second's worth is saved up, not an hour's";
  EXPECT_EQ(call.Charge(500), absl::Milliseconds(500));
}

TEST_F(ClientLimitsTest, AClockThatGoesBackGivesNothingAndTakesNothing) {
  Make({.messages_per_second = 10});
  ClientLimits::Call call = Call("a");
  EXPECT_EQ(call.Admit(0), absl::OkStatus());
  now_ -= absl::Hours(1);
  EXPECT_EQ(call.Admit(0), absl::OkStatus());
}

TEST_F(ClientLimitsTest, RemembersABoundedNumberOfClientsAndForgetsTheIdleOnes) {
  Make({.max_calls = 1, .messages_per_second = 1, .max_clients = 2});
  {
    ClientLimits::Call a = Call("a"), b = Call("b");
    EXPECT_EQ(a.Charge(0), absl::ZeroDuration());
    const ClientLimits::Call c = Call("c");  // shares an account with all further ones
    EXPECT_EQ(limits_->Begin("d").status().code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(limits_->remembered_clients(), 2u);
  }
  now_ += absl::Seconds(10);
  const ClientLimits::Call d = Call("d");
  EXPECT_EQ(limits_->remembered_clients(), 1u) << "all but d are as if they had never come";
}

}  // namespace
}  // namespace factline::host
