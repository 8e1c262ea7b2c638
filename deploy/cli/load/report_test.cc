#include "deploy/cli/load/report.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace factline::load {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Totals Answered(int count, absl::Duration latency) {
  Totals totals;
  totals.sent = totals.answered = count;
  totals.codes[absl::StatusCode::kOk] = count;
  for (int i = 0; i < count; ++i) totals.latency.Add(latency);
  return totals;
}

Report OneOf(Totals totals) {
  Report report;
  report.measured = absl::Seconds(10);
  report.arrival = "constant";
  report.seed = 3;
  report.kinds.push_back({"article", 20, false, std::move(totals)});
  return report;
}

TEST(Report, SaysRatesAndPercentiles) {
  const Report report = OneOf(Answered(200, absl::Microseconds(200)));
  const std::string text = ReportText(report);
  EXPECT_THAT(text, HasSubstr("article     20.0    20.0   200       0       0  0.20  0.20  0.20   0.20    0.20\n"));
  EXPECT_THAT(text, HasSubstr("measured for 10s; arrivals constant, seed 3\n"));
  const std::string json = ReportJson(report);
  EXPECT_THAT(json, HasSubstr("\"kind\": \"article\", \"asked_per_second\": 20, \"achieved_per_second\": 20, "
                              "\"intended\": 200, \"sent\": 200, \"answered\": 200, \"failed\": 0, \"unsent\": 0, "
                              "\"codes\": {\"OK\": 200}, \"latency_ms\": {\"mean\": 0.2, \"p50\": 0.2, "));
  EXPECT_THAT(json, Not(HasSubstr("\n")));
}

TEST(Report, SaysWhatFailedAndThatThoseAreSlowerThanAll) {
  Totals totals = Answered(98, absl::Microseconds(200));
  totals.sent = 99;
  totals.failed = 1;
  totals.codes[absl::StatusCode::kUnavailable] = 1;
  totals.unsent = 1;
  const Report report = OneOf(totals);
  EXPECT_THAT(ReportText(report), HasSubstr("article failed with UNAVAILABLE: 1\n"));
  EXPECT_THAT(ReportText(report), HasSubstr("never"));
  EXPECT_THAT(ReportJson(report), HasSubstr("\"p90\": 0.2, \"p99\": null, "));
}

TEST(Report, AnswersThatCameLateDoNotCountAsTheRateAskedFor) {
  Totals totals = Answered(200, absl::Seconds(5));
  totals.settling_time = absl::Seconds(20);
  EXPECT_DOUBLE_EQ(AchievedPerSecond(totals, absl::Seconds(10)), 10);
}

TEST(Report, SaysWhichBoundsHeld) {
  Report report = OneOf(Answered(1, absl::Milliseconds(1)));
  report.bounds.push_back({"article p99", 50, 1, "ms"});
  EXPECT_TRUE(report.bounds_held());
  EXPECT_THAT(ReportText(report), HasSubstr("held: article p99 1.00 ms, at most 50.00 ms\n"));
  report.bounds.push_back({"article errors", 0.01, 0.5, ""});
  EXPECT_FALSE(report.bounds_held());
  EXPECT_THAT(ReportText(report), HasSubstr("BROKEN: article errors 0.5000, at most 0.0100\n"));
  EXPECT_THAT(ReportJson(report), HasSubstr("{\"what\": \"article errors\", \"limit\": 0.01, \"measured\": 0.5, "
                                            "\"unit\": \"\", \"held\": false}"));
}

TEST(Interval, IsOneLine) {
  Interval interval{.at = absl::Seconds(20), .length = absl::Seconds(10), .waiting = 7};
  interval.kinds.push_back({"article", 20, false, Answered(200, absl::Microseconds(200))});
  EXPECT_EQ(IntervalText(interval), "   20s  article 20.0/s p50 0.2 p99 0.2 max 0.2 ms  waiting 7");
  EXPECT_THAT(IntervalJson(interval),
              HasSubstr("{\"at_seconds\": 20, \"warmup\": false, \"waiting\": 7, \"kinds\": ["));
}

TEST(Interval, CountsWhatFailedOrWasNotSentAsSlowerThanAllAndSaysNothingOfNothing) {
  Interval interval{.at = absl::Seconds(20), .length = absl::Seconds(10)};
  Totals shedding = Answered(1, absl::Microseconds(200));
  shedding.unsent = 99;
  interval.kinds.push_back({"article", 20, false, std::move(shedding)});
  interval.kinds.push_back({"query", 20, false, {}});
  EXPECT_EQ(
      IntervalText(interval),
      "   20s  article 0.1/s p50 never p99 never max 0.2 ms  query 0.0/s p50 - p99 - max - ms  waiting 0, unsent 99");
  EXPECT_THAT(IntervalJson(interval), HasSubstr("\"latency_ms\": {\"mean\": null, \"p50\": null, "));
}

}  // namespace
}  // namespace factline::load
