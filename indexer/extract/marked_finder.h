#ifndef FACTLINE_INDEXER_EXTRACT_MARKED_FINDER_H_
#define FACTLINE_INDEXER_EXTRACT_MARKED_FINDER_H_

#include <vector>

#include "indexer/extract/mention.h"
#include "indexer/extract/word.h"

namespace factline::extract {

// Finds names that the typography marks: works in 《》, unquoted documents (招股说明书), companies before a stock code
// (恒远股份（600000）) and in a list that ends with what they are (甲、乙等企业), and the names of English text.
void FindMarkedNames(const WordList& list, std::vector<NameMention>& mentions);

// Finds "X（以下简称Y）", "X（ICM8）" and stock codes, all in brackets. `full` ends where the bracket opens; where it
// begins is left to whoever knows the names: `full` is the longest run of words before the bracket that may belong to
// one. At most 1,000, the first.
void FindIntroductions(const WordList& list, std::vector<NameIntroduction>& introductions);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_MARKED_FINDER_H_
