#include "query/suggest/spelling.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace factline::query {
namespace {

TEST(PrefixSpellingTest, CountsEditsUntilTheTextBeginsTheName) {
  struct Case {
    std::u32string text, name;
    uint32_t edits;
  };
  for (const Case& c : std::vector<Case>{{U"远岭储能", U"远岭储能科技有限公司", 0},
                                         {U"远领储能", U"远岭储能科技", 1},
                                         {U"远储能", U"远岭储能", 1},
                                         {U"远岭岭储能", U"远岭储能", 1},
                                         {U"岭远储能", U"远岭储能", 1},
                                         {U"bluestnoe", U"bluestone energy", 1},
                                         {U"blustnoe", U"bluestone energy", 2},
                                         {U"bluestone", U"blue", 5},
                                         {U"abc", U"xyz", 3}}) {
    EXPECT_EQ(PrefixSpelling(c.text, 2).To(c.name).edits, c.edits) << std::string(c.text.begin(), c.text.end());
  }
}

TEST(PrefixSpellingTest, HanTextsMayHaveOneSlipAndLatinOnesTwo) {
  EXPECT_EQ(EditsAllowed(U"远岭"), 0u);
  EXPECT_EQ(EditsAllowed(U"远岭储"), 1u);
  EXPECT_EQ(EditsAllowed(U"远岭储能科技"), 1u);
  EXPECT_EQ(EditsAllowed(U"ab"), 0u);
  EXPECT_EQ(EditsAllowed(U"abcde"), 1u);
  EXPECT_EQ(EditsAllowed(U"abcdef"), 2u);
}

// Edits between whole strings, by the definition.
uint32_t Edits(std::u32string_view a, std::u32string_view b) {
  std::vector<std::vector<uint32_t>> d(a.size() + 1, std::vector<uint32_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) {
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = static_cast<uint32_t>(i + j);
        continue;
      }
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

TEST(PrefixSpellingTest, AgreesWithTheDefinitionAndHopelessPrefixesAreHopeless) {
  std::mt19937 random(1);
  const auto text = [&random](size_t max) {
    std::u32string out;
    for (size_t i = random() % max + 1; i > 0; --i) out.push_back(U'a' + random() % 3);
    return out;
  };
  for (int round = 0; round < 5000; ++round) {
    const std::u32string typed = text(7), name = text(9);
    const uint32_t max_edits = random() % 3;
    uint32_t want = 100;
    for (size_t n = 0; n <= name.size(); ++n) want = std::min(want, Edits(typed, name.substr(0, n)));
    PrefixSpelling spelling(typed, max_edits);
    const PrefixSpelling::Distance got = spelling.To(name);
    ASSERT_EQ(std::min(got.edits, max_edits + 1), std::min(want, max_edits + 1));
    if (got.hopeless_prefix == 0) continue;
    ASSERT_GT(got.edits, max_edits);
    const std::u32string other = name.substr(0, got.hopeless_prefix) + text(5);
    for (size_t n = 0; n <= other.size(); ++n) ASSERT_GT(Edits(typed, other.substr(0, n)), max_edits);
  }
}

}  // namespace
}  // namespace factline::query
