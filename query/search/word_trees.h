#ifndef FACTLINE_QUERY_SEARCH_WORD_TREES_H_
#define FACTLINE_QUERY_SEARCH_WORD_TREES_H_

#include <memory>
#include <vector>

#include "query/search/word_matcher.h"

// MakeAnd and MakeOr (tree_matchers.h) where all children are words of one field: they look at blocks of postings and
// take no call a posting. At least two words.
namespace factline::query {

// Block-max AND: between the ends of blocks, where the words' bounds together may beat the threshold, the rarest word's
// postings are tried by what the others could add.
std::unique_ptr<Matcher> MakeWordAnd(std::vector<WordSide> words, Interrupt* interrupt);

// Block-max MAXSCORE in windows between the ends of the essential words' blocks. Where one word gives candidates its
// block is scanned, where several do their scores are added up in an array; only what may beat the threshold with all
// that the others could add becomes a candidate.
std::unique_ptr<Matcher> MakeWordOr(std::vector<WordSide> words, Interrupt* interrupt);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SEARCH_WORD_TREES_H_
