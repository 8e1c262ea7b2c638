// Texts that nobody would print: what the extractor says of them must still lie in them, and be worked out in time that
// grows as the text does.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include "indexer/extract/extract_text.h"
#include "indexer/extract/extraction_check.h"
#include "indexer/extract/fact_sink.h"
#include "protos/vocab/utf8.h"

namespace factline::extract {
namespace {

using testing::IsEmpty;

std::string Repeat(std::string_view text, size_t times) {
  std::string all;
  for (size_t i = 0; i < times; ++i) all += text;
  return all;
}

TEST(HostileTextTest, BlanksBesideASentenceAreNoPartOfWhatItsEvidenceIsMeasuredBy) {
  constexpr std::string_view kSentence = "全市粮食产量达到5万吨";
  for (const std::string& body :
       {std::string(kSentence) + std::string(100, ' '), std::string(kSentence) + Repeat("\u202C", 40),
        std::string(100, ' ') + std::string(kSentence)}) {
    // As `factline tag` cuts it: the whole line.
    const Extraction found = ExtractSentences(body, {{0, static_cast<uint32_t>(body.size())}});
    EXPECT_FALSE(found.facts.empty());
    EXPECT_THAT(ExtractionCheck(body, found).faults(), IsEmpty());
  }
}

TEST(HostileTextTest, ASpeechWithoutAnEndIsCutBetweenCharacters) {
  for (const char* lead : {"周立民说，", "周立民说，a", "周立民说，ab"}) {
    std::string body = lead;
    for (int i = 0; i < 1100; ++i) body += i % 2 ? "江" : "山";
    const Extraction found = ExtractText(body);
    EXPECT_FALSE(found.facts.empty());
    EXPECT_THAT(ExtractionCheck(body, found).faults(), IsEmpty()) << lead;
  }
}

TEST(HostileTextTest, ANameEndsBeforeItsPossessiveHoweverThatIsWritten) {
  for (const char* possessive : {"'s", "’s", "＇s", "'\u00ADs", "\u00AD’\u00ADs", "'ｓ"}) {
    const std::string body =
        std::string("Northvale Motors Inc") + possessive + " chairman John Whitfield said the plant would open.";
    const Extraction found = ExtractText(body);
    EXPECT_THAT(ExtractionCheck(body, found).faults(), IsEmpty()) << possessive;
    EXPECT_TRUE(std::any_of(found.entities.begin(), found.entities.end(), [](const Entity& e) {
      return e.name.starts_with("Northvale Motors Inc");
    })) << possessive;
  }
}

// ---- time ----

// One of many names that are no words, of two characters.
std::string Rare(size_t i) {
  constexpr size_t kFirst = 0x4E00, kCount = 20000;
  std::string name;
  for (const size_t at : {i, i * 31 + i / kCount}) AppendUtf8(static_cast<char32_t>(kFirst + at % kCount), name);
  return name;
}

// One of 100,000 names, of five stems.
std::string Stems(size_t i) {
  constexpr std::string_view kStems = "甲乙丙丁戊己庚辛壬癸";
  std::string name;
  for (int n = 0; n < 5; ++n, i /= 10) name += kStems.substr(i % 10 * 3, 3);
  return name;
}

std::string Capitals(size_t i) {
  std::string name = "AAAA";
  for (size_t at = name.size(); at-- > 0; i /= 26) name[at] = static_cast<char>('A' + i % 26);
  return name;
}

// The part again and again, each time with another name, of those that come next and before too, and number.
std::string Repeated(std::string_view part, size_t bytes) {
  std::string text;
  if (part.find('{') == part.npos) {
    while (text.size() < bytes) text += part;
    return text;
  }
  for (size_t i = 10000; text.size() < bytes; ++i) {
    const std::pair<std::string_view, std::string> kFillings[] = {{"{rare}", Rare(i)},
                                                                  {"{next rare}", Rare(i + 1)},
                                                                  {"{stems}", Stems(i)},
                                                                  {"{stems before}", Stems(99999 - i)},
                                                                  {"{stems before that}", Stems(99998 - i)},
                                                                  {"{CAPITALS}", Capitals(i)},
                                                                  {"{CAPITALS BEFORE}", Capitals(99999 - i)},
                                                                  {"{number}", std::to_string(i)}};
    std::string filled(part);
    for (const auto& [name, filling] : kFillings) {
      for (size_t at; (at = filled.find(name)) != filled.npos;) filled.replace(at, name.size(), filling);
    }
    text += filled;
  }
  return text;
}

// CPU time, which other programs hardly change; the smaller of two runs.
double CpuSecondsFor(const std::string& body) {
  double least = 0;
  for (int run = 0; run < 2; ++run) {
    const std::clock_t begin = std::clock();
    ExtractText(body);
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    least = run == 0 ? seconds : std::min(least, seconds);
  }
  return least;
}

class EndlessTextTest : public testing::TestWithParam<const char*> {};

// It takes sixteen times as long where work is quadratic.
TEST_P(EndlessTextTest, FourTimesTheTextTakesAboutFourTimesAsLong) {
  constexpr size_t kBytes = 96 << 10;
  EXPECT_LT(CpuSecondsFor(Repeated(GetParam(), 4 * kBytes)), 8 * CpuSecondsFor(Repeated(GetParam(), kBytes)));
}

TEST_P(EndlessTextTest, WhatIsFoundLiesInTheText) {
  const std::string body = Repeated(GetParam(), 40 << 10);
  EXPECT_THAT(ExtractionCheck(body, ExtractText(body)).faults(), IsEmpty());
  const Extraction in_one_sentence = ExtractSentences(body, {{0, static_cast<uint32_t>(body.size())}});
  EXPECT_THAT(ExtractionCheck(body, in_one_sentence).faults(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    ManyNames, EndlessTextTest,
    testing::Values("王{rare}说。", "四川（{CAPITALS BEFORE}）", "四川（{CAPITALS}）我省。",
                    "北川{stems before}有限公司（简称北川{stems before that}有限公司）。",
                    "甲{rare}有限公司投资乙{rare}有限公司{number}亿元。", "产值达到{number}万元。\n",
                    "临江大学{rare}学院举行论坛。", "临江大学材料学院的王{rare}，",
                    "北川{rare}集团董事长、{rare}总经理李{next rare}。", "四川印发《{rare}规划》。",
                    "“{rare}。”李{rare}说。", "“{rare}。李{rare}说。", "东山区{stems}大桥全长{number}米。",
                    "北川动力有限公司研制{stems}电池、", "{number}年{stems}公司成立；", "（{rare}（",
                    "\"It rose {number}%,\" said John {CAPITALS}, chairman of Mill{CAPITALS} Inc. ",
                    "{CAPITALS} {CAPITALS BEFORE} "));
INSTANTIATE_TEST_SUITE_P(OnePhrase, EndlessTextTest,
                         testing::Values("北川动力有限公司投资“建设，李明说", "北川动力有限公司投资。", "“", "“。",
                                         "（（（以下简称", "王李张、", "研究中心", "1亿元", "《", "成立", "“甲说”", "a",
                                         "中国重庆", "李明说，", "“李明说。", "·", "2023年", "。", "说\n"));
INSTANTIATE_TEST_SUITE_P(English, EndlessTextTest,
                         testing::Values("\"it,\" said John Smith, ", "rose 5% to $3 million, ",
                                         "John Smith, chief executive of ", "said ", "the company ", "A. ",
                                         "University of ", "its 12 new ", "March ", "Smith "));

TEST(HostileTextTest, NoMoreStatementsAreKeptThanTheSinkHolds) {
  const std::string body = Repeated("东山大桥全长{number}米。", (FactSink::kMaxFacts + 1000) * 34);
  EXPECT_EQ(ExtractText(body).facts.size(), FactSink::kMaxFacts);
}

}  // namespace
}  // namespace factline::extract
