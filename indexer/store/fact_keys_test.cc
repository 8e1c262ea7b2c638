#include "indexer/store/fact_keys.h"

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "indexer/store/fact_row.h"

namespace factline::store {
namespace {

const FactId kFact(std::string(kIdBytes, 'f'));
const EntityId kEntity(std::string(kIdBytes, 'e'));

TEST(FactKeysTest, NumbersSortAsTheirBytesDo) {
  const std::vector<double> growing = {
      -std::numeric_limits<double>::infinity(), -1e300, -2, -1, -1e-310, 0, 1e-310, 1, 2, 1e300,
      std::numeric_limits<double>::infinity()};
  for (size_t i = 1; i < growing.size(); ++i) {
    EXPECT_LT(ValueKey("p", growing[i - 1], kFact), ValueKey("p", growing[i], kFact)) << growing[i];
  }
  EXPECT_EQ(ValueKey("p", -0.0, kFact), ValueKey("p", 0.0, kFact));
}

TEST(FactKeysTest, NewerTimesSortFirst) {
  const std::vector<int64_t> shrinking = {std::numeric_limits<int64_t>::max(), 1, 0, -1,
                                          std::numeric_limits<int64_t>::min()};
  for (size_t i = 1; i < shrinking.size(); ++i) {
    EXPECT_LT(EvidenceKey(kFact, shrinking[i - 1], "a"), EvidenceKey(kFact, shrinking[i], "a"));
  }
}

TEST(FactKeysTest, TextsSortAsThemselvesAndNoneBeginsAnother) {
  const std::vector<std::string> growing = {"",
                                            std::string("\0", 1),
                                            std::string("\0a", 2),
                                            "a",
                                            std::string("a\0", 2),
                                            std::string("a\0b", 3),
                                            "a\x01",
                                            "aa",
                                            "b",
                                            "重庆",
                                            "重庆大学",
                                            "\xff"};
  for (size_t i = 0; i < growing.size(); ++i) {
    for (size_t j = 0; j < growing.size(); ++j) {
      const std::string a = EntityNamePrefix(growing[i]);
      const std::string b = EntityNamePrefix(growing[j]);
      EXPECT_EQ(a < b, i < j) << i << " " << j;
      EXPECT_EQ(a.starts_with(b), i == j) << i << " " << j;
    }
  }
}

TEST(FactKeysTest, KeysGiveBackTheirParts) {
  const std::string id("a\0b#1", 5);
  const auto evidence = DecodeEvidenceKey(EvidenceKey(kFact, -5, id).value());
  ASSERT_TRUE(evidence.has_value());
  EXPECT_EQ(evidence->published_seconds, -5);
  EXPECT_EQ(evidence->article_id, id);
  const auto name = DecodeEntityNameKey(EntityNameKey("名", 7, kEntity).value());
  ASSERT_TRUE(name.has_value());
  EXPECT_EQ(name->normal_name, "名");
  EXPECT_EQ(name->type, 7);
  EXPECT_EQ(name->entity, kEntity);
  EXPECT_EQ(FactOfIndexKey(FactArticleKey("x", 3, kFact).value()), kFact);
  EXPECT_EQ(DecodeEntityArticleSeconds(EntityArticleKey(kEntity, 77, "x").value()), 77);
}

TEST(FactKeysTest, LongTextsAreCutAtACodePointAndStayApart) {
  const std::string longest(kMaxKeyTextBytes, 'x');
  EXPECT_EQ(KeyText(longest), longest);
  std::string han = "a";
  for (int i = 0; i < 100; ++i) han += "\u6c34";
  const std::string cut = KeyText(han);
  EXPECT_EQ(cut.substr(0, 238), han.substr(0, 238));
  EXPECT_EQ(cut.size(), 238 + kIdBytes);
  EXPECT_NE(KeyText(han + "b"), KeyText(han + "c"));
  EXPECT_EQ(KeyText(cut), cut);
  EXPECT_LT(TextRolePrefix(FactRole::kSubject, std::string(1 << 20, 'y')).size(), 600u);
  EXPECT_LT(EntityNameKey(std::string(1 << 20, 'y'), 1, kEntity).value().size(), 600u);
  EXPECT_LE(KeyText(std::string(1000, '\x80')).size(), kMaxKeyTextBytes) << "no UTF-8 at all";
}

TEST(FactKeysTest, APrefixFindsLongTexts) {
  const std::string text(1000, 'x');
  const std::string key = TextRolePrefix(FactRole::kObject, text);
  const std::string name_key = EntityNameKey(text, 1, kEntity).value();
  EXPECT_TRUE(name_key.starts_with(EntityNamePrefix(text)));
  for (const size_t bytes : {1, 239, 240, 241, 256, 257, 1000}) {
    EXPECT_TRUE(key.starts_with(TextRoleOpenPrefix(FactRole::kObject, text.substr(0, bytes)))) << bytes;
    EXPECT_TRUE(name_key.starts_with(EntityNameOpenPrefix(text.substr(0, bytes)))) << bytes;
  }
}

TEST(FactKeysTest, AnyBytesAreAKeyOrNone) {
  std::mt19937 random(7);
  const std::vector<std::string> seeds = {EvidenceKey(kFact, 1, "a").value(), EntityNameKey("b", 1, kEntity).value()};
  for (int i = 0; i < 20000; ++i) {
    std::string bytes = seeds[random() % seeds.size()];
    for (int n = 0; n < 3; ++n) {
      if (!bytes.empty()) bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    bytes.resize(random() % (bytes.size() + 1));
    if (const auto place = DecodeEvidenceKey(bytes)) {
      EXPECT_EQ(EvidenceKey(FactId(bytes.substr(0, kIdBytes)), place->published_seconds, place->article_id).value(),
                bytes);
    }
    if (const auto place = DecodeEntityNameKey(bytes)) {
      EXPECT_EQ(EntityNameKey(place->normal_name, place->type, place->entity).value(), bytes);
    }
    (void)DecodeEntityArticleSeconds(bytes);
  }
}

TEST(FactKeysTest, TheSuccessorIsTheLeastKeyBeyondAPrefix) {
  EXPECT_EQ(PrefixSuccessor("ab"), "ac");
  EXPECT_EQ(PrefixSuccessor("a\xff\xff"), "b");
  EXPECT_EQ(PrefixSuccessor("\xff"), "");
}

TEST(FactRowTest, RowsComeBackAndBadBytesAreDescribed) {
  const FactRow row{-62135596800, 253402300799, {{0, 1}, {40, 3}, {100, 70000}}};
  const std::string bytes = EncodeFactRow(row);
  const auto back = DecodeFactRow(bytes);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(*back, row);
  EXPECT_EQ(back->evidence_count(), 70004);
  EXPECT_EQ(back->best_percent(), 100);
  for (const std::string& bad : {std::string(), std::string("\2"), bytes.substr(0, 4), bytes + "\5\1", bytes + "\x65\1",
                                 bytes.substr(0, bytes.size() - 1), std::string("\1\0\0", 3)}) {
    EXPECT_TRUE(absl::IsDataLoss(DecodeFactRow(bad).status())) << bad.size();
  }
}

TEST(FactRowTest, ConfidenceIsRoundedToPercent) {
  EXPECT_EQ(ConfidencePercent(0.854F), 85);
  EXPECT_EQ(ConfidencePercent(1.5F), 100);
  EXPECT_EQ(ConfidencePercent(-1), 0);
  EXPECT_EQ(ConfidencePercent(std::nanf("")), 0);
}

}  // namespace
}  // namespace factline::store
