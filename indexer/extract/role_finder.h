#ifndef FACTLINE_INDEXER_EXTRACT_ROLE_FINDER_H_
#define FACTLINE_INDEXER_EXTRACT_ROLE_FINDER_H_

#include <vector>

#include "indexer/extract/mention.h"
#include "indexer/extract/word.h"

namespace factline::extract {

// Finds organisations that neither a list nor an ending tells, but what stands beside them: what only bodies have or do
// (联盛官网, 零界宣布), or what is done to them (收购联盛). Names with an ending that needs more evidence (远山资本)
// get it the same way: their mentions, found before, become clearer.
void FindRoleNames(const WordList& list, std::vector<NameMention>& mentions);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_ROLE_FINDER_H_
