#ifndef FACTLINE_INDEXER_EXTRACT_COMPOUND_FINDER_H_
#define FACTLINE_INDEXER_EXTRACT_COMPOUND_FINDER_H_

#include <vector>

#include "indexer/extract/mention.h"
#include "indexer/extract/word.h"

namespace factline::extract {

// Finds names that end in a word of their kind (…研究院, …博览会, …大桥, …奖): ORG, FAC, EVENT, AWARD.
// From the ending it walks left, over at most 16 words, to where the name begins: past places, proper words, modifiers
// and the verbs that names of organisations contain, but not past what stands before names (由, 位于, 龙头企业).
void FindCompoundNames(const WordList& list, std::vector<NameMention>& mentions);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_COMPOUND_FINDER_H_
