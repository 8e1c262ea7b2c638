#include "deploy/formats/decompress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deploy/formats/byte_reader.h"
#include "deploy/formats/test_util.h"

namespace factline::formats {
namespace {

using ::testing::HasSubstr;

std::string Long(size_t bytes) {
  std::string text;
  for (int i = 0; text.size() < bytes; ++i) text += "line " + std::to_string(i * 7919 % 10007) + "\n";
  return text;
}

struct Outcome {
  std::string bytes;
  absl::Status status;
};

Outcome Unpack(std::string packed, uint64_t max_bytes = 1 << 30) {
  ByteReader reader(Decompress(FromString(std::move(packed)), max_bytes));
  Outcome outcome;
  outcome.bytes = reader.ReadUpTo(1 << 30);
  outcome.status = reader.status();
  return outcome;
}

TEST(Decompress, EachKindIsToldByItsFirstBytes) {
  const std::string text = Long(1 << 20);
  for (const std::string& packed : {Gzip(text), Xz(text), Zstd(text), text}) {
    const Outcome outcome = Unpack(packed);
    EXPECT_EQ(outcome.status, absl::OkStatus());
    EXPECT_TRUE(outcome.bytes == text) << packed.substr(0, 4);
  }
}

TEST(Decompress, ManyMembersAreOneText) {
  const std::string a = Long(100'000), b = Long(70'000);
  EXPECT_TRUE(Unpack(Gzip(a) + Gzip(b) + Gzip("")).bytes == a + b);
  EXPECT_TRUE(Unpack(Xz(a) + Xz(b)).bytes == a + b);
  EXPECT_TRUE(Unpack(Zstd(a) + Zstd(b)).bytes == a + b);
  EXPECT_EQ(Unpack(Gzip(a) + std::string(512, '\0')).status, absl::OkStatus()) << "a tape's padding";
}

TEST(Decompress, WhatIsCutOrDamagedSaysWhere) {
  for (const std::string& packed : {Gzip(Long(50'000)), Xz(Long(50'000)), Zstd(Long(50'000))}) {
    const Outcome cut = Unpack(packed.substr(0, packed.size() / 2));
    EXPECT_THAT(cut.status.ToString(), HasSubstr("too early, at byte")) << packed.substr(0, 4);
    std::string damaged = packed;
    for (size_t i = packed.size() / 2; i < packed.size() / 2 + 40; ++i) damaged[i] ^= 0x55;
    EXPECT_THAT(Unpack(damaged).status.ToString(), HasSubstr("at byte"));
  }
  EXPECT_THAT(Unpack(Gzip("a") + "rubbish").status.ToString(), HasSubstr("at byte"));
}

TEST(Decompress, ABombIsReadNoFurtherThanItsBound) {
  const std::string zeros(32 << 20, '\0');
  for (const std::string& packed : {Gzip(zeros), Xz(zeros), Zstd(zeros)}) {
    ASSERT_LT(packed.size(), 64u << 10);
    const Outcome outcome = Unpack(packed, 1 << 20);
    EXPECT_THAT(outcome.status.ToString(), HasSubstr("more than 1048576 bytes"));
    EXPECT_LE(outcome.bytes.size(), 1u << 20);
  }
}

TEST(Inflate, TakesWhatServersCallGzipAndDeflate) {
  EXPECT_EQ(*Inflate(Gzip("a page"), 100), "a page");
  EXPECT_EQ(*Inflate(Gzip("a page").substr(10), 100), "a page") << "deflate without a header";
  EXPECT_TRUE(absl::IsOutOfRange(Inflate(Gzip(std::string(1000, ' ')), 100).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Inflate("no such thing", 100).status()));
}

TEST(ByteReader, TakesLinesUpToABoundAndCountsTheRest) {
  ByteReader reader(FromString("one\n" + std::string(200'000, 'x') + "\n\nlast"));
  EXPECT_EQ(reader.ReadLine(10)->text, "one");
  const auto second = reader.ReadLine(10);
  EXPECT_TRUE(second->too_long);
  EXPECT_EQ(second->text, "xxxxxxxxxx");
  EXPECT_EQ(second->bytes, 200'001u);
  EXPECT_EQ(reader.ReadLine(10)->text, "");
  EXPECT_EQ(reader.Peek(100), "last");
  EXPECT_EQ(reader.offset(), 4u + 200'001 + 1);
  EXPECT_EQ(reader.ReadLine(4)->text, "last");
  EXPECT_FALSE(reader.ReadLine(10).has_value());
}

}  // namespace
}  // namespace factline::formats
