#ifndef FACTLINE_INDEXER_EXTRACT_TAG_FINDER_H_
#define FACTLINE_INDEXER_EXTRACT_TAG_FINDER_H_

#include <string_view>
#include <vector>

#include "indexer/extract/mention.h"
#include "indexer/extract/word.h"
#include "indexer/tag/tag.h"

namespace factline::extract {

// What the trained tagger's name is in the fact model. A tagged place may be a GPE or a LOC: its ending and the lexicon
// tell.
EntityType TypeOfTagged(tag::TagType type, std::string_view name);

// Adds the names that the trained tagger (indexer/tag) reads in the text, as less clear than what the rules are sure
// of, and corrects the rules' persons by it. Reads only sentences where the rules, whose names `mentions` are, leave
// something open, unless `every` one is asked for. Sentences in order, not overlapping.
void FindTaggedNames(const WordList& list, const std::vector<Span>& sentences, bool every,
                     std::vector<NameMention>& mentions);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_TAG_FINDER_H_
