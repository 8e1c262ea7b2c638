#ifndef FACTLINE_QUERY_PARSE_EXPRESSION_H_
#define FACTLINE_QUERY_PARSE_EXPRESSION_H_

#include <cstdint>
#include <string>
#include <vector>

namespace factline::query {

// One gram of a phrase and how many positions it stands after the first one.
struct PhraseGram {
  std::string term;
  uint32_t offset = 0;
};

// What an article must hold. A tree of value type; its depth and its number of terms are bounded by the parser.
struct Expression {
  enum class Kind : uint8_t {
    kWord,    // `word`, in the title or in the body
    kPhrase,  // `grams` at their offsets, all in the title or all in the body
    kAnd,     // all `children`; at least two
    kOr,      // any of `children`; at least two
    kNot,     // not its one child
  };
  Kind kind = Kind::kWord;
  std::string word;
  std::vector<PhraseGram> grams;  // by growing offset, the first at 0; at least one
  std::vector<Expression> children;
};

// The tree on one line, for tests and traces: (镁合金 AND (压铸 OR "固态+0 储氢+2") AND NOT 铝).
std::string ToString(const Expression& expression);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_PARSE_EXPRESSION_H_
