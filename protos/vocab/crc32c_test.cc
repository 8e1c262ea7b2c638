#include "protos/vocab/crc32c.h"

#include <string>

#include "gtest/gtest.h"

namespace factline {
namespace {

TEST(Crc32cTest, AgreesWithTheRfcsExamples) {
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8A9136AAu);
  EXPECT_EQ(Crc32c(std::string(32, '\xff')), 0x62A8AB43u);
  EXPECT_EQ(Crc32c("123456789"), 0xE3069283u);
}

TEST(Crc32cTest, GrowsPieceByPiece) { EXPECT_EQ(ExtendCrc32c(Crc32c("1234"), "56789"), Crc32c("123456789")); }

}  // namespace
}  // namespace factline
