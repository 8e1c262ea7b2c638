#ifndef FACTLINE_QUERY_PARSE_QUERY_PARSER_H_
#define FACTLINE_QUERY_PARSE_QUERY_PARSER_H_

#include <cstddef>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "indexer/text/analyzer.h"
#include "query/parse/expression.h"

namespace factline::query {

constexpr size_t kMaxQueryBytes = 4096;
constexpr size_t kMaxQueryTerms = 64;    // words and grams of phrases
constexpr size_t kMaxQueryNesting = 32;  // parentheses and negations inside each other

// SearchRequest.query as a tree:
//
//   query  = [ either ]
//   either = both { "OR" both }                         OR binds weaker than AND
//   both   = unary { [ "AND" ] unary }                  a blank is AND
//   unary  = ( "NOT" | "-" ) unary | "(" either ")" | PHRASE | WORD
//
// Operators are upper case; "-" negates only at the start of a word. Parentheses and quotation marks may be fullwidth
// or Chinese. A WORD is analysed as an article's text is, and all words that it gives must match; one that gives none
// (punctuation alone) asks for nothing. A quoted single Han character is a word: grams cannot find it inside a run.
//
// nullopt for a blank query. Errors are INVALID_ARGUMENT on field "query" and name the column.
absl::StatusOr<std::optional<Expression>> ParseQuery(std::string_view query, const text::Analyzer& analyzer);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_PARSE_QUERY_PARSER_H_
