#ifndef FACTLINE_INDEXER_TEXT_ENGLISH_WORDS_H_
#define FACTLINE_INDEXER_TEXT_ENGLISH_WORDS_H_

#include <cstddef>
#include <string_view>

#include "indexer/text/value_chars.h"

namespace factline::text {

// English words among a text's normal characters, which are small letters.

inline bool IsWordChar(const ValueChars& chars, size_t at) {
  return chars.Is(at, CharClass::kLetter) || chars.Is(at, CharClass::kDigit);
}

// Past `word`, which may be several, where it stands whole at `at`; else `at`.
inline size_t SkipWord(const ValueChars& chars, size_t at, std::u32string_view word) {
  return chars.Starts(at, word) && !IsWordChar(chars, at + word.size()) ? at + word.size() : at;
}

// The place in `words` of the one that stands whole at `at`, and moves behind it; -1 if there is none.
template <typename Words>
int TakeWord(const ValueChars& chars, size_t& at, const Words& words) {
  int index = 0;
  for (const std::u32string_view word : words) {
    if (const size_t end = SkipWord(chars, at, word); end > at) {
      at = end;
      return index;
    }
    ++index;
  }
  return -1;
}

// `word` ends, with a blank behind it, where `at` begins: "between " before 2019.
inline bool Follows(const ValueChars& chars, size_t at, std::u32string_view word) {
  if (chars.Before(at) != ' ' || !chars.Ends(at - 1, word)) return false;
  const size_t begin = at - 1 - word.size();
  return begin == 0 || !IsWordChar(chars, begin - 1);
}

// Past " to ", " through " or, behind "between ", " and ", which part the ends of a range; `at` if none stands there.
// `begin` is where the range's first end begins. From 3% to 5% is a change, not a range: none for numbers.
inline size_t SkipEnglishRangeMark(const ValueChars& chars, size_t begin, size_t at, bool dates) {
  if (chars[at] != ' ') return at;
  if (chars.Starts(at, U" and ") && Follows(chars, begin, U"between")) return at + 5;
  if (!dates && Follows(chars, begin, U"from")) return at;
  if (chars.Starts(at, U" to ")) return at + 4;
  return dates && chars.Starts(at, U" through ") ? at + 9 : at;
}

}  // namespace factline::text

#endif  // FACTLINE_INDEXER_TEXT_ENGLISH_WORDS_H_
