#include "deploy/host/log_line.h"

#include <gmock/gmock.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <grpc/support/log.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace factline::host {
namespace {

const absl::Time kTime = absl::FromUnixMillis(1'711'272'600'123);

std::string Text(std::string_view words, const LogFields& fields) {
  return FormatLogLine(LogFormat::kText, kTime, Severity::kWarning, "indexer", words, fields);
}

std::string Json(std::string_view words, const LogFields& fields) {
  return FormatLogLine(LogFormat::kJson, kTime, Severity::kWarning, "indexer", words, fields);
}

TEST(LogLine, HoldsTimeSeverityProcessWordsAndFields) {
  EXPECT_EQ(Text("log is silent", {{"address", "127.0.0.1:50051"}}),
            "2024-03-24T09:30:00.123Z WARNING indexer \"log is silent\" address=127.0.0.1:50051");
}

TEST(LogLine, QuotesWhatWouldBreakTheLine) {
  EXPECT_EQ(Text("a\nb", {{"v", ""}, {"w", "x \"y\"\t"}}),
            "2024-03-24T09:30:00.123Z WARNING indexer \"a\\nb\" v=\"\" w=\"x \\\"y\\\"\\x09\"");
}

TEST(LogLine, JsonHoldsTheSame) {
  EXPECT_EQ(Json("log is silent", {{"address", "127.0.0.1:50051"}}),
            R"({"time": "2024-03-24T09:30:00.123Z", "severity": "WARNING", "process": "indexer", )"
            R"("message": "log is silent", "address": "127.0.0.1:50051"})");
}

TEST(LogLine, JsonIsWellFormedWhateverBytesCome) {
  std::string bytes;
  for (int c = 0; c < 256; ++c) bytes += static_cast<char>(c);
  const std::string_view values[] = {bytes, "", "\"},{\"", "\\", "\xE5\x82", "储能", "\xED\xA0\x80", "a\r\nb"};
  for (const std::string_view value : values) {
    const std::string line = Json(value, {{"v", std::string(value)}});
    EXPECT_THAT(line, ::testing::Not(::testing::HasSubstr("\n")));
    google::protobuf::Struct parsed;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(line, &parsed).ok()) << line;
    EXPECT_EQ(parsed.fields_size(), 5);
    EXPECT_EQ(parsed.fields().at("v").string_value(), parsed.fields().at("message").string_value());
  }
  google::protobuf::Struct parsed;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(Json("储\"能\xFF", {}), &parsed).ok());
  EXPECT_EQ(parsed.fields().at("message").string_value(), "储\"能\uFFFD");
}

TEST(LineBudget, LeavesOutWhatIsTooMuchAndCountsIt) {
  LineBudget budget(2);
  EXPECT_EQ(budget.Take(kTime), 0u);
  EXPECT_EQ(budget.Take(kTime), 0u);
  EXPECT_EQ(budget.Take(kTime), std::nullopt);
  EXPECT_EQ(budget.Take(kTime + absl::Milliseconds(999)), std::nullopt);
  EXPECT_EQ(budget.Take(kTime + absl::Seconds(1)), 2u);
  EXPECT_EQ(budget.Take(kTime + absl::Seconds(1)), 0u);
  EXPECT_EQ(budget.Take(kTime - absl::Hours(1)), 0u) << "a clock that is set back silences nobody";
}

// A stranger makes gRPC write a line for each call that it refuses itself.
TEST(LogLine, ThoseOfGrpcAreCutOff) {
  InitLogging("p");
  gpr_set_log_verbosity(GPR_LOG_SEVERITY_ERROR);
  testing::internal::CaptureStderr();
  for (int i = 0; i < 10'000; ++i) gpr_log_message(__FILE__, __LINE__, GPR_LOG_SEVERITY_ERROR, "again");
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, ::testing::HasSubstr("ERROR p \"again\" from=grpc at="));
  EXPECT_LT(std::count(log.begin(), log.end(), '\n'), 5'000);
}

}  // namespace
}  // namespace factline::host
