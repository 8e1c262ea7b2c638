#include "indexer/tag/evaluation.h"

#include <gtest/gtest.h>

namespace factline::tag {
namespace {

HeadScores Scores(std::initializer_list<std::pair<TagType, SpanCounts>> types) {
  HeadScores scores;
  for (const auto& [type, counts] : types) {
    scores.by_type[static_cast<size_t>(type)] = counts;
    scores.all.right += counts.right;
    scores.all.wrong += counts.wrong;
    scores.all.missed += counts.missed;
  }
  return scores;
}

TEST(ScoreTable, HasARowForEachOfSeveralTypes) {
  EXPECT_EQ(ScoreTable("names", Scores({{TagType::kPerson, {.right = 3, .wrong = 1, .missed = 1}},
                                        {TagType::kLoc, {.right = 1, .wrong = 0, .missed = 1}}})),
            "names\n"
            "  PERSON   P 0.7500  R 0.7500  F1 0.7500  gold 4\n"
            "  LOC      P 1.0000  R 0.5000  F1 0.6667  gold 2\n"
            "  all      P 0.8000  R 0.6667  F1 0.7273  gold 6\n");
}

TEST(ScoreTable, ATypeThatHasAllThatIsRightKeepsItsRow) {
  EXPECT_EQ(ScoreTable("names", Scores({{TagType::kPerson, {.right = 3}}, {TagType::kLoc, {.missed = 1}}})),
            "names\n"
            "  PERSON   P 1.0000  R 1.0000  F1 1.0000  gold 3\n"
            "  LOC      P 0.0000  R 0.0000  F1 0.0000  gold 1\n"
            "  all      P 1.0000  R 0.7500  F1 0.8571  gold 4\n");
}

TEST(ScoreTable, OneTypeIsAll) {
  EXPECT_EQ(ScoreTable("words", Scores({{TagType::kPerson, {.right = 1, .wrong = 1}}})),
            "words\n  all      P 0.5000  R 1.0000  F1 0.6667  gold 1\n");
}

TEST(GoldJson, HasTextAndSpans) {
  EXPECT_EQ(GoldJson({.text = "“林\"\n", .spans = {{0, 1, TagType::kPerson}, {1, 2, TagType::kLoc}}}),
            "{\"text\": \"“林\\\"\\n\", \"entities\": [{\"type\": \"PERSON\", \"start\": 0, \"end\": 1}, "
            "{\"type\": \"LOC\", \"start\": 1, \"end\": 2}]}");
}

}  // namespace
}  // namespace factline::tag
