#include "query/parse/page_token.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/vocab/status.h"

namespace factline::query {
namespace {

using ::testing::HasSubstr;

TEST(PageTokenTest, PayloadsComeBackForTheSameRequest) {
  const uint64_t fingerprint = RequestFingerprint("Search", "q=alpha");
  const std::string payload("\0after 7\xff", 9);
  const absl::StatusOr<std::string> decoded = DecodePageToken(EncodePageToken(fingerprint, payload), fingerprint);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(*decoded, payload);
}

TEST(PageTokenTest, ATokenOfAnotherRequestIsRefused) {
  const std::string token = EncodePageToken(RequestFingerprint("Search", "q=alpha"), "7");
  for (const uint64_t other : {RequestFingerprint("Search", "q=beta"), RequestFingerprint("ListFacts", "q=alpha")}) {
    const absl::Status status = DecodePageToken(token, other).status();
    EXPECT_EQ(FieldOf(status), "page_token");
    EXPECT_THAT(std::string(status.message()), HasSubstr("another request"));
  }
}

TEST(PageTokenTest, EveryFlippedBitIsSeen) {
  const uint64_t fingerprint = RequestFingerprint("Search", "q");
  const std::string token = EncodePageToken(fingerprint, "payload!!");
  for (size_t i = 0; i < token.size(); ++i) {
    std::string broken = token;
    broken[i] = broken[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(DecodePageToken(broken, fingerprint).ok()) << i;
  }
  for (size_t i = 0; i < token.size(); ++i) EXPECT_FALSE(DecodePageToken(token.substr(0, i), fingerprint).ok()) << i;
  EXPECT_EQ(FieldOf(DecodePageToken(std::string(100'000, 'A'), fingerprint).status()), "page_token");
}

TEST(PageTokenTest, TheLongestPayloadComesBack) {
  const uint64_t fingerprint = RequestFingerprint("ListFacts", "f");
  const std::string payload(kMaxPageTokenBytes / 2, 'x');
  const absl::StatusOr<std::string> back = DecodePageToken(EncodePageToken(fingerprint, payload), fingerprint);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(*back, payload);
}

TEST(PageTokenTest, PageSizesHaveADefaultAndALimit) {
  EXPECT_EQ(*ReadPageSize(0, 10, 100), 10u);
  EXPECT_EQ(*ReadPageSize(100, 10, 100), 100u);
  EXPECT_EQ(FieldOf(ReadPageSize(101, 10, 100).status()), "page_size");
  EXPECT_EQ(FieldOf(ReadPageSize(-1, 10, 100).status()), "page_size");
}

}  // namespace
}  // namespace factline::query
