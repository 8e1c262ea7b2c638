#include "protos/vocab/timestamp.h"

#include <gtest/gtest.h>

namespace factline {
namespace {

TEST(Timestamp, KeepsEachNanosecondBothWays) {
  for (const absl::Time time :
       {absl::UnixEpoch(), absl::FromUnixNanos(1), absl::FromUnixNanos(1'700'000'000'123'456'789),
        absl::FromUnixNanos(-1), absl::FromUnixMillis(-1500)}) {
    const google::protobuf::Timestamp timestamp = ToTimestamp(time);
    EXPECT_GE(timestamp.nanos(), 0) << time;
    EXPECT_EQ(FromTimestamp(timestamp), time);
  }
  EXPECT_EQ(ToTimestamp(absl::FromUnixMillis(-1500)).seconds(), -2);
}

}  // namespace
}  // namespace factline
