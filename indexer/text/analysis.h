#ifndef FACTLINE_INDEXER_TEXT_ANALYSIS_H_
#define FACTLINE_INDEXER_TEXT_ANALYSIS_H_

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "indexer/text/value.h"
#include "protos/vocab/span.h"

namespace factline::text {

enum class TokenKind : uint8_t {
  kHan,          // a word of Han characters
  kLatin,        // a word of letters of any other script, digits inside allowed: "GPT4", "don't"
  kNumber,       // ASCII digits with signs and separators: "2.45", "1,000"
  kPunctuation,  // one punctuation mark or symbol, or a run of the same one; never an index term
};

// Part of speech, from the dictionary; kUnknown for words that it lacks.
enum class PartOfSpeech : uint8_t {
  kUnknown,
  kNoun,
  kPersonName,
  kPlaceName,
  kOrgName,
  kOtherName,
  kVerb,
  kAdjective,
  kAdverb,
  kNumeral,
  kMeasureWord,
  kTime,
  kPronoun,
  kPreposition,
  kConjunction,
  kParticle,
  kLocative,
  kOther,
};

struct Token {
  Span span;              // in Analysis::text, the text as given
  std::string_view term;  // normal form (NFKC, width, case, simplified); lives as long as the Analysis
  TokenKind kind = TokenKind::kHan;
  PartOfSpeech pos = PartOfSpeech::kUnknown;
};

// What the analyser found in one text. Movable; spans and terms stay valid after a move.
struct Analysis {
  std::string_view text;          // the caller's; must outlive the Analysis
  std::vector<Token> tokens;      // in text order, not overlapping; blanks belong to no token
  std::vector<Value> values;      // in text order, not overlapping; dates, money, percentages, quantities
  std::deque<std::string> arena;  // owns the terms that differ from the text
};

}  // namespace factline::text

#endif  // FACTLINE_INDEXER_TEXT_ANALYSIS_H_
