#include "query/parse/expression.h"

#include <algorithm>

#include "protos/vocab/cat.h"

namespace factline::query {
namespace {

std::string Joined(const Expression& expression, const char* separator) {
  std::string joined = "(";
  for (const Expression& child : expression.children) {
    if (joined.size() > 1) joined += separator;
    joined += ToString(child);
  }
  return joined + ")";
}

std::string Quoted(const Expression& phrase) {
  std::string quoted = "\"";
  uint32_t piece = 0;
  for (const PhraseGram& gram : phrase.grams) {
    if (gram.piece != piece) quoted += " |";
    if (quoted.size() > 1) quoted += " ";
    quoted += Cat(gram.term, "+", gram.offset);
    piece = gram.piece;
  }
  return phrase.slop == 0 ? quoted + "\"" : Cat(quoted, "\"~", phrase.slop);
}

const char* PrefixOf(Place place) {
  switch (place) {
    case Place::kAnywhere:
      return "";
    case Place::kTitle:
      return "title:";
    case Place::kBody:
      return "body:";
  }
  return "";
}

const char* PrefixOf(Attribute attribute) {
  switch (attribute) {
    case Attribute::kSource:
      return "source:";
    case Attribute::kLanguage:
      return "lang:";
    case Attribute::kTag:
      return "tag:";
    case Attribute::kEntity:
      return "entity:";
  }
  return "";
}

std::string Placed(const Expression& leaf, const std::string& text) {
  const std::string placed = PrefixOf(leaf.place) + text;
  return leaf.weight == 1 ? placed : Cat(placed, "^", leaf.weight);
}

std::string Bound(int64_t second, int64_t none) { return second == none ? "" : Cat(second); }

}  // namespace

bool HasScore(const Expression& expression) {
  if (expression.kind == Expression::Kind::kNot) return false;
  return expression.is_scored_leaf() || std::any_of(expression.children.begin(), expression.children.end(), HasScore);
}

std::string ToString(const Expression& expression) {
  switch (expression.kind) {
    case Expression::Kind::kWord:
      return Placed(expression, expression.word);
    case Expression::Kind::kPrefix:
      return Placed(expression, expression.word + "*");
    case Expression::Kind::kPhrase:
      return Placed(expression, Quoted(expression));
    case Expression::Kind::kAttribute:
      return PrefixOf(expression.attribute) + expression.value;
    case Expression::Kind::kPublished:
      return Cat("date:", Bound(expression.first_second, std::numeric_limits<int64_t>::min()), "..",
                 Bound(expression.last_second, std::numeric_limits<int64_t>::max()));
    case Expression::Kind::kAnd:
      return Joined(expression, " AND ");
    case Expression::Kind::kOr:
      return Joined(expression, " OR ");
    case Expression::Kind::kNot:
      return Cat("NOT ", ToString(expression.children.front()));
  }
  return "";
}

}  // namespace factline::query
