#ifndef FACTLINE_INDEXER_EXTRACT_PLACE_FINDER_H_
#define FACTLINE_INDEXER_EXTRACT_PLACE_FINDER_H_

#include <vector>

#include "indexer/extract/mention.h"
#include "indexer/extract/word.h"

namespace factline::extract {

// Finds GPE and LOC: known places, words that the dictionary calls places, and up to four characters before the
// suffix of a place (北溪 + 镇).
// Marks the words of places that were found (Word::in_place), for whoever looks for longer names.
void FindPlaces(WordList& list, std::vector<NameMention>& mentions);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_PLACE_FINDER_H_
