#ifndef FACTLINE_QUERY_PARSE_QUERY_LEXER_H_
#define FACTLINE_QUERY_PARSE_QUERY_LEXER_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace factline::query {

struct QueryToken {
  enum class Kind : uint8_t {
    kWord,
    kPhrase,
    kOpen,
    kClose,
    kAnd,
    kOr,
    kNot,
    kField,   // the name before a colon; a word, a phrase or "(" follows at once
    kWeight,  // right behind a word, a phrase or ")"
    kSlop,    // right behind a phrase; anywhere else that a weight may stand it is a mistake
    kEnd
  };
  Kind kind = Kind::kEnd;
  std::string_view
      text;  // kWord, kField, kWeight and kSlop without their mark, kPhrase without its marks; in the query
  uint32_t column = 1;
};

// The query's tokens, kEnd last. A name before a colon is a field only if it is one of kQueryFields; the word behind
// any but the first two is taken as it stands up to a blank, a parenthesis or a quotation mark. INVALID_ARGUMENT on
// "query" for a quotation that does not end, a field that nothing follows, and broken UTF-8.
inline constexpr std::string_view kQueryFields[] = {"title", "body", "source", "lang", "tag", "entity", "date"};
absl::StatusOr<std::vector<QueryToken>> LexQuery(std::string_view query);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_PARSE_QUERY_LEXER_H_
