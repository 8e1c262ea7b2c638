#include "indexer/store/fields.h"

#include <gtest/gtest.h>

namespace factline::store {
namespace {

TEST(NormTest, LengthsUpTo39AreExact) {
  for (uint32_t length = 0; length < 40; ++length) EXPECT_EQ(DecodeNorm(EncodeNorm(length)), length);
  EXPECT_EQ(DecodeNorm(EncodeNorm(41)), 40u);
}

TEST(NormTest, EveryByteSurvivesARoundTrip) {
  for (int byte = 0; byte < 256; ++byte) {
    const uint32_t length = DecodeNorm(static_cast<uint8_t>(byte));
    EXPECT_EQ(EncodeNorm(length), byte) << length;
  }
}

TEST(NormTest, AGreaterLengthNeverGetsASmallerByte) {
  uint8_t last = 0;
  for (uint64_t length = 0; length <= UINT32_MAX; length += 1 + length / 1000) {
    const uint8_t norm = EncodeNorm(static_cast<uint32_t>(length));
    EXPECT_GE(norm, last) << length;
    last = norm;
  }
}

TEST(NormTest, ADecodedLengthIsWithinAnEighthBelowTheTrueOne) {
  for (uint32_t length = 1; length < 100'000'000; length += 1 + length / 500) {
    const uint32_t decoded = DecodeNorm(EncodeNorm(length));
    EXPECT_LE(decoded, length);
    EXPECT_GE(decoded, length - length / 8);
  }
}

// The table is persisted: these are Lucene's SmallFloat.intToByte4 values.
TEST(NormTest, TheTableIsFrozen) {
  const struct {
    uint32_t length;
    uint8_t norm;
  } kRows[] = {{0, 0},   {23, 23}, {24, 24},  {39, 39},   {40, 40},
               {41, 40}, {42, 41}, {100, 57}, {1000, 87}, {INT32_MAX, 255}};
  for (const auto& row : kRows) EXPECT_EQ(EncodeNorm(row.length), row.norm) << row.length;
}

}  // namespace
}  // namespace factline::store
