#include "query/search/near_duplicates.h"

#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace factline::query {
namespace {

using Words = std::vector<std::string>;

std::string Text(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += word + " ";
  return text;
}

Words RandomWords(std::mt19937* random, size_t count) {
  Words words;
  while (words.size() < count) words.push_back("w" + std::to_string((*random)() % 3000));
  return words;
}

bool Alike(const std::string& a, const std::string& b) { return AreNearDuplicates(*SignatureOf(a), *SignatureOf(b)); }

TEST(NearDuplicatesTest, CopiesWithSmallChangesAreAlikeAndOthersAreNot) {
  std::mt19937 random(3);
  for (int round = 0; round < 50; ++round) {
    const Words words = RandomWords(&random, 150 + random() % 500);
    EXPECT_TRUE(Alike(Text(words), Text(words)));
    Words copy = words;  // a changed word changes four runs: one in a hundred leaves a share of about 0.92
    for (size_t i = 0; i < words.size() / 100; ++i) copy[random() % copy.size()] = "changed" + std::to_string(i);
    copy.insert(copy.begin(), {"our", "reporter", "writes"});
    EXPECT_TRUE(Alike(Text(words), Text(copy))) << round;
    EXPECT_FALSE(Alike(Text(words), Text(RandomWords(&random, words.size())))) << round;
    Words quoting = words;  // a share of a seventh
    const Words other = RandomWords(&random, words.size() * 3 / 4);
    std::copy(other.begin(), other.end(), quoting.begin());
    EXPECT_FALSE(Alike(Text(words), Text(quoting))) << round;
  }
}

TEST(NearDuplicatesTest, WidthCaseScriptBlanksAndMarksMakeNoDifference) {
  EXPECT_EQ(SignatureOf("青石公司發布鎂合金新品，ＢＬＵＥ stone。"), SignatureOf("青石公司 发布镁合金新品 Blue Stone"));
  EXPECT_NE(SignatureOf("青石公司发布新品"), SignatureOf("青石公司发布产品"));
}

TEST(NearDuplicatesTest, ShortTextsAreAlikeOnlyWhereTheyAreTheSame) {
  EXPECT_FALSE(SignatureOf("").has_value());
  EXPECT_FALSE(SignatureOf(" ，。").has_value());
  EXPECT_TRUE(Alike("更正", "更正。"));
  EXPECT_FALSE(Alike("更正", "更名"));
  EXPECT_FALSE(Alike("a b c d", "a b c e"));
}

}  // namespace
}  // namespace factline::query
