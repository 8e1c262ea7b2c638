#ifndef FACTLINE_INDEXER_TAG_EVALUATION_H_
#define FACTLINE_INDEXER_TAG_EVALUATION_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "indexer/tag/corpus.h"
#include "indexer/tag/tagger.h"

namespace factline::tag {

// Spans found, right and wrong, and missed: micro precision, recall and F1 over exact spans and types.
struct SpanCounts {
  uint64_t right = 0, wrong = 0, missed = 0;

  double precision() const { return Share(right, right + wrong); }
  double recall() const { return Share(right, right + missed); }
  double f1() const { return Share(2 * right, 2 * right + wrong + missed); }

 private:
  static double Share(uint64_t part, uint64_t all) {
    return all == 0 ? 0 : static_cast<double>(part) / static_cast<double>(all);
  }
};

struct HeadScores {
  std::array<SpanCounts, kTagTypeCount> by_type;  // of words, the first
  SpanCounts all;
};

// The names that the tagger finds in `gold`, of the types that it marks: as texts of `style` are marked, or, unset, of
// the style that each sentence and those before it read like.
HeadScores EvaluateNames(const Tagger& tagger, std::optional<Style> style, std::span<const TagType> types,
                         const std::vector<GoldSentence>& gold);

// Words, in the sentences that have them.
HeadScores EvaluateWords(const Tagger& tagger, const std::vector<GoldSentence>& gold);

// The sentence as a line of JSON, as ReadSpanCorpus reads it and eval/score_tags.py compares it.
std::string GoldJson(const GoldSentence& sentence);

// A row for each type that occurs, if there are several, and one for all.
std::string ScoreTable(std::string_view title, const HeadScores& scores);

}  // namespace factline::tag

#endif  // FACTLINE_INDEXER_TAG_EVALUATION_H_
