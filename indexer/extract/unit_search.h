#ifndef FACTLINE_INDEXER_EXTRACT_UNIT_SEARCH_H_
#define FACTLINE_INDEXER_EXTRACT_UNIT_SEARCH_H_

#include <optional>
#include <vector>

#include "indexer/extract/article_view.h"
#include "indexer/extract/rule_pack.h"

namespace factline::extract {

// A run of units: [begin, end).
struct UnitRange {
  size_t begin = 0;
  size_t end = 0;
};

// Finds the argument of a rule beside its cue: the index of its unit, by side, distance, clause and marker.
std::optional<size_t> FindArgument(const SentenceView& sentence, const ArgumentRule& rule, UnitRange cue);

// All members of the list (甲、乙和丙) that the unit belongs to and whose types `rule` takes; at most 16, in order.
std::vector<size_t> ListMembers(const SentenceView& sentence, size_t unit, const ArgumentRule& rule);

// The noun phrase that touches the cue on one side: words up to punctuation, a verb or a particle, without the measure
// words and adjectives of praise before it. Empty if there is none.
std::vector<Span> FindNounPhrases(const SentenceView& sentence, Side side, UnitRange cue, std::string_view text);

// The date that holds at `at`: the nearest in its clause, else the nearest before it in the sentence.
std::optional<size_t> FindDate(const SentenceView& sentence, size_t at);

// Whether a preposition (由, 在, 为) stands before the name, or before the list that it is in, with no more than
// modifiers between.
bool IsGoverned(const SentenceView& sentence, size_t unit);

bool IsJoiner(std::string_view term);  // 、 和 与 及 以及

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_UNIT_SEARCH_H_
