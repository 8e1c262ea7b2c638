#include "deploy/host/log_line.h"

#include <gtest/gtest.h>

namespace factline::host {
namespace {

TEST(LogLine, HoldsTimeSeverityProcessWordsAndFields) {
  absl::Time time = absl::FromUnixMillis(1'711'272'600'123);
  EXPECT_EQ(FormatLogLine(time, Severity::kWarning, "indexer", "log is silent", {{"address", "127.0.0.1:50051"}}),
            "2024-03-24T09:30:00.123Z WARNING indexer \"log is silent\" address=127.0.0.1:50051");
}

TEST(LogLine, QuotesWhatWouldBreakTheLine) {
  EXPECT_EQ(FormatLogLine(absl::UnixEpoch(), Severity::kInfo, "p", "a\nb", {{"v", ""}, {"w", "x \"y\"\t"}}),
            "1970-01-01T00:00:00.000Z INFO p \"a\\nb\" v=\"\" w=\"x \\\"y\\\"\\x09\"");
}

}  // namespace
}  // namespace factline::host
