#ifndef FACTLINE_QUERY_PARSE_EXPRESSION_H_
#define FACTLINE_QUERY_PARSE_EXPRESSION_H_

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace factline::query {

// One gram of a phrase and how many positions it stands after the first one.
struct PhraseGram {
  std::string term;
  uint32_t offset = 0;
  uint32_t piece = 0;  // grams of one piece, successive ones, keep their distances whatever the slop
};

// Where words and phrases are looked for.
enum class Place : uint8_t { kAnywhere, kTitle, kBody };

// What an article is known by, beside its words.
enum class Attribute : uint8_t { kSource, kLanguage, kTag, kEntity };

// What an article must hold. A tree of value type; its depth and its number of terms are bounded by the parser.
struct Expression {
  enum class Kind : uint8_t {
    kWord,       // `word` at `place`; anywhere is in the title or in the body
    kPrefix,     // a word that begins with `word`, at `place`
    kPhrase,     // `grams` at their offsets at `place`; anywhere is all in the title or all in the body
    kAnd,        // all `children`; at least two
    kOr,         // any of `children`; at least two
    kNot,        // not its one child
    kAttribute,  // `attribute` is `value`: no part of the score
    kPublished,  // published in [first_second, last_second]: no part of the score
  };
  Kind kind = Kind::kWord;
  std::string word;
  uint32_t column = 0;            // of a prefix, in the query
  std::vector<PhraseGram> grams;  // by growing offset, the first at 0; at least one
  uint32_t slop = 0;  // how many positions more than the offsets say may stand between a phrase's pieces, in all
  Place place = Place::kAnywhere;
  double weight = 1;  // of a word's or phrase's score; over 0
  std::vector<Expression> children;

  Attribute attribute = Attribute::kSource;
  std::string value;               // as the query has it
  std::vector<std::string> terms;  // any of which the index must have; whoever knows the index fills them in

  int64_t first_second = std::numeric_limits<int64_t>::min();  // since the epoch, both inclusive
  int64_t last_second = std::numeric_limits<int64_t>::max();

  bool is_scored_leaf() const { return kind == Kind::kWord || kind == Kind::kPrefix || kind == Kind::kPhrase; }
};

// Whether any word or phrase adds to a match's score: one that does not stand under NOT.
bool HasScore(const Expression& expression);

// The tree on one line, for tests and traces: (镁合金^2 AND (title:压铸 OR "固态+0 储氢+2") AND NOT source:晨报).
std::string ToString(const Expression& expression);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_PARSE_EXPRESSION_H_
