#include "ingest/log/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protos/vocab/crc32c.h"

namespace factline::log {
namespace {

using ::testing::HasSubstr;

storage::v1::LogEvent Deletion(std::string id) {
  storage::v1::LogEvent event;
  event.mutable_accepted_time()->set_seconds(1700000000);
  event.mutable_article_deleted()->set_article_id(std::move(id));
  event.mutable_article_deleted()->set_version(3);
  return event;
}

std::string Encode(std::string_view key, const storage::v1::LogEvent& event) {
  std::string record;
  AppendRecord(key, event, &record);
  return record;
}

TEST(Record, ComesBackAsItWas) {
  const storage::v1::LogEvent event = Deletion("bay-herald-17");
  const auto decoded = DecodeRecord("key", Encode("key", event));
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->SerializeAsString(), event.SerializeAsString());
}

TEST(Record, BytesAreFrozen) {
  // Version 1, masked sum, then field 3 (article_deleted) of an event with nothing else.
  storage::v1::LogEvent event;
  event.mutable_article_deleted()->set_article_id("a");
  const std::string record = Encode(std::string("\0\0\0\0\0\0\0\0\0\0\0\7", 12), event);
  EXPECT_EQ(record.substr(0, 1), "\x01");
  EXPECT_EQ(record.substr(5),
            "\x1a\x03\x0a\x01"
            "a");
}

TEST(Record, EveryChangedBitIsFound) {
  const std::string record = Encode("key", Deletion("x"));
  for (size_t bit = 0; bit < record.size() * 8; ++bit) {
    std::string changed = record;
    changed[bit / 8] ^= static_cast<char>(1 << (bit % 8));
    EXPECT_FALSE(DecodeRecord("key", changed).ok()) << "bit " << bit;
  }
}

TEST(Record, EveryCutIsFound) {
  const std::string record = Encode("key", Deletion("x"));
  for (size_t size = 0; size < record.size(); ++size) {
    EXPECT_EQ(DecodeRecord("key", record.substr(0, size)).status().code(), absl::StatusCode::kDataLoss) << size;
  }
}

TEST(Record, UnderAnotherKeyIsDataLoss) {
  EXPECT_THAT(DecodeRecord("other", Encode("key", Deletion("x"))).status().ToString(), HasSubstr("checksum"));
}

TEST(Record, OfALaterVersionIsUnimplementedRatherThanDataLoss) {
  std::string record = Encode("key", Deletion("x"));
  record[0] = 2;
  EXPECT_EQ(DecodeRecord("key", record).status().code(), absl::StatusCode::kUnimplemented);
}

TEST(Record, WithARightSumOverNoEventIsDataLoss) {
  std::string record("\x01\0\0\0\0\xff\xff", 7);
  uint32_t crc = MaskCrc32c(ExtendCrc32c(Crc32c("k"), "\x01\xff\xff"));
  for (int i = 1; i < 5; ++i, crc >>= 8) record[i] = static_cast<char>(crc & 0xFF);
  EXPECT_THAT(DecodeRecord("k", record).status().ToString(), HasSubstr("no LogEvent"));
}

}  // namespace
}  // namespace factline::log
