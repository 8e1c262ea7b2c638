#include "indexer/tag/viterbi.h"

#include <gtest/gtest.h>

#include <limits>

#include "indexer/tag/model.h"

namespace factline::tag {
namespace {

// Numbers that look random and are the same in every run.
class Numbers {
 public:
  int Next(int below) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<int>((state_ >> 33) % static_cast<uint64_t>(below));
  }

 private:
  uint64_t state_ = 7;
};

std::vector<int16_t> RandomTransitions(Head head, Numbers& numbers) {
  const int labels = static_cast<int>(kLanesOf[static_cast<size_t>(head)]) + 1;
  std::vector<int16_t> transitions;
  for (int p = 0; p < labels; ++p) {
    for (int q = 0; q < labels; ++q) {
      transitions.push_back(MayFollow(head, p, q) ? static_cast<int16_t>(numbers.Next(200) - 100) : kNever);
    }
  }
  return transitions;
}

// The best sequence's score by trying each label after each, in wide numbers.
int64_t BestScore(Head head, const std::vector<int16_t>& scores, size_t stride, size_t size,
                  const std::vector<int16_t>& transitions) {
  const int labels = static_cast<int>(kLanesOf[static_cast<size_t>(head)]) + 1;
  constexpr int64_t kNone = std::numeric_limits<int64_t>::min() / 2;
  std::vector<int64_t> best(labels, kNone);
  for (int l = 0; l < labels; ++l) {
    if (!LabelContinues(head, l)) best[l] = scores[l];
  }
  for (size_t i = 1; i < size; ++i) {
    std::vector<int64_t> next(labels, kNone);
    for (int p = 0; p < labels; ++p) {
      for (int q = 0; q < labels; ++q) {
        if (!MayFollow(head, p, q)) continue;
        next[q] = std::max(next[q], best[p] + transitions[p * labels + q] + scores[i * stride + q]);
      }
    }
    best = next;
  }
  int64_t top = kNone;
  for (int l = 0; l < labels; ++l) {
    if (!LabelOpens(head, l)) top = std::max(top, best[l]);
  }
  return top;
}

int64_t ScoreOf(Head head, const std::vector<uint8_t>& path, const std::vector<int16_t>& scores, size_t stride,
                const std::vector<int16_t>& transitions) {
  const int labels = static_cast<int>(kLanesOf[static_cast<size_t>(head)]) + 1;
  EXPECT_FALSE(LabelContinues(head, path.front()));
  EXPECT_FALSE(LabelOpens(head, path.back()));
  int64_t sum = 0;
  for (size_t i = 0; i < path.size(); ++i) {
    sum += scores[i * stride + path[i]];
    if (i == 0) continue;
    EXPECT_TRUE(MayFollow(head, path[i - 1], path[i])) << int{path[i - 1]} << " then " << int{path[i]};
    sum += transitions[path[i - 1] * labels + path[i]];
  }
  return sum;
}

template <typename Decode>
void ExpectBestPaths(Head head, size_t stride, Decode decode) {
  Numbers numbers;
  const int labels = static_cast<int>(kLanesOf[static_cast<size_t>(head)]) + 1;
  std::vector<int16_t> best;
  for (int round = 0; round < 200; ++round) {
    const size_t size = 1 + static_cast<size_t>(numbers.Next(round < 150 ? 12 : 512));
    const std::vector<int16_t> transitions = RandomTransitions(head, numbers);
    std::vector<int16_t> scores(size * stride);
    for (size_t i = 0; i < size; ++i) {
      for (size_t l = 0; l < stride; ++l) {
        // Label 0 of names weighs nothing; what lies behind the labels is noise.
        scores[i * stride + l] =
            l == 0 ? 0 : static_cast<int16_t>(numbers.Next(600) - (static_cast<int>(l) < labels ? 400 : 0));
      }
    }
    std::vector<uint8_t> path(size);
    decode(scores.data(), stride, size, transitions.data(), path.data(), best);
    EXPECT_EQ(ScoreOf(head, path, scores, stride, transitions), BestScore(head, scores, stride, size, transitions))
        << "round " << round;
  }
}

TEST(Viterbi, WordsGetTheBestPath) { ExpectBestPaths(Head::kWords, 8, DecodeWords); }
TEST(Viterbi, PressNamesGetTheBestPath) { ExpectBestPaths(Head::kPress, 16, DecodePress); }
TEST(Viterbi, DetailNamesGetTheBestPath) { ExpectBestPaths(Head::kDetail, 40, DecodeDetail); }

TEST(Viterbi, NothingGivesNothing) {
  Numbers numbers;
  std::vector<int16_t> best;
  DecodePress(nullptr, 16, 0, RandomTransitions(Head::kPress, numbers).data(), nullptr, best);
}

}  // namespace
}  // namespace factline::tag
