#ifndef FACTLINE_INDEXER_TEXT_NORMALIZER_H_
#define FACTLINE_INDEXER_TEXT_NORMALIZER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "indexer/text/char_table.h"

namespace factline::text {

// One character of a normal form, with the bytes of the original text that it comes from. Characters that come from the
// same source (℃ gives ° and c) share `begin`: no span may part them.
struct NormalChar {
  char32_t cp = 0;
  uint32_t begin = 0;        // in the original text
  uint8_t source_bytes = 0;  // of the original text
  CharClass cls = CharClass::kBlank;
  bool changed = false;  // the source differs from `cp`

  uint32_t end_exclusive() const { return begin + source_bytes; }
};

// NFKC with case folding, then traditional Han characters to simplified ones, one by one (which is right for matching:
// both 後 and 后 come out as 后). White space and controls become U+0020, each where it stands; ignorable characters
// (soft hyphens, variation selectors) are left out. Characters that are normal already cost one table look-up.
// `text` should be valid UTF-8 shorter than 4 GiB; a stray byte counts as one U+FFFD. Replaces what `out` held.
void Normalize(std::string_view text, std::vector<NormalChar>& out);

// The class of a character as it stands in a text.
CharClass ClassOfChar(char32_t cp);

// The normal form that names and terms are compared in: as Normalize, runs of blanks kept as one U+0020, none at the
// ends.
std::string NormalForm(std::string_view text);

// Differs between character tables that differ.
uint32_t NormalizerFingerprint();

}  // namespace factline::text

#endif  // FACTLINE_INDEXER_TEXT_NORMALIZER_H_
