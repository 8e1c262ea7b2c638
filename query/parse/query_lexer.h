#ifndef FACTLINE_QUERY_PARSE_QUERY_LEXER_H_
#define FACTLINE_QUERY_PARSE_QUERY_LEXER_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace factline::query {

struct QueryToken {
  enum class Kind : uint8_t { kWord, kPhrase, kOpen, kClose, kAnd, kOr, kNot, kEnd };
  Kind kind = Kind::kEnd;
  std::string_view text;  // kWord, and kPhrase without its marks; in the query
  uint32_t column = 1;
};

// The query's tokens, kEnd last. INVALID_ARGUMENT on "query" for a quotation that does not end and for broken UTF-8.
absl::StatusOr<std::vector<QueryToken>> LexQuery(std::string_view query);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_PARSE_QUERY_LEXER_H_
