#include "indexer/text/index_terms.h"

#include <algorithm>
#include <array>
#include <vector>

#include "indexer/text/dictionary.h"
#include "protos/vocab/utf8.h"

namespace factline::text {
namespace {

// One Han character of a token's term.
struct HanChar {
  std::string_view term;
  Span span;
  uint32_t position = 0;
};

size_t CountChars(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// Calls sink(char, code point) for each character of a token. Where the term's characters cannot be told apart in the
// text, because ignorable characters stand between them, each has the token's whole span.
template <typename Sink>
void ForEachChar(const Analysis& analysis, const Token& token, Sink sink) {
  const std::string_view source = token.span.In(analysis.text);
  const bool aligned = token.term.data() == source.data() || CountChars(source) == CountChars(token.term);
  uint32_t begin = token.span.begin;
  for (size_t at = 0; at < token.term.size();) {
    const CodePoint c = DecodeUtf8(token.term, at);
    HanChar han{token.term.substr(at, c.size_bytes), token.span, 0};
    if (aligned) {
      han.span = {begin, begin + DecodeUtf8(analysis.text, begin).size_bytes};
      begin = han.span.end_exclusive;
    }
    sink(han, c.value);
    at += c.size_bytes;
  }
}

// The dictionary words of two characters or more inside a longer word, by their start, then their length.
class InnerWords {
 public:
  void ForEach(const Analysis& analysis, const Token& token, const WordSink& sink) {
    chars_.clear();
    ForEachChar(analysis, token, [this](const HanChar& c, char32_t cp) { chars_.push_back({c, cp}); });
    if (chars_.size() < 3) return;
    for (size_t begin = 0; begin + 1 < chars_.size(); ++begin) {
      uint32_t state = Dictionary::kRoot;
      for (size_t end = begin; end < chars_.size(); ++end) {
        state = dictionary_.Next(state, chars_[end].cp);
        if (state == Dictionary::kNone) break;
        const size_t length = end + 1 - begin;
        if (length < 2 || length == chars_.size() || !dictionary_.At(state).is_word) continue;
        const char* const from = chars_[begin].han.term.data();
        const char* const to = chars_[end].han.term.data() + chars_[end].han.term.size();
        sink({from, static_cast<size_t>(to - from)},
             {chars_[begin].han.span.begin, chars_[end].han.span.end_exclusive});
      }
    }
  }

 private:
  struct Char {
    HanChar han;
    char32_t cp;
  };

  const Dictionary dictionary_;
  std::vector<Char> chars_;
};

// Two characters as one term: in place if they adjoin in memory, else put together in `buffer`.
std::string_view Join(std::string_view first, std::string_view second, std::array<char, 8>& buffer) {
  if (first.data() + first.size() == second.data()) return {first.data(), first.size() + second.size()};
  std::copy(second.begin(), second.end(), std::copy(first.begin(), first.end(), buffer.begin()));
  return {buffer.data(), first.size() + second.size()};
}

enum class Side { kDocument, kQuery };

// Makes grams of one run of Han characters after the other.
class Grams {
 public:
  Grams(Side side, const GramSink& sink) : side_(side), sink_(sink) {}

  void Add(const HanChar& next) {
    if (size_ > 0 && (side_ == Side::kDocument || size_ % 2 == 1)) EmitPair(last_, next);
    before_last_ = last_;
    last_ = next;
    ++size_;
  }

  void EndRun() {
    if (size_ > 0) {
      const bool alone = side_ == Side::kDocument || size_ == 1;
      if (alone) {
        sink_(last_.term, last_.position, last_.span);
      } else if (size_ % 2 == 1) {
        EmitPair(before_last_, last_);
      }
    }
    size_ = 0;
  }

 private:
  void EmitPair(const HanChar& first, const HanChar& second) {
    std::array<char, 8> buffer;
    sink_(Join(first.term, second.term, buffer), first.position, {first.span.begin, second.span.end_exclusive});
  }

  const Side side_;
  const GramSink& sink_;
  size_t size_ = 0;  // characters of the run so far
  HanChar before_last_;
  HanChar last_;
};

void MakeGrams(const Analysis& analysis, Side side, const GramSink& sink) {
  Grams grams(side, sink);
  uint32_t position = 0;
  for (const Token& token : analysis.tokens) {
    if (token.kind == TokenKind::kHan) {
      ForEachChar(analysis, token, [&](HanChar c, char32_t) {
        c.position = position++;
        grams.Add(c);
      });
      continue;
    }
    grams.EndRun();
    if (token.kind != TokenKind::kPunctuation) sink(token.term, position, token.span);
    ++position;
  }
  grams.EndRun();
}

}  // namespace

void ForEachDocumentWord(const Analysis& analysis, const WordSink& sink) {
  InnerWords inner;
  for (const Token& token : analysis.tokens) {
    if (token.kind == TokenKind::kPunctuation) continue;
    sink(token.term, token.span);
    if (token.kind == TokenKind::kHan) inner.ForEach(analysis, token, sink);
  }
}

void ForEachGram(const Analysis& analysis, const GramSink& sink) { MakeGrams(analysis, Side::kDocument, sink); }

void ForEachQueryGram(const Analysis& analysis, const GramSink& sink) { MakeGrams(analysis, Side::kQuery, sink); }

}  // namespace factline::text
