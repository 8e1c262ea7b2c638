#include "indexer/text/index_terms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "indexer/text/analyzer.h"
#include "protos/vocab/utf8.h"

namespace factline::text {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

const Analyzer& TheAnalyzer() {
  static const auto* analyzer = new Analyzer();
  return *analyzer;
}

using Words = std::vector<std::string>;
using Grams = std::vector<std::pair<uint32_t, std::string>>;

Words DocumentWords(std::string_view text) {
  Words words;
  ForEachDocumentWord(TheAnalyzer().Tokenize(text), [&](std::string_view term, Span) { words.emplace_back(term); });
  return words;
}

Grams DocumentGrams(std::string_view text) {
  Grams grams;
  ForEachGram(TheAnalyzer().Tokenize(text),
              [&](std::string_view term, uint32_t position, Span) { grams.emplace_back(position, term); });
  return grams;
}

Grams QueryGrams(std::string_view text) {
  Grams grams;
  ForEachQueryGram(TheAnalyzer().Tokenize(text),
                   [&](std::string_view term, uint32_t position, Span) { grams.emplace_back(position, term); });
  return grams;
}

TEST(IndexTermsTest, LongWordsAreFollowedByTheWordsInThem) {
  EXPECT_THAT(DocumentWords("人工智能，GPT"), ElementsAre("人工智能", "人工", "智能", "gpt"));
}

TEST(IndexTermsTest, InnerWordsHaveTheirOwnSpans) {
  const std::string text = "在人工智能";
  std::vector<std::string> pieces;
  ForEachDocumentWord(TheAnalyzer().Tokenize(text),
                      [&](std::string_view, Span span) { pieces.emplace_back(span.In(text)); });
  EXPECT_THAT(pieces, ElementsAre("在", "人工智能", "人工", "智能"));
}

TEST(IndexTermsTest, DocumentGramsArePairsThenTheLastCharacter) {
  EXPECT_THAT(DocumentGrams("镁合金25GWh，好"), ElementsAre(Pair(0, "镁合"), Pair(1, "合金"), Pair(2, "金"),
                                                            Pair(3, "25"), Pair(4, "gwh"), Pair(6, "好")));
}

TEST(IndexTermsTest, QueryGramsAreTheFewestThatCover) {
  EXPECT_THAT(QueryGrams("镁"), ElementsAre(Pair(0, "镁")));
  EXPECT_THAT(QueryGrams("镁合"), ElementsAre(Pair(0, "镁合")));
  EXPECT_THAT(QueryGrams("镁合金"), ElementsAre(Pair(0, "镁合"), Pair(1, "合金")));
  EXPECT_THAT(QueryGrams("镁合金车"), ElementsAre(Pair(0, "镁合"), Pair(2, "金车")));
  EXPECT_THAT(QueryGrams("镁-合"), ElementsAre(Pair(0, "镁"), Pair(2, "合")));
}

TEST(IndexTermsTest, BlanksTakeNoPosition) { EXPECT_EQ(DocumentGrams("镁合\n金 车"), DocumentGrams("镁合金车")); }

TEST(IndexTermsTest, TraditionalTextGivesTheSameGrams) {
  EXPECT_EQ(DocumentGrams("國際鎂協會ＡＢ"), DocumentGrams("国际镁协会ab"));
}

TEST(IndexTermsTest, GramSpansCoverTheirCharacters) {
  const std::string text = "國際　镁";
  std::vector<std::string> pieces;
  ForEachGram(TheAnalyzer().Tokenize(text),
              [&](std::string_view, uint32_t, Span span) { pieces.emplace_back(span.In(text)); });
  EXPECT_THAT(pieces, ElementsAre("國際", "際　镁", "镁"));
}

// Whatever part of a text is asked for, cut between Han characters, its grams are those of the text at one offset.
TEST(IndexTermsPropertyTest, APhraseCutFromATextIsFoundInIt) {
  static constexpr char32_t kAlphabet[] = U"人工智能研究中心发布新材料镁合金國際會議的一二，。 ";
  std::mt19937 random(5);
  int phrases = 0;
  for (int round = 0; round < 5000; ++round) {
    std::u32string text;
    for (size_t n = 4 + random() % 30; n > 0; --n) {
      if (random() % 12 == 0) text += random() % 2 ? U"GPT4" : U"25.5";
      text += kAlphabet[random() % (std::size(kAlphabet) - 1)];
    }
    const auto is_han = [&](size_t i) { return ClassOfChar(text[i]) == CharClass::kHan; };
    const size_t begin = random() % text.size();
    const size_t end = begin + 1 + random() % (text.size() - begin);
    // A Han boundary: a Han character on the inner side of both edges.
    if (!is_han(begin) || !is_han(end - 1)) continue;
    std::string whole, phrase;
    for (const char32_t cp : text) AppendUtf8(cp, whole);
    for (size_t i = begin; i < end; ++i) AppendUtf8(text[i], phrase);
    const Grams document = DocumentGrams(whole);
    const Grams query = QueryGrams(phrase);
    ASSERT_FALSE(query.empty());
    ++phrases;
    const std::map<uint32_t, std::string> at(document.begin(), document.end());
    bool found = false;
    for (const auto& [position, term] : document) {
      bool here = position >= query[0].first;
      for (const auto& [offset, gram] : query) {
        if (!here) break;
        const auto it = at.find(position - query[0].first + offset);
        // A character that stands alone in the query begins a pair in the text.
        here = it != at.end() && (it->second == gram || (gram.size() == 3 && it->second.rfind(gram, 0) == 0));
      }
      found |= here;
    }
    ASSERT_TRUE(found) << phrase << " in " << whole;
  }
  EXPECT_GT(phrases, 500);
}

}  // namespace
}  // namespace factline::text
