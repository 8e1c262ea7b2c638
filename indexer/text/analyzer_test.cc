#include "indexer/text/analyzer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "protos/vocab/utf8.h"

namespace factline::text {
namespace {

using ::testing::ElementsAre;

const Analyzer& TheAnalyzer() {
  static const auto* analyzer = new Analyzer();
  return *analyzer;
}

std::vector<std::string> Terms(std::string_view text) {
  std::vector<std::string> terms;
  for (const Token& token : TheAnalyzer().Tokenize(text).tokens) terms.emplace_back(token.term);
  return terms;
}

std::vector<TokenKind> Kinds(std::string_view text) {
  std::vector<TokenKind> kinds;
  for (const Token& token : TheAnalyzer().Tokenize(text).tokens) kinds.push_back(token.kind);
  return kinds;
}

TEST(AnalyzerTest, HanTextIsPartedAtTheLikeliestWords) {
  EXPECT_THAT(Terms("他来到网易杭研大厦"), ElementsAre("他", "来到", "网易", "杭", "研", "大厦"));
  EXPECT_THAT(Terms("研究生命的起源"), ElementsAre("研究", "生命", "的", "起源"));
  EXPECT_THAT(Terms("长春市长春节致辞"), ElementsAre("长春", "市长", "春节", "致辞"));
  EXPECT_THAT(Terms("重庆大学发布新材料"), ElementsAre("重庆大学", "发布", "新", "材料"));
}

TEST(AnalyzerTest, ScriptsPartFromEachOther) {
  EXPECT_THAT(Terms("采用GPT4模型，don't stop"), ElementsAre("采用", "gpt4", "模型", ",", "don't", "stop"));
  EXPECT_THAT(Terms("达到2.45%、1,000台"), ElementsAre("达到", "2.45", "%", "、", "1,000", "台"));
  EXPECT_THAT(Kinds("电池25GWh！"),
              ElementsAre(TokenKind::kHan, TokenKind::kNumber, TokenKind::kLatin, TokenKind::kPunctuation));
}

TEST(AnalyzerTest, SignsBelongToNumbersOnlyWhereNothingIsJoined) {
  EXPECT_THAT(Terms("-5 5-10 A-5 为-5"), ElementsAre("-5", "5", "-", "10", "a", "-", "5", "为", "-5"));
  EXPECT_THAT(Terms("10%-15%"), ElementsAre("10", "%", "-", "15", "%"));
}

TEST(AnalyzerTest, ARunOfOneMarkIsOneToken) {
  EXPECT_THAT(Terms("好……！！？"), ElementsAre("好", "......", "!!", "?"));
}

TEST(AnalyzerTest, WidthCaseAndTraditionalFormsGiveEqualTerms) {
  EXPECT_EQ(Terms("ＧＰＴ４"), Terms("gpt4"));
  EXPECT_EQ(Terms("臺灣積體電路製造"), Terms("台湾积体电路制造"));
  EXPECT_EQ(Terms("重慶大學發佈"), Terms("重庆大学发布"));
  EXPECT_EQ(Terms("Straße"), Terms("STRASSE"));
  EXPECT_EQ(Terms("caf\u00e9"), Terms("cafe\u0301"));
  EXPECT_EQ(Terms("１２，３４５"), Terms("12,345"));
}

TEST(AnalyzerTest, SpansAreOfTheOriginalText) {
  const std::string text = "ＧＰＴ　溫度２５℃。";
  const Analysis analysis = TheAnalyzer().Tokenize(text);
  std::vector<std::string> pieces;
  for (const Token& token : analysis.tokens) pieces.emplace_back(token.span.In(text));
  EXPECT_THAT(pieces, ElementsAre("ＧＰＴ", "溫度", "２５", "℃", "。"));
  EXPECT_EQ(analysis.tokens[3].term, "°c");
}

TEST(AnalyzerTest, TheDictionaryGivesPartsOfSpeech) {
  const Analysis analysis = TheAnalyzer().Tokenize("重庆发布");
  ASSERT_EQ(analysis.tokens.size(), 2u);
  EXPECT_EQ(analysis.tokens[0].pos, PartOfSpeech::kPlaceName);
  EXPECT_EQ(analysis.tokens[1].pos, PartOfSpeech::kVerb);
}

TEST(AnalyzerTest, TermsSurviveAMoveOfTheAnalysis) {
  const std::string text = "ABC 臺灣 後來";
  Analysis first = TheAnalyzer().Tokenize(text);
  const Analysis second = std::move(first);
  std::vector<std::string> terms;
  for (const Token& token : second.tokens) terms.emplace_back(token.term);
  EXPECT_THAT(terms, ElementsAre("abc", "台湾", "后来"));
}

TEST(AnalyzerTest, NoTermIsLongerThanTheBound) {
  const Analysis analysis = TheAnalyzer().Tokenize(std::string(100000, 'a') + std::string(100000, '7'));
  for (const Token& token : analysis.tokens) ASSERT_LE(token.term.size(), 64u);
  EXPECT_EQ(analysis.tokens.back().span.end_exclusive, 200000u);
}

TEST(AnalyzerTest, AnalyzeGivesTheTokensOfTokenize) {
  const std::string text = "2024年3月24日，某公司投资约4亿元，同比增长12%。";
  const Analysis analyzed = TheAnalyzer().Analyze(text);
  const Analysis tokenized = TheAnalyzer().Tokenize(text);
  ASSERT_EQ(analyzed.tokens.size(), tokenized.tokens.size());
  for (size_t i = 0; i < analyzed.tokens.size(); ++i) {
    EXPECT_EQ(analyzed.tokens[i].span, tokenized.tokens[i].span);
    EXPECT_EQ(analyzed.tokens[i].term, tokenized.tokens[i].term);
  }
}

TEST(AnalyzerTest, ManyThreadsGetTheAnswersOfOne) {
  const Analyzer analyzer;
  const std::string text = "2024年3月24日，重慶大學ＧＰＴ-4投资约4亿元，cafe\u0301同比增长12%。";
  const Analysis want = analyzer.Analyze(text);
  std::vector<std::thread> threads;
  std::atomic<int> equal = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 200; ++round) {
        const Analysis got = analyzer.Analyze(text);
        equal += got.tokens.size() == want.tokens.size() && got.values.size() == want.values.size();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(equal, 800);
}

TEST(AnalyzerTest, TheVersionNamesBothTables) {
  EXPECT_THAT(std::string(Analyzer::Version()), ::testing::MatchesRegex("[0-9]+-[0-9a-f]{8}-[0-9a-f]{8}"));
}

// ---- properties, on random text ----

char32_t RandomChar(std::mt19937& random) {
  static constexpr char32_t kNotable[] = {U' ',      U'\n',     U'，', U'。',     U'-',      U'.',         U',',
                                          U'%',      U'年',     U'亿', U'十',     U'百',     U'\u0301',    U'\u200B',
                                          U'\uFE0F', U'℃',      U'①',  U'㈱',     U'\u3000', U'㍻',        U'\u00AD',
                                          U'\u1161', U'\uAC00', U'ﬁ',  U'\u00A8', U'\'',     U'\U0001F600'};
  switch (random() % 8) {
    case 0:
      return 0x20 + random() % 0x5F;
    case 1:
      return '0' + random() % 10;
    case 2:
    case 3:
    case 4:
      return 0x4E00 + random() % 0x5200;
    case 5:
      return 0xFF01 + random() % 0x5E;
    case 6:
      return kNotable[random() % std::size(kNotable)];
    default: {
      const char32_t cp = random() % 0x110000;
      return cp >= 0xD800 && cp <= 0xDFFF ? U'x' : cp;
    }
  }
}

std::string RandomText(std::mt19937& random) {
  std::string text;
  for (size_t n = random() % 60; n > 0; --n) AppendUtf8(RandomChar(random), text);
  return text;
}

bool IsBoundary(std::string_view text, size_t at) { return at == text.size() || (text[at] & 0xC0) != 0x80; }

TEST(AnalyzerPropertyTest, TokensAreOrderedAndCoverAllButBlanks) {
  std::mt19937 random(11);
  for (int round = 0; round < 20000; ++round) {
    const std::string text = RandomText(random);
    const Analysis analysis = TheAnalyzer().Tokenize(text);
    std::vector<bool> covered(text.size(), false);
    uint32_t last = 0;
    for (const Token& token : analysis.tokens) {
      ASSERT_GE(token.span.begin, last) << text;
      ASSERT_LT(token.span.begin, token.span.end_exclusive) << text;
      ASSERT_LE(token.span.end_exclusive, text.size());
      ASSERT_TRUE(IsBoundary(text, token.span.begin) && IsBoundary(text, token.span.end_exclusive)) << text;
      ASSERT_FALSE(token.term.empty());
      last = token.span.end_exclusive;
      for (uint32_t i = token.span.begin; i < token.span.end_exclusive; ++i) covered[i] = true;
    }
    for (size_t at = 0; at < text.size();) {
      const CodePoint c = DecodeUtf8(text, at);
      ASSERT_TRUE(covered[at] || ClassOfChar(c.value) == CharClass::kBlank) << text << " byte " << at;
      at += c.size_bytes;
    }
  }
}

TEST(AnalyzerPropertyTest, ValuesAreOrderedAndLieOnCharacters) {
  std::mt19937 random(12);
  for (int round = 0; round < 20000; ++round) {
    const std::string text = RandomText(random);
    uint32_t last = 0;
    for (const Value& value : TheAnalyzer().Analyze(text, absl::CivilDay(2024, 3, 24)).values) {
      ASSERT_GE(value.span.begin, last) << text;
      ASSERT_LT(value.span.begin, value.span.end_exclusive) << text;
      ASSERT_TRUE(value.context.Contains(value.span)) << text;
      ASSERT_LE(value.context.end_exclusive, text.size()) << text;
      for (const uint32_t edge :
           {value.span.begin, value.span.end_exclusive, value.context.begin, value.context.end_exclusive}) {
        ASSERT_TRUE(IsBoundary(text, edge)) << text;
      }
      last = value.span.end_exclusive;
    }
  }
}

TEST(AnalyzerPropertyTest, AnyBytesAreWalkedWithoutACrash) {
  std::mt19937 random(13);
  for (int round = 0; round < 20000; ++round) {
    std::string bytes(random() % 40, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    const Analysis analysis = TheAnalyzer().Analyze(bytes);
    for (const Token& token : analysis.tokens) ASSERT_LE(token.span.end_exclusive, bytes.size());
  }
}

}  // namespace
}  // namespace factline::text
