#include "tests/bench/peers/protocol/peer_input.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace factline::peers {
namespace {

TEST(PeerInputTest, DocumentsAreSplitAtTabsAndTokensAtSpaces) {
  const std::string line = "7\t-60\tdaily\tnew mill\tsteel is steel";
  const PeerDocument document = ParseDocument(line);
  EXPECT_EQ(document.number, 7u);
  EXPECT_EQ(document.published_seconds, -60);
  EXPECT_EQ(document.source, "daily");
  std::vector<std::pair<std::string, uint32_t>> tokens;
  const uint32_t count = ForEachToken(
      document, [&](std::string_view token, uint32_t position) { tokens.emplace_back(std::string(token), position); });
  EXPECT_EQ(count, 5u);
  // No phrase goes from the title into the body: there is a position between them.
  EXPECT_EQ(tokens, (std::vector<std::pair<std::string, uint32_t>>{
                        {"new", 0}, {"mill", 1}, {"steel", 3}, {"is", 4}, {"steel", 5}}));
}

TEST(PeerInputTest, ADocumentMayHaveNoTitleAndNoBody) {
  const PeerDocument document = ParseDocument("0\t0\ts\t\t");
  EXPECT_EQ(ForEachToken(document, [](std::string_view, uint32_t) { FAIL(); }), 0u);
}

TEST(PeerInputTest, ExpressionsAreReadInPrefixOrder) {
  const PeerQuery query = ParseQuery("q1\tmixed\t10\t20\tdaily\t&2 |2 =a =& \"2 =b ==");
  EXPECT_EQ(query.id, "q1");
  EXPECT_EQ(query.kind, "mixed");
  EXPECT_EQ(query.published_first, 10);
  EXPECT_EQ(query.published_last, 20);
  EXPECT_EQ(query.source, "daily");
  ASSERT_EQ(query.words.kind, PeerExpression::Kind::kAnd);
  ASSERT_EQ(query.words.children.size(), 2u);
  const PeerExpression& either = query.words.children[0];
  ASSERT_EQ(either.kind, PeerExpression::Kind::kOr);
  EXPECT_EQ(either.children[1].token, "&");
  const PeerExpression& phrase = query.words.children[1];
  ASSERT_EQ(phrase.kind, PeerExpression::Kind::kPhrase);
  EXPECT_EQ(phrase.children[1].token, "=");
}

TEST(PeerInputDeathTest, MalformedLinesEndTheProgram) {
  EXPECT_EXIT(ParseQuery("q1\tterm\t\t\t\t"), testing::ExitedWithCode(1), "ends early");
  EXPECT_EXIT(ParseQuery("q1\tterm\t\t\t\t=a =b"), testing::ExitedWithCode(1), "goes on after its end");
  EXPECT_EXIT(ParseQuery("q1\tterm\t\t\t\t&x =a"), testing::ExitedWithCode(1), "not a number");
  EXPECT_EXIT(ParseDocument("x\t0\ts\t\t"), testing::ExitedWithCode(1), "not a number");
}

}  // namespace
}  // namespace factline::peers
