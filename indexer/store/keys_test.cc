#include "indexer/store/keys.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

namespace factline::store {
namespace {

// Two random keys compare as their bytes do, and come back from them.
template <typename Key, typename Make>
void ExpectOrderAndRoundTrip(Make make) {
  std::mt19937_64 rng(1);
  for (int i = 0; i < 2000; ++i) {
    const Key a = make(rng), b = make(rng);
    EXPECT_EQ(a <=> b, a.Encode() <=> b.Encode());
    const auto decoded = Key::Decode(a.Encode());
    ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
    EXPECT_EQ(*decoded, a);
    for (size_t size = 0; size < a.Encode().size(); ++size) {
      EXPECT_EQ(Key::Decode(a.Encode().substr(0, size)).status().code(), absl::StatusCode::kDataLoss);
    }
    EXPECT_FALSE(Key::Decode(a.Encode() + "x").ok());
  }
}

// Small and large numbers, equal ones often.
uint64_t Number(std::mt19937_64& rng) { return rng() % 3 == 0 ? rng() % 3 : rng() >> (rng() % 64); }

TEST(KeysTest, ByteOrderIsLogicalOrder) {
  ExpectOrderAndRoundTrip<SegmentKey>([](auto& rng) { return SegmentKey{SegmentId(Number(rng))}; });
  ExpectOrderAndRoundTrip<TermsKey>([](auto& rng) {
    return TermsKey{SegmentId(Number(rng)), rng() % 2 ? TermsKey::Part::kBlock : TermsKey::Part::kIndex,
                    static_cast<uint32_t>(Number(rng))};
  });
  ExpectOrderAndRoundTrip<ChunkKey>([](auto& rng) {
    return ChunkKey{SegmentId(Number(rng)), static_cast<uint32_t>(Number(rng)), static_cast<uint32_t>(Number(rng))};
  });
  ExpectOrderAndRoundTrip<NormsKey>([](auto& rng) {
    return NormsKey{SegmentId(Number(rng)), static_cast<NormsKey::Column>(1 + rng() % 3),
                    static_cast<uint32_t>(Number(rng))};
  });
  ExpectOrderAndRoundTrip<DocKey>([](auto& rng) { return DocKey{DocNumber(static_cast<uint32_t>(Number(rng)))}; });
}

TEST(KeysTest, MetaKeysRoundTripAndUnknownPartsAreRefused) {
  for (const MetaKey& key : {MetaKey{MetaKey::Part::kManifest, {}}, MetaKey{MetaKey::Part::kDeletions, SegmentId(258)},
                             MetaKey{MetaKey::Part::kPurge, SegmentId(UINT64_MAX)}}) {
    const auto decoded = MetaKey::Decode(key.Encode());
    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ(*decoded, key);
  }
  for (const std::string& bad : {std::string(), std::string("\4"), std::string("\1\0", 2), std::string("\2\0\0", 3)}) {
    EXPECT_EQ(MetaKey::Decode(bad).status().code(), absl::StatusCode::kDataLoss);
  }
}

TEST(KeysTest, BytesAreFrozen) {
  EXPECT_EQ((ChunkKey{SegmentId(0x0102030405060708), 0x090a0b0c, 0x0d0e0f10}.Encode()),
            "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10");
  EXPECT_EQ((TermsKey{SegmentId(1), TermsKey::Part::kIndex, 3}.Encode()),
            std::string("\0\0\0\0\0\0\0\1\2\0\0\0\3", 13));
  EXPECT_EQ(TermKey(Field::kTag, "ai"),
            "\x08"
            "ai");
}

TEST(KeysTest, ASegmentsRangeHoldsItsKeysAndNoOthers) {
  const std::string begin = SegmentBegin(SegmentId(255)), end = SegmentEndExclusive(SegmentId(255));
  const std::string last = ChunkKey{SegmentId(255), UINT32_MAX, UINT32_MAX}.Encode();
  const std::string next = ChunkKey{SegmentId(256), 0, 0}.Encode();
  EXPECT_LE(begin, last);
  EXPECT_LT(last, end);
  EXPECT_LE(end, next);
  EXPECT_EQ(*SegmentOfKey(last), SegmentId(255));
  EXPECT_FALSE(SegmentOfKey("short").ok());
}

TEST(TermHeadTest, HeadAndTailSortAsTheKeysTheyBegin) {
  std::mt19937_64 rng(2);
  const auto random_term = [&rng] {
    static constexpr char kBytes[] = {'\0', 'a', 'b', '\xff'};
    std::string term(1, 'a');
    for (size_t size = rng() % 18; size > 0; --size) term += kBytes[rng() % 16 < 14 ? 1 : rng() % 4];
    return term;
  };
  size_t undecided = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::string a = random_term(), b = random_term();
    const auto fields = {Field::kTitleWord, Field::kBodyGram};
    const Field of_a = *(fields.begin() + rng() % 2), of_b = *(fields.begin() + rng() % 2);
    const auto numbers = [](Field field, const std::string& term) {
      return std::pair(TermHead(field, term), TermTail(term));
    };
    const auto order = numbers(of_a, a) <=> numbers(of_b, b);
    if (order == 0) {  // only what zeros fill up, and what lies behind, may differ
      ++undecided;
      EXPECT_EQ(of_a, of_b);
      std::string padded_a = a, padded_b = b;
      padded_a.resize(kTermHeadBytes);
      padded_b.resize(kTermHeadBytes);
      EXPECT_EQ(padded_a, padded_b);
    } else {
      EXPECT_EQ(order < 0, TermKey(of_a, a) < TermKey(of_b, b));
    }
  }
  EXPECT_GT(undecided, 100u);
}

}  // namespace
}  // namespace factline::store
