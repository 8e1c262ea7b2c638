#include "ingest/log/ranges.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace factline::log {
namespace {

absl::Time At(int64_t seconds) { return absl::FromUnixSeconds(seconds); }

// Ranges of two events of ten bytes each; event i is accepted at second i.
RangeTable TableOf(uint64_t events) {
  RangeTable table;
  for (uint64_t i = 0; i < events; ++i) table.Add(Offset(i), 10, At(i), 20);
  return table;
}

TEST(RangeTable, BeginsANewRangeWhenTheNewestIsFull) {
  const RangeTable table = TableOf(5);
  ASSERT_EQ(table.ranges().size(), 3u);
  EXPECT_EQ(table.ranges()[1].first, Offset(2));
  EXPECT_EQ(table.ranges()[1].end_exclusive, Offset(4));
  EXPECT_EQ(table.ranges()[1].newest, At(3));
  EXPECT_EQ(table.bytes(), 50u);
}

TEST(RangeTable, RefusesAGap) {
  RangeTable table;
  ASSERT_TRUE(table.Restore({.first = Offset(0), .end_exclusive = Offset(3)}).ok());
  EXPECT_EQ(table.Restore({.first = Offset(4), .end_exclusive = Offset(5)}).code(), absl::StatusCode::kDataLoss);
}

TEST(Range, ValueComesBackAndBadBytesAreDescribed) {
  const Range range{.first = Offset(4), .end_exclusive = Offset(9), .bytes = 123, .newest = At(77)};
  const auto decoded = DecodeRange(Offset(4), EncodeRangeValue(range));
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->end_exclusive, Offset(9));
  EXPECT_EQ(decoded->bytes, 123u);
  EXPECT_EQ(decoded->newest, At(77));
  EXPECT_FALSE(DecodeRange(Offset(4), "short").ok());
  EXPECT_FALSE(DecodeRange(Offset(9), EncodeRangeValue(range)).ok());
}

TEST(Retention, ByBytesDropsTheOldestUntilItFits) {
  std::vector<RangeTable> tables = {TableOf(10)};
  const auto dropped =
      ApplyRetention({.max_bytes = 60, .keep_newer_than = absl::InfinitePast()}, {Offset(10)}, &tables);
  EXPECT_EQ(dropped.size(), 2u);
  EXPECT_EQ(tables[0].bytes(), 60u);
  EXPECT_EQ(tables[0].ranges().front().first, Offset(4));
}

TEST(Retention, ByAgeKeepsARangeWithOneYoungEvent) {
  std::vector<RangeTable> tables = {TableOf(10)};
  ApplyRetention({.keep_newer_than = At(5)}, {Offset(10)}, &tables);
  EXPECT_EQ(tables[0].ranges().front().first, Offset(4));
}

TEST(Retention, NeverDropsWhatIsStillNeeded) {
  std::vector<RangeTable> tables = {TableOf(10)};
  ApplyRetention({.max_bytes = 1, .keep_newer_than = absl::InfinitePast()}, {Offset(3)}, &tables);
  EXPECT_EQ(tables[0].ranges().front().first, Offset(2));
}

TEST(Retention, NeverDropsTheNewestRange) {
  std::vector<RangeTable> tables = {TableOf(10)};
  ApplyRetention({.keep_newer_than = absl::InfiniteFuture()}, {Offset(10)}, &tables);
  EXPECT_EQ(tables[0].ranges().size(), 1u);
}

TEST(Retention, DropsABoundedNumberAtATime) {
  std::vector<RangeTable> tables = {TableOf(1000)};
  const auto dropped =
      ApplyRetention({.keep_newer_than = absl::InfiniteFuture(), .max_ranges = 7}, {Offset(1000)}, &tables);
  EXPECT_EQ(dropped.size(), 7u);
}

TEST(Retention, TakesTheOldestOverAllPartitions) {
  RangeTable late;
  for (uint64_t i = 0; i < 10; ++i) late.Add(Offset(i), 10, At(100 + i), 20);
  std::vector<RangeTable> tables = {late, TableOf(10)};
  const auto dropped =
      ApplyRetention({.max_bytes = 150, .keep_newer_than = absl::InfinitePast()}, {Offset(10), Offset(10)}, &tables);
  for (const DroppedRange& range : dropped) EXPECT_EQ(range.partition, Partition(1));
  EXPECT_EQ(dropped.size(), 3u);
}

}  // namespace
}  // namespace factline::log
