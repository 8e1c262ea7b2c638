#include "ingest/chunk/sentences.h"

#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ingest/page/code_points.h"
#include "protos/vocab/limits.h"

namespace factline::chunk {
namespace {

using ::testing::ElementsAreArray;

std::vector<std::string> Texts(std::string_view text) {
  std::vector<std::string> texts;
  for (Span span : SplitSentences(text)) texts.emplace_back(span.In(text));
  return texts;
}

struct Row {
  std::string_view in;
  std::vector<std::string> want;
};

TEST(SentencesTest, EndWhereTheirMarksSay) {
  const Row kRows[] = {
      {"", {}},
      {" \n　\n", {}},
      {"没有句号", {"没有句号"}},
      {"青禾公司投产。产能翻番！真的吗？是", {"青禾公司投产。", "产能翻番！", "真的吗？", "是"}},
      {"第一段\n第二段", {"第一段", "第二段"}},
      {"“质量第一。”厂长说。", {"“质量第一。”", "厂长说。"}},
      {"他喊“加油！”的口号。", {"他喊“加油！”的口号。"}},
      {"电影《你是谁？》上映。", {"电影《你是谁？》上映。"}},
      {"增长15%……一批产品问世。", {"增长15%……", "一批产品问世。"}},
      {"真的？！太好了。", {"真的？！", "太好了。"}},
      {"（本节完。）下一节。", {"（本节完。）", "下一节。"}},
      {"同比增长3.5%。达2.1亿元。", {"同比增长3.5%。", "达2.1亿元。"}},
      {"Sales rose 3.5 percent. Costs fell.", {"Sales rose 3.5 percent.", "Costs fell."}},
      {"Mr. Fox met Dr. Hare. They spoke.", {"Mr. Fox met Dr. Hare.", "They spoke."}},
      {"J. Fox of Acme Inc. said so. \"Yes.\" He left.", {"J. Fox of Acme Inc. said so.", "\"Yes.\"", "He left."}},
      {"He joined Acme Inc. The firm grew.", {"He joined Acme Inc.", "The firm grew."}},
      {"In the U.S. Senate they met. Why? Because.", {"In the U.S. Senate they met.", "Why?", "Because."}},
      {"Version 2.0 e.g. Alpha is out.", {"Version 2.0 e.g. Alpha is out."}},
  };
  for (const Row& row : kRows) EXPECT_THAT(Texts(row.in), ElementsAreArray(row.want)) << row.in;
}

TEST(SentencesTest, AreCutAtTheBoundOnACodePointBorder) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "汉";
  const std::vector<Span> spans = SplitSentences(text);
  ASSERT_EQ(spans.size(), 4u);
  for (Span span : spans) {
    EXPECT_LE(span.size_bytes(), kMaxSentenceBytes);
    EXPECT_EQ(span.size_bytes() % 3, 0u);
  }
}

TEST(SentencesTest, CoverEveryByteThatIsNotBlankOnceInRandomText) {
  const std::vector<std::string> kPieces = {"汉", "字", "。", "！", "……", "”",  "“",
                                            "\n", " ",  "　", "a",  ".",  "Mr", "3",
                                            "?",  "）", "…",  "é",  "》", "A",  "\xF0\x9F\x98\x80"};
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (int i = 0; i < 400; ++i) text += kPieces[random() % kPieces.size()];
    uint32_t covered_to = 0;
    for (Span span : SplitSentences(text)) {
      ASSERT_LT(span.begin, span.end_exclusive);
      ASSERT_GE(span.begin, covered_to);
      ASSERT_EQ(page::TrimBlank(text.substr(covered_to, span.begin - covered_to)), "");
      ASSERT_FALSE(factline::FirstInvalidUtf8(span.In(text)).has_value());
      ASSERT_EQ(span.In(text).find('\n'), std::string_view::npos);
      covered_to = span.end_exclusive;
    }
    ASSERT_EQ(page::TrimBlank(text.substr(covered_to)), "");
  }
}

TEST(SentencesTest, TakeAnyBytes) {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    std::string text(random() % 300, '\0');
    for (char& c : text) c = static_cast<char>(random());
    for (Span span : SplitSentences(text)) ASSERT_LE(span.end_exclusive, text.size());
  }
}

}  // namespace
}  // namespace factline::chunk
