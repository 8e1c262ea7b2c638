#include "indexer/tag/corpus.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace factline::tag {
namespace {

std::string WriteFile(const std::string& text) {
  const std::string path = std::string(std::getenv("TEST_TMPDIR")) + "/corpus.txt";
  std::ofstream(path) << text;
  return path;
}

std::string ErrorOf(const absl::StatusOr<std::vector<GoldSentence>>& read) {
  return std::string(read.status().message().data(), read.status().message().size());
}

TEST(SpanCorpus, ReadsTextAndSpansInOrder) {
  const auto read = ReadSpanCorpus(WriteFile(
      R"({"text": "林知远到松江港", "entities": [{"type": "LOC", "start": 4, "end": 7}, {"type": "PERSON", "start": 0, "end": 3}]})"
      "\n"
      R"({"text": "无", "entities": []})"));
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ((*read)[0].text, "林知远到松江港");
  EXPECT_EQ((*read)[0].spans, (std::vector<GoldSpan>{{0, 3, TagType::kPerson}, {4, 7, TagType::kLoc}}));
  EXPECT_TRUE((*read)[1].spans.empty());
}

TEST(SpanCorpus, OfOverlappingSpansTheFirstAndLongestStays) {
  const auto read = ReadSpanCorpus(WriteFile(
      R"({"text": "云泽大学", "entities": [{"type": "LOC", "start": 0, "end": 2}, {"type": "ORG", "start": 0, "end": 4}]})"));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ((*read)[0].spans, (std::vector<GoldSpan>{{0, 4, TagType::kOrg}}));
}

TEST(SpanCorpus, ErrorsNameTheLine) {
  const std::string good = "{\"text\": \"林\", \"entities\": []}\n";
  const struct {
    std::string line;
    const char* want;
  } kCases[] = {
      {"{", ":2: no JSON object"},
      {"{\"text\": \"林\"}", ":2: no text or no entities"},
      {R"({"text": "林", "entities": [{"type": "LOC", "start": 0, "end": 2}]})", ":2: a span outside the text"},
      {R"({"text": "林", "entities": [{"type": "LOC", "start": 0}]})", ":2: a span outside the text"},
      {R"({"text": "林", "entities": [{"type": "RIVER", "start": 0, "end": 1}]})", ":2: a span of no known type"},
  };
  for (const auto& c : kCases) {
    EXPECT_NE(ErrorOf(ReadSpanCorpus(WriteFile(good + c.line))).find(c.want), std::string::npos) << c.line;
  }
  EXPECT_NE(ErrorOf(ReadSpanCorpus("/nowhere/at.all")).find("/nowhere/at.all"), std::string::npos);
}

TEST(WordCorpus, JoinsSurnamesAndKeepsOuterCompounds) {
  const auto read = ReadWordCorpus(
      WriteFile("1-001/m  [云泽/ns  大学/n]nt  林/nr  知远/nr  、/w  欧阳/nr  明/nr  到/v  松江港/ns\n\n"));
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->size(), 1u);
  const GoldSentence& sentence = (*read)[0];
  EXPECT_EQ(sentence.text, "云泽大学林知远、欧阳明到松江港");
  EXPECT_EQ(sentence.word_ends, (std::vector<uint32_t>{2, 4, 5, 7, 8, 10, 11, 12, 15}));
  EXPECT_EQ(sentence.spans,
            (std::vector<GoldSpan>{
                {0, 4, TagType::kOrg}, {4, 7, TagType::kPerson}, {8, 11, TagType::kPerson}, {12, 15, TagType::kLoc}}));
}

TEST(WordCorpus, NeighbouringPersonsStayApart) {
  const auto read = ReadWordCorpus(WriteFile("1/m  林/nr  知远/nr  陈/nr  海/nr  恩佐/nr"));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ((*read)[0].spans,
            (std::vector<GoldSpan>{{0, 3, TagType::kPerson}, {3, 5, TagType::kPerson}, {5, 7, TagType::kPerson}}));
}

TEST(WordCorpus, ErrorsNameTheLine) {
  const struct {
    const char* line;
    const char* want;
  } kCases[] = {
      {"1/m  林", ":1: no word/tag: '林'"},
      {"1/m  [林/n  [知/n", ":1: a bracket inside a bracket"},
      {"1/m  林/n]nt", ":1: a bracket is closed that was not opened"},
      {"1/m  [林/n", ":1: a bracket is not closed"},
      {"1/m  \xFF/n", ":1: not UTF-8"},
  };
  for (const auto& c : kCases) {
    EXPECT_NE(ErrorOf(ReadWordCorpus(WriteFile(c.line))).find(c.want), std::string::npos) << c.line;
  }
}

TEST(PlainCorpus, ANulByteIsRefusedByNameAndLine) {
  for (const std::string& bad : {std::string("\0\n", 2), std::string("\0", 1), std::string("林\0知\n远", 9)}) {
    const auto read = ReadPlainCorpus(WriteFile("林知远说\n" + bad));
    EXPECT_NE(std::string(read.status().message()).find("corpus.txt:2: a NUL byte"), std::string::npos)
        << read.status();
  }
}

TEST(PlainCorpus, LinesEndAnywhereInABlock) {
  std::string text;
  std::vector<std::string> want;
  for (size_t bytes = 1; bytes < 400; ++bytes) {
    want.emplace_back(bytes, static_cast<char>('a' + bytes % 26));
    text += want.back() + (bytes % 2 ? "\n" : "\r\n");
  }
  const auto read = ReadPlainCorpus(WriteFile(text));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, want);
}

TEST(PlainCorpus, ReadsATextALine) {
  const auto read = ReadPlainCorpus(WriteFile("林知远说\n\n云泽大学\n"));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, (std::vector<std::string>{"林知远说", "云泽大学"}));
  EXPECT_FALSE(ReadPlainCorpus(WriteFile("\xFF\n")).ok());
}

}  // namespace
}  // namespace factline::tag
