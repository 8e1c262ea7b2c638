#ifndef FACTLINE_QUERY_PARSE_QUERY_PARSER_H_
#define FACTLINE_QUERY_PARSE_QUERY_PARSER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "indexer/text/analyzer.h"
#include "query/parse/expression.h"

namespace factline::query {

constexpr size_t kMaxQueryBytes = 4096;
constexpr size_t kMaxQueryTerms = 64;  // words, grams of phrases, values and dates
constexpr size_t kMaxQueryPrefixes = 8;
constexpr double kMaxQueryWeight = 100;
constexpr uint32_t kMaxPhraseSlop = 100;
constexpr size_t kMaxQueryNesting = 32;  // parentheses and negations inside each other

// What words that a blank joins, or that one WORD gives, ask for together.
enum class Joining : uint8_t {
  kAll,  // all of them
  // Any of them, for questions in whole sentences: the more and the rarer the better. What scores nothing (NOT, NAME
  // and date) must hold all the same, and so must what AND joins, as one.
  kAny,
};

// SearchRequest.query as a tree:
//
//   query  = [ either ]
//   either = both { "OR" both }                         OR binds weaker than AND
//   both   = unary { [ "AND" ] unary }                  a blank is AND, unless `joining` says otherwise
//   unary  = ( "NOT" | "-" ) unary | [ ( "title" | "body" ) ":" ] operand | NAME ":" VALUE | "date:" PERIODS
//   operand = ( "(" either ")" | PHRASE [ "~" SLOP ] | WORD ) [ "^" NUMBER ]
//   NAME    = "source" | "lang" | "tag" | "entity"
//   VALUE   = PHRASE | WORD                             as it stands, not analysed
//   PERIODS = what ParsePeriodRange reads: 2024, 2024-03, 2024-03-18, 2024-01..2024-03, >=2024-03-18T08:00:00+08:00
//
// A WORD that ends in "*" is a prefix: cata* finds words that begin so, 镁* too. Where it has several words
// (solid-sta*) the last one is the prefix. Several Han characters that are no word, 远岭储*, may be the begin of a
// name, which the index has by its characters alone: they are looked for as "远岭储".
//
// A PHRASE stands in the text as it is quoted. With a SLOP (at most kMaxPhraseSlop) its words still stand in their
// order, but so many positions more may lie between them, in all: "镁合金 电池"~3. A position is a Han character, a
// punctuation mark or any other word. Han characters that the analyser leaves alone hold to their neighbour; one with
// no neighbour has no place of its own in the index and is an error.
//
// Names are lower case and stand right before their colon; any other word may hold colons. NUMBER (over 0, at most
// kMaxQueryWeight) multiplies what the words of its operand score; NAME and date score nothing.
//
// Operators are upper case; "-" negates only at the start of a word. Parentheses and quotation marks may be fullwidth
// or Chinese. A WORD is analysed as an article's text is, and the words that it gives are joined as by blanks; one that
// gives none (punctuation alone) asks for nothing. A quoted single Han character is a word: grams cannot find it inside
// a run.
//
// nullopt for a blank query. Errors are INVALID_ARGUMENT on field "query" and name the column.
absl::StatusOr<std::optional<Expression>> ParseQuery(std::string_view query, const text::Analyzer& analyzer,
                                                     Joining joining = Joining::kAll);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_PARSE_QUERY_PARSER_H_
