#include "indexer/extract/word.h"

#include <algorithm>

namespace factline::extract {
namespace {

// Where a dictionary word is a body and a title in one (大学教授): the offset of the title; else 0.
size_t TitleSplit(const Word& word, const Lexicon& lexicon) {
  constexpr size_t kMinBytes = 12;
  if (!word.IsHan() || word.term.size() < kMinBytes || word.term.size() != word.span.size_bytes()) return 0;
  if (!word.Ends(WordClass::kTitle) || word.Is(WordClass::kTitle)) return 0;
  const size_t at = word.term.size() - lexicon.SuffixIn(word.term, WordClass::kTitle).size();
  return lexicon.SuffixClasses(word.term.substr(0, at)) & Bit(WordClass::kOrgSuffix) ? at : 0;
}

Word Part(const Word& whole, size_t begin, size_t end, const Lexicon& lexicon) {
  Word part = whole;
  part.span = {static_cast<uint32_t>(whole.span.begin + begin), static_cast<uint32_t>(whole.span.begin + end)};
  part.term = whole.term.substr(begin, end - begin);
  part.is = lexicon.Classes(part.term);
  part.ends = lexicon.SuffixClasses(part.term);
  return part;
}

}  // namespace

size_t WordList::FirstWordFrom(uint32_t byte) const {
  const auto it =
      std::lower_bound(words.begin(), words.end(), byte, [](const Word& w, uint32_t at) { return w.span.begin < at; });
  return static_cast<size_t>(it - words.begin());
}

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
      word.ends = word.IsHan() ? word.is | lexicon.ShorterSuffixClasses(token.term) : word.is;
    }
    word.in_value = value < analysis.values.size() && analysis.values[value].span.Overlaps(token.span);
    word.after_blank = token.span.begin > previous_end;
    previous_end = token.span.end_exclusive;
    if (const size_t split = TitleSplit(word, lexicon); split > 0) {
      list.words.push_back(Part(word, 0, split, lexicon));
      word = Part(word, split, word.term.size(), lexicon);
      word.after_blank = false;
    }
    list.words.push_back(word);
  }
  return list;
}

}  // namespace factline::extract
