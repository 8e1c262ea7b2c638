#include "protos/vocab/trace_context.h"

#include <gtest/gtest.h>

#include "protos/vocab/cat.h"

namespace factline {
namespace {

constexpr std::string_view kTraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr std::string_view kSampled = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
constexpr std::string_view kUnsampled = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

TEST(TraceContext, ReadsWhatTheRecommendationWrites) {
  struct {
    std::string_view what, in, want;
  } const rows[] = {
      {"sampled", kSampled, kSampled},
      {"not sampled", kUnsampled, kUnsampled},
      {"flags of level 2", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03", kSampled},
      {"all flags but sampled", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-fe", kUnsampled},
      {"a later version", "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", kSampled},
      {"a later, longer one", "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-it-may-be", kSampled},
      {"empty", "", ""},
      {"cut short", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0", ""},
      {"too long for version 00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x", ""},
      {"a later one goes on without a dash", "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x", ""},
      {"version ff", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", ""},
      {"no version", "0x-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", ""},
      {"upper case", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", ""},
      {"trace id of zeros", "00-00000000000000000000000000000000-00f067aa0ba902b7-01", ""},
      {"parent id of zeros", "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", ""},
      {"no dashes", "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01", ""},
      {"flags that are no number", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g", ""},
      {"line break", "00-4bf92f3577b34da6a3ce929d0e0e47\n6-00f067aa0ba902b7-01", ""},
  };
  for (const auto& row : rows) EXPECT_EQ(NormalTraceparent(row.in), row.want) << row.what;
}

TEST(TraceContext, TellsIdAndSampling) {
  EXPECT_EQ(TraceIdOf(kSampled), kTraceId);
  EXPECT_TRUE(IsSampled(kSampled));
  EXPECT_EQ(TraceIdOf(kUnsampled), kTraceId);
  EXPECT_FALSE(IsSampled(kUnsampled));
  EXPECT_EQ(TraceIdOf(""), "");
  EXPECT_FALSE(IsSampled(""));
  EXPECT_EQ(TraceIdOf("damaged-01"), "");
  EXPECT_FALSE(IsSampled("damaged-01"));
}

}  // namespace
}  // namespace factline
