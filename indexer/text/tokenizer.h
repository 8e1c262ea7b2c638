#ifndef FACTLINE_INDEXER_TEXT_TOKENIZER_H_
#define FACTLINE_INDEXER_TEXT_TOKENIZER_H_

#include <string_view>
#include <vector>

#include "indexer/text/analysis.h"
#include "indexer/text/dictionary.h"
#include "indexer/text/normalizer.h"

namespace factline::text {

// The longest word or number of a script other than Han, in characters; a longer run becomes several tokens, which
// bounds what a hostile text puts into one index term.
inline constexpr size_t kMaxTokenChars = 64;

// Fills `analysis.tokens` (and the arena with their terms) from `chars`, which Normalize made of `analysis.text`.
// Each character that is no blank falls into exactly one token.
void TokenizeInto(const Dictionary& dictionary, const std::vector<NormalChar>& chars, Analysis& analysis);

}  // namespace factline::text

#endif  // FACTLINE_INDEXER_TEXT_TOKENIZER_H_
