#ifndef FACTLINE_INDEXER_EXTRACT_PERSON_FINDER_H_
#define FACTLINE_INDEXER_EXTRACT_PERSON_FINDER_H_

#include <vector>

#include "indexer/extract/mention.h"
#include "indexer/extract/word.h"

namespace factline::extract {

// Finds PERSON and the TITLEs beside them. A person is a surname and one or two characters with enough around them that
// speaks for a name: a title before or after, a verb of speaking, a list of names. Foreign names are known by their dot
// (安德烈·科尔); those of English text are left to english_names.
void FindPersons(const WordList& list, std::vector<NameMention>& mentions);

// The first word of the title that ends with word `last` (党组成员, 常务副总经理); `last` + 1 if it ends none.
size_t TitleBegin(const WordList& list, size_t last);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_PERSON_FINDER_H_
