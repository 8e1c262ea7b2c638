#include "indexer/tag/pattern_classes.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace factline::tag {
namespace {

// The key of the pair of characters that `text` is.
uint64_t PairKey(std::string_view text) {
  std::vector<text::NormalChar> chars;
  text::Normalize(text, chars);
  PatternFinder finder{text::Dictionary()};
  finder.Find(chars, 0, chars.size());
  for (const Pattern& pattern : finder.patterns()) {
    if (pattern.scheme == RowScheme::kBigram && pattern.at == 0) return pattern.key;
  }
  return 0;
}

constexpr std::string_view kPersons[] = {"霁月", "若川", "知远", "一诺"};
constexpr std::string_view kPlaces[] = {"松江", "青石", "北屏", "云泽"};

PatternClasses Classes() {
  PatternClasses classes{text::Dictionary()};
  for (int i = 0; i < 10; ++i) {
    for (const std::string_view person : kPersons) {
      for (const std::string_view place : kPlaces) {
        classes.Add("记者" + std::string(person) + "说，他昨天到达" + std::string(place) + "县城。");
      }
    }
  }
  classes.Add("鲲鹏");
  classes.Close({.smallest_word_count = 5, .smallest_pair_count = 5, .coarse = 8, .fine = 4});
  return classes;
}

TEST(PatternClasses, PairsThatKeepTheSameCompanyAreOfOneClass) {
  const PatternClasses classes = Classes();
  const uint32_t person = classes.FineOf(PairKey(kPersons[0])), place = classes.FineOf(PairKey(kPlaces[0]));
  ASSERT_NE(person, PatternClasses::kNone);
  ASSERT_NE(place, PatternClasses::kNone);
  for (const std::string_view pair : kPersons) {
    EXPECT_EQ(classes.CoarseOf(classes.FineOf(PairKey(pair))), classes.CoarseOf(person)) << pair;
  }
  for (const std::string_view pair : kPlaces) {
    EXPECT_EQ(classes.CoarseOf(classes.FineOf(PairKey(pair))), classes.CoarseOf(place)) << pair;
  }
  EXPECT_NE(classes.CoarseOf(person), classes.CoarseOf(place));
  EXPECT_EQ(classes.SchemeOf(person), RowScheme::kBigram);
}

TEST(PatternClasses, WhatIsRareHasNone) { EXPECT_EQ(Classes().FineOf(PairKey("鲲鹏")), PatternClasses::kNone); }

TEST(PatternClasses, TheSameTextsGiveTheSameClasses) {
  const PatternClasses one = Classes(), other = Classes();
  EXPECT_EQ(one.classes().size(), other.classes().size());
  for (const auto& [key, fine] : one.classes()) EXPECT_EQ(other.FineOf(key), fine);
}

TEST(PatternClasses, NoTextGivesNoClasses) {
  PatternClasses classes{text::Dictionary()};
  classes.Close({});
  EXPECT_TRUE(classes.classes().empty());
}

}  // namespace
}  // namespace factline::tag
