#ifndef FACTLINE_INDEXER_EXTRACT_MENTION_SPREAD_H_
#define FACTLINE_INDEXER_EXTRACT_MENTION_SPREAD_H_

#include <vector>

#include "indexer/extract/mention.h"
#include "indexer/extract/word.h"

namespace factline::extract {

// Keeps what is clear (weak company names only where the article repeats or lists them, titles only beside a person),
// then finds each clear name, and each introduced short form, wherever else it stands in the text. Longer wins.
// `mentions` must be free of overlaps and in order, and is so afterwards.
void SpreadMentions(const WordList& list, const std::vector<NameIntroduction>& introductions,
                    std::vector<NameMention>& mentions);

// The mention that `introduction.full` ends with, by index; -1 if none.
int FullMentionOf(const NameIntroduction& introduction, const std::vector<NameMention>& mentions);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_MENTION_SPREAD_H_
