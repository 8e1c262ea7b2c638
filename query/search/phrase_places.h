#ifndef FACTLINE_QUERY_SEARCH_PHRASE_PLACES_H_
#define FACTLINE_QUERY_SEARCH_PHRASE_PLACES_H_

#include <cstdint>
#include <vector>

#include "query/parse/expression.h"

namespace factline::query {

// Where a phrase stands in one text, one element an occurrence, each the positions of its grams in their order.
// `positions[i]`, ascending, are those of gram i in the text.
std::vector<std::vector<uint32_t>> FindPhrase(const std::vector<PhraseGram>& grams,
                                              const std::vector<std::vector<uint32_t>>& positions);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SEARCH_PHRASE_PLACES_H_
