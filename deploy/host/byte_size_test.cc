#include "deploy/host/byte_size.h"

#include <gtest/gtest.h>

namespace factline::host {
namespace {

TEST(ByteSize, ReadsPlainNumbersAndBinaryUnits) {
  struct Row {
    const char* in;
    uint64_t want;
  } rows[] = {
      {"0", 0}, {"4096", 4096}, {"64KiB", 65536}, {"512MiB", 536870912}, {"2GiB", 2147483648}, {"1TiB", 1ull << 40}};
  for (const Row& row : rows) {
    ByteSize size;
    std::string error;
    ASSERT_TRUE(AbslParseFlag(row.in, &size, &error)) << row.in;
    EXPECT_EQ(size.bytes, row.want) << row.in;
  }
}

TEST(ByteSize, RefusesOtherUnitsSignsAndOverflow) {
  for (const char* in : {"", "MiB", "-1", "1.5GiB", "10MB", "99999999999TiB"}) {
    ByteSize size;
    std::string error;
    EXPECT_FALSE(AbslParseFlag(in, &size, &error)) << in;
    EXPECT_FALSE(error.empty()) << in;
  }
}

TEST(ByteSize, WritesTheLargestUnitThatDividesIt) {
  EXPECT_EQ(AbslUnparseFlag(MiB(512)), "512MiB");
  EXPECT_EQ(AbslUnparseFlag(MiB(1024)), "1GiB");
  EXPECT_EQ(AbslUnparseFlag(ByteSize{1500}), "1500");
  EXPECT_EQ(AbslUnparseFlag(ByteSize{0}), "0");
}

}  // namespace
}  // namespace factline::host
