#include "protos/vocab/hash.h"

#include "gtest/gtest.h"

namespace factline {
namespace {

TEST(StableHashTest, IsFrozen) {
  // sha256 of eight bytes of length 3 and "abc"; a change here breaks every stored id.
  EXPECT_EQ(ToHex(StableHash({"abc"})), "c3494ca1a2cf8eeb8a11ded316fb55b8");
}

TEST(StableHashTest, FieldsDoNotRunTogether) { EXPECT_NE(StableHash({"ab", "c"}), StableHash({"a", "bc"})); }

TEST(HexTest, GoesThereAndBack) {
  EXPECT_EQ(FromHex(ToHex(std::string("\x00\xff\x10", 3))), std::string("\x00\xff\x10", 3));
  EXPECT_EQ(FromHex("abc"), "");
  EXPECT_EQ(FromHex("zz"), "");
}

}  // namespace
}  // namespace factline
