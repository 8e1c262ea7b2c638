#ifndef FACTLINE_INDEXER_EXTRACT_ENGLISH_NAMES_H_
#define FACTLINE_INDEXER_EXTRACT_ENGLISH_NAMES_H_

#include <string>
#include <string_view>
#include <vector>

#include "indexer/extract/mention.h"
#include "indexer/extract/word.h"

namespace factline::extract {

// The names of English text: runs of capitalised words, told by their endings (Inc, University), by what they begin
// with (Ministry of …), by titles, first names, verbs of speaking and lists of places; titles beside persons; and later
// mentions by surname or a shortened name. Linear in the words: runs and looks aside are bounded.
void FindEnglishNames(const WordList& list, std::vector<NameMention>& mentions);

// The shorter forms that English text uses of a name: Rao for Anita Rao; Northvale Motors and Northvale for Northvale
// Motors Inc.
std::vector<std::string> EnglishShortForms(EntityType type, std::string_view name);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_ENGLISH_NAMES_H_
