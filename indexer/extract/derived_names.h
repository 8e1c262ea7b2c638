#ifndef FACTLINE_INDEXER_EXTRACT_DERIVED_NAMES_H_
#define FACTLINE_INDEXER_EXTRACT_DERIVED_NAMES_H_

#include <vector>

#include "indexer/extract/mention.h"
#include "indexer/extract/word.h"

namespace factline::extract {

// Names that other names make, looked for when all others have been found.

// 周立民院士团队: a body named after the person who leads it.
void FindTeams(const WordList& list, std::vector<NameMention>& mentions);

// 北川县安澜镇远航船厂: parts the places off the front of a plant's or a facility's name, where the rest names it by
// itself. The mention keeps the rest and remembers the whole.
void PartPlacesOff(const WordList& list, std::vector<NameMention>& mentions);

// 安澜路延伸段一期工程 is what the works at 安澜路延伸段 are called.
void ExtendByPhase(const WordList& list, std::vector<NameMention>& mentions);

// 临江大学 in 临江大学材料学院: the end of the body whose part the name is; 0 if none.
size_t WholeOfPart(std::string_view name);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_DERIVED_NAMES_H_
