#ifndef FACTLINE_TESTS_BENCH_PEERS_PROTOCOL_PEER_INPUT_H_
#define FACTLINE_TESTS_BENCH_PEERS_PROTOCOL_PEER_INPUT_H_

#include <cstdint>
#include <fstream>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

// What the C++ runners read: ../README.md says what the lines look like. The standard library alone, since the Xapian
// runner is built without Bazel. A line that is not as it should be ends the program with a message: the files are
// ours.
namespace factline::peers {

struct PeerDocument {
  uint32_t number = 0;
  int64_t published_seconds = 0;
  std::string_view source;
  std::string_view title;  // tokens joined by single spaces
  std::string_view body;
};

// The views last as long as `line`.
PeerDocument ParseDocument(std::string_view line);

// Calls sink(token, position) for the title's tokens, then for the body's, with one position left free between them.
// Returns how many there were.
template <typename Sink>
uint32_t ForEachToken(const PeerDocument& document, Sink sink) {
  uint32_t position = 0;
  uint32_t count = 0;
  for (std::string_view text : {document.title, document.body}) {
    while (!text.empty()) {
      const size_t end = text.find(' ');
      sink(text.substr(0, end), position++);
      ++count;
      text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    ++position;
  }
  return count;
}

struct PeerExpression {
  enum class Kind : uint8_t { kTerm, kPhrase, kAnd, kOr, kAndNot };
  Kind kind = Kind::kTerm;
  std::string token;  // kTerm
  std::vector<PeerExpression>
      children;  // else; of a phrase its terms in order, of kAndNot what is kept and what is not
};

struct PeerQuery {
  std::string id;
  std::string kind;
  int64_t published_first = std::numeric_limits<int64_t>::min();  // inclusive
  int64_t published_last = std::numeric_limits<int64_t>::max();   // inclusive
  std::string source;                                             // empty: any
  PeerExpression words;

  bool restricts_time() const { return published_first != std::numeric_limits<int64_t>::min(); }
};

PeerQuery ParseQuery(std::string_view line);
std::vector<PeerQuery> ReadQueries(const std::string& path);

[[noreturn]] void Fail(const std::string& what);

}  // namespace factline::peers

#endif  // FACTLINE_TESTS_BENCH_PEERS_PROTOCOL_PEER_INPUT_H_
