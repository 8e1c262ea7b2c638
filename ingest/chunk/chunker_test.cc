#include "ingest/chunk/chunker.h"

#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "ingest/chunk/sentences.h"
#include "ingest/page/code_points.h"

namespace factline::chunk {
namespace {

std::string Repeat(std::string_view piece, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += piece;
  return text;
}

TEST(ChunkerTest, MakesNoChunkOfBlankText) {
  EXPECT_TRUE(ChunkBody("").empty());
  EXPECT_TRUE(ChunkBody(" \n　\n").empty());
}

TEST(ChunkerTest, KeepsAShortBodyWhole) {
  const std::string body = "蓝湾重工投产。产能翻番。\n第二段。";
  const std::vector<Chunk> chunks = ChunkBody(body);
  ASSERT_EQ(chunks.size(), 1u);
  EXPECT_EQ(chunks[0].span.In(body), body);
  EXPECT_EQ(chunks[0].sentences.size(), 3u);
}

TEST(ChunkerTest, PrefersTheParagraphsEndAsBorder) {
  const std::string paragraph = Repeat("一句十个字的话在这里。", 20);  // 220 characters
  const std::string body = paragraph + "\n" + paragraph + "\n" + paragraph;
  const std::vector<Chunk> chunks = ChunkBody(body);
  ASSERT_EQ(chunks.size(), 3u);
  for (const Chunk& chunk : chunks) EXPECT_EQ(chunk.span.In(body), paragraph);
}

TEST(ChunkerTest, CutsALongParagraphBetweenSentences) {
  const std::string body = Repeat("一句十个字的话在这里。", 200);
  for (const Chunk& chunk : ChunkBody(body)) {
    EXPECT_LE(factline::CountCodePoints(chunk.span.In(body)), 600u);
    EXPECT_TRUE(chunk.span.In(body).ends_with("。"));
  }
}

TEST(ChunkerTest, CoversEveryByteThatIsNotBlankOnceInOrder) {
  const std::vector<std::string> kPieces = {"汉字", "。",     "\n",   " ", "word",
                                            ". ",   "，数字", "12.5", "”", "\xF0\x9F\x98\x80"};
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    std::string body;
    for (int i = 0; i < 900; ++i) body += kPieces[random() % kPieces.size()];
    const ChunkOptions options{.target_code_points = static_cast<uint32_t>(random() % 400),
                               .max_code_points = static_cast<uint32_t>(random() % 800)};
    std::vector<Span> sentences;
    uint32_t covered_to = 0;
    for (const Chunk& chunk : ChunkBody(body, options)) {
      ASSERT_FALSE(chunk.sentences.empty());
      ASSERT_EQ(chunk.span.begin, chunk.sentences.front().begin);
      ASSERT_EQ(chunk.span.end_exclusive, chunk.sentences.back().end_exclusive);
      ASSERT_EQ(page::TrimBlank(std::string_view(body).substr(covered_to, chunk.span.begin - covered_to)), "");
      ASSERT_FALSE(factline::FirstInvalidUtf8(chunk.span.In(body)).has_value());
      ASSERT_TRUE(chunk.sentences.size() == 1 || factline::CountCodePoints(chunk.span.In(body)) <=
                                                     options.max_code_points + 2 * chunk.sentences.size());
      sentences.insert(sentences.end(), chunk.sentences.begin(), chunk.sentences.end());
      covered_to = chunk.span.end_exclusive;
    }
    ASSERT_EQ(page::TrimBlank(std::string_view(body).substr(covered_to)), "");
    ASSERT_EQ(sentences, SplitSentences(body));
  }
}

}  // namespace
}  // namespace factline::chunk
