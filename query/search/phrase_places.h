#ifndef FACTLINE_QUERY_SEARCH_PHRASE_PLACES_H_
#define FACTLINE_QUERY_SEARCH_PHRASE_PLACES_H_

#include <cstdint>
#include <vector>

#include "query/parse/expression.h"

namespace factline::query {

// What a phrase asks of the positions of its grams; numbers are as in Expression.
struct PhraseShape {
  std::vector<uint32_t> offsets;  // by gram
  std::vector<uint32_t> pieces;   // by gram
  uint32_t slop = 0;
};
PhraseShape ShapeOf(const Expression& phrase);

// Where a phrase stands in one text, one element an occurrence, each the positions of its grams in their order.
// `positions[i]`, ascending, are those of gram i in the text.
//
// From each place of the first piece the others follow as early as their distances let them; that is an occurrence if
// the slop covers what lies between. Of occurrences that end in one place only the narrowest counts. So an occurrence
// has each of its grams to itself: a phrase is no more frequent than its rarest gram, which bounds of scores rely on.
std::vector<std::vector<uint32_t>> FindPhrase(const PhraseShape& shape,
                                              const std::vector<std::vector<uint32_t>>& positions);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SEARCH_PHRASE_PLACES_H_
