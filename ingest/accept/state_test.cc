#include "ingest/accept/state.h"

#include <gtest/gtest.h>

namespace factline::accept {
namespace {

TEST(Memory, ComesBackAsItWas) {
  Memory memory{.kind = Kind::kPage, .content_hash = std::string(16, 'h')};
  memory.acceptance.add_articles()->set_article_id("p#1");
  const auto decoded = DecodeMemory(EncodeMemory(memory));
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->kind, Kind::kPage);
  EXPECT_EQ(decoded->content_hash, memory.content_hash);
  EXPECT_EQ(decoded->acceptance.SerializeAsString(), memory.acceptance.SerializeAsString());
}

TEST(Memory, BadBytesAreDescribed) {
  const std::string good = EncodeMemory({.content_hash = std::string(16, 'h')});
  EXPECT_FALSE(DecodeMemory("").ok());
  EXPECT_FALSE(DecodeMemory(good.substr(0, 17)).ok());
  EXPECT_FALSE(DecodeMemory("\x02" + good.substr(1)).ok());
  EXPECT_FALSE(DecodeMemory(good.substr(0, 1) + "\x09" + good.substr(2)).ok());
  EXPECT_FALSE(DecodeMemory(good + "\xff").ok());
}

TEST(ExpiryKey, OrdersByTimeAndKeepsTheRequestId) {
  const absl::Time early = absl::FromUnixSeconds(255), late = absl::FromUnixSeconds(256);
  EXPECT_LT(ExpiryKey(early, "zzz"), ExpiryKey(late, "a"));
  EXPECT_LT(ExpiryKey(early, "zzz"), ExpiryBound(late));
  EXPECT_GT(ExpiryKey(late, ""), ExpiryBegin());
  EXPECT_EQ(RequestIdOfExpiryKey(ExpiryKey(early, "r-1")), "r-1");
  EXPECT_EQ(RequestIdOfExpiryKey("t"), "");
}

}  // namespace
}  // namespace factline::accept
