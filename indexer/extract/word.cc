#include "indexer/extract/word.h"

namespace factline::extract {

WordList MakeWordList(const text::Analysis& analysis, const Lexicon& lexicon) {
  WordList list{.text = analysis.text};
  list.words.reserve(analysis.tokens.size());
  size_t value = 0;
  uint32_t previous_end = 0;
  for (const text::Token& token : analysis.tokens) {
    while (value < analysis.values.size() && analysis.values[value].span.end_exclusive <= token.span.begin) ++value;
    Word word{.span = token.span, .term = token.term, .kind = token.kind, .pos = token.pos};
    if (!word.IsPunctuation()) {
      word.is = lexicon.Classes(token.term);
      word.ends = word.IsHan() ? lexicon.SuffixClasses(token.term) : word.is;
    }
    word.in_value = value < analysis.values.size() && analysis.values[value].span.Overlaps(token.span);
    word.after_blank = token.span.begin > previous_end;
    previous_end = token.span.end_exclusive;
    list.words.push_back(word);
  }
  return list;
}

}  // namespace factline::extract
