#ifndef FACTLINE_INDEXER_EXTRACT_WORD_H_
#define FACTLINE_INDEXER_EXTRACT_WORD_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "indexer/extract/lexicon.h"
#include "indexer/text/analysis.h"

namespace factline::extract {

// A token with what the lexicons know of it. Names are searched in a list of these.
struct Word {
  Span span;
  std::string_view term;
  text::TokenKind kind = text::TokenKind::kHan;
  text::PartOfSpeech pos = text::PartOfSpeech::kUnknown;
  uint64_t is = 0;           // classes of the whole word
  uint64_t ends = 0;         // classes of all its suffixes
  bool in_value = false;     // lies in a date, an amount, ...
  bool in_place = false;     // part of a place's name of several words (set by MarkPlaces)
  bool after_blank = false;  // a blank or line break stands before it

  bool Is(WordClass c) const { return is & Bit(c); }
  bool Ends(WordClass c) const { return ends & Bit(c); }
  bool IsHan() const { return kind == text::TokenKind::kHan; }
  bool IsPunctuation() const { return kind == text::TokenKind::kPunctuation; }
  bool IsOpenParen() const { return term == "(" || term == "（"; }
  bool IsCloseParen() const { return term == ")" || term == "）"; }
};

// The words of an article; views into its analysis.
struct WordList {
  std::string_view text;
  std::vector<Word> words;

  std::string_view TextOf(Span span) const { return span.In(text); }
  // From the begin of word `first` to the end of word `last`.
  Span SpanOf(size_t first, size_t last) const { return {words[first].span.begin, words[last].span.end_exclusive}; }
  // The first word that begins at `byte` or behind it; words.size() if none does.
  size_t FirstWordFrom(uint32_t byte) const;
};

WordList MakeWordList(const text::Analysis& analysis, const Lexicon& lexicon);

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_WORD_H_
