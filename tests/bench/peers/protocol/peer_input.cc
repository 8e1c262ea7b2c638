#include "tests/bench/peers/protocol/peer_input.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace factline::peers {
namespace {

std::string_view TakeField(std::string_view* rest, char separator) {
  const size_t end = rest->find(separator);
  const std::string_view field = rest->substr(0, end);
  *rest = end == std::string_view::npos ? std::string_view() : rest->substr(end + 1);
  return field;
}

template <typename Number>
Number ToNumber(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) Fail("not a number: " + std::string(text));
  return number;
}

PeerExpression ParseWords(std::string_view* rest) {
  constexpr int kMaxChildren = 64;
  const std::string_view word = TakeField(rest, ' ');
  if (word.size() < 2) Fail("an expression ends early");
  PeerExpression expression;
  switch (word[0]) {
    case '=':
      expression.token = word.substr(1);
      return expression;
    case '"':
      expression.kind = PeerExpression::Kind::kPhrase;
      break;
    case '&':
      expression.kind = PeerExpression::Kind::kAnd;
      break;
    case '|':
      expression.kind = PeerExpression::Kind::kOr;
      break;
    case '-':
      expression.kind = PeerExpression::Kind::kAndNot;
      break;
    default:
      Fail("not an operator: " + std::string(word));
  }
  const int count = ToNumber<int>(word.substr(1));
  if (count < 2 || count > kMaxChildren) Fail("not a number of children: " + std::string(word));
  for (int i = 0; i < count; ++i) expression.children.push_back(ParseWords(rest));
  return expression;
}

}  // namespace

void Fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

PeerDocument ParseDocument(std::string_view line) {
  PeerDocument document;
  document.number = ToNumber<uint32_t>(TakeField(&line, '\t'));
  document.published_seconds = ToNumber<int64_t>(TakeField(&line, '\t'));
  document.source = TakeField(&line, '\t');
  document.title = TakeField(&line, '\t');
  document.body = line;
  return document;
}

PeerQuery ParseQuery(std::string_view line) {
  PeerQuery query;
  query.id = TakeField(&line, '\t');
  query.kind = TakeField(&line, '\t');
  const std::string_view first = TakeField(&line, '\t');
  const std::string_view last = TakeField(&line, '\t');
  if (!first.empty()) query.published_first = ToNumber<int64_t>(first);
  if (!last.empty()) query.published_last = ToNumber<int64_t>(last);
  query.source = TakeField(&line, '\t');
  query.words = ParseWords(&line);
  if (!line.empty()) Fail("an expression goes on after its end: " + std::string(line));
  return query;
}

std::vector<PeerQuery> ReadQueries(const std::string& path) {
  std::ifstream file(path);
  if (!file) Fail("cannot read " + path);
  std::vector<PeerQuery> queries;
  for (std::string line; std::getline(file, line);) queries.push_back(ParseQuery(line));
  return queries;
}

}  // namespace factline::peers
