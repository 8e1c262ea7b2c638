#include "query/parse/expression.h"

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
  for (const PhraseGram& gram : phrase.grams) {
    if (quoted.size() > 1) quoted += " ";
    quoted += Cat(gram.term, "+", gram.offset);
  }
  return quoted + "\"";
}

}  // namespace

std::string ToString(const Expression& expression) {
  switch (expression.kind) {
    case Expression::Kind::kWord:
      return expression.word;
    case Expression::Kind::kPhrase:
      return Quoted(expression);
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
