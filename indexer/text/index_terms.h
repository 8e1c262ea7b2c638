#ifndef FACTLINE_INDEXER_TEXT_INDEX_TERMS_H_
#define FACTLINE_INDEXER_TEXT_INDEX_TERMS_H_

#include <cstdint>
#include <functional>
#include <string_view>

#include "indexer/text/analysis.h"

namespace factline::text {

// The terms of a text, as the index stores them and a query asks for them. Two streams are made of one analysis:
//
// Words serve ranking: each token that is no punctuation. A long Han word is followed by the dictionary words inside it
// (人工智能 -> 人工智能, 人工, 智能), so that a query for a part finds the whole. Words carry no positions.
//
// Grams serve exact phrases, whatever the segmentation: a run of n Han characters gives its n-1 overlapping pairs and
// then its last character alone, each at the position of its first character; any other token is one gram. Positions
// count characters of Han and whole other tokens; a punctuation mark takes one position, so that no phrase crosses it.
//
// A blank takes no position: Chinese text breaks its lines anywhere. A term that a sink is given lives for that call.
using WordSink = std::function<void(std::string_view term, Span span)>;
using GramSink = std::function<void(std::string_view term, uint32_t position, Span span)>;

void ForEachDocumentWord(const Analysis& analysis, const WordSink& sink);  // with the words inside long words
void ForEachGram(const Analysis& analysis, const GramSink& sink);          // documents
// The fewest grams that prove a phrase: pairs that cover each character, the last character only if it stands alone.
void ForEachQueryGram(const Analysis& analysis, const GramSink& sink);

}  // namespace factline::text

#endif  // FACTLINE_INDEXER_TEXT_INDEX_TERMS_H_
