#ifndef FACTLINE_INGEST_CHUNK_SENTENCES_H_
#define FACTLINE_INGEST_CHUNK_SENTENCES_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "protos/vocab/span.h"

namespace factline::chunk {

// The sentences of `text` in order, without the blanks around them. Every byte that is not blank lies in exactly one.
//
// A sentence ends at a newline, at 。！？ and …… with the closing quotes and brackets that follow, and at a Latin
// . ! ? before a blank, unless an abbreviation, an initial or a number explains the full stop. A mark inside a
// quotation that the sentence goes on from (“加油！”的口号) ends nothing. None is beyond kMaxSentenceBytes
// (protos/vocab/limits.h): hostile or unpunctuated text is cut at a code point border. Linear in the size of `text`,
// which must be shorter than 4 GiB.
std::vector<Span> SplitSentences(std::string_view text);

}  // namespace factline::chunk

#endif  // FACTLINE_INGEST_CHUNK_SENTENCES_H_
