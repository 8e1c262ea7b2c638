#include "indexer/text/tokenizer.h"

#include <algorithm>
#include <array>
#include <string>

#include "indexer/text/segmenter.h"
#include "protos/vocab/utf8.h"

namespace factline::text {
namespace {

// Terms of one ASCII mark, of which Chinese texts are full (，becomes a comma), need no arena.
constexpr std::array<char, 128> kAscii = [] {
  std::array<char, 128> all{};
  for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<char>(i);
  return all;
}();

constexpr size_t kArenaBlockBytes = 4096;

class Tokenizer {
 public:
  Tokenizer(const Dictionary& dictionary, const std::vector<NormalChar>& chars, Analysis& analysis)
      : chars_(chars), analysis_(analysis), segmenter_(dictionary) {}

  void Run() {
    analysis_.tokens.reserve(chars_.size() / 2 + 8);
    for (size_t at = 0; at < chars_.size();) {
      switch (chars_[at].cls) {
        case CharClass::kBlank:
          ++at;
          break;
        case CharClass::kHan:
          at = TakeHan(at);
          break;
        case CharClass::kLetter:
          at = TakeLetters(at);
          break;
        case CharClass::kDigit:
          at = TakeNumber(at, at);
          break;
        case CharClass::kPunctuation:
          at = TakePunctuation(at);
          break;
      }
    }
  }

 private:
  size_t TakeHan(size_t begin) {
    size_t end = begin + 1;
    while (end < chars_.size() && chars_[end].cls == CharClass::kHan) ++end;
    size_t at = begin;
    for (const Segmenter::Word& word : segmenter_.Segment(chars_, begin, end)) {
      Emit(at, at + word.size_chars, TokenKind::kHan, word.pos);
      at += word.size_chars;
    }
    return end;
  }

  // Letters and digits, and an apostrophe between letters.
  size_t TakeLetters(size_t begin) {
    size_t end = begin + 1;
    while (end < chars_.size()) {
      const bool word = Is(end, CharClass::kLetter) || Is(end, CharClass::kDigit);
      const bool apostrophe =
          IsApostrophe(chars_[end].cp) && Is(end - 1, CharClass::kLetter) && Is(end + 1, CharClass::kLetter);
      if (!word && !apostrophe) break;
      if (end - begin >= kMaxTokenChars && !SameSource(end)) break;
      ++end;
    }
    Emit(begin, end, TokenKind::kLatin, PartOfSpeech::kUnknown);
    return end;
  }

  // Digits from `first_digit` on, with single points, commas and such between digits; a sign may stand before.
  size_t TakeNumber(size_t begin, size_t first_digit) {
    size_t end = first_digit + 1;
    while (end < chars_.size()) {
      const bool separator = (chars_[end].cp == '.' || chars_[end].cp == ',') && Is(end - 1, CharClass::kDigit) &&
                             Is(end + 1, CharClass::kDigit);
      if (!Is(end, CharClass::kDigit) && !separator) break;
      if (end - begin >= kMaxTokenChars && !SameSource(end)) break;
      ++end;
    }
    Emit(begin, end, TokenKind::kNumber, PartOfSpeech::kNumeral);
    return end;
  }

  size_t TakePunctuation(size_t begin) {
    if (IsSignOfNumber(begin)) return TakeNumber(begin, begin + 1);
    size_t end = begin + 1;
    while (end < chars_.size() && (SameSource(end) || chars_[end].cp == chars_[begin].cp)) ++end;
    Emit(begin, end, TokenKind::kPunctuation, PartOfSpeech::kUnknown);
    return end;
  }

  // A minus or plus right before a digit that neither joins two things (5-10, A-5) nor repeats.
  bool IsSignOfNumber(size_t at) const {
    const char32_t cp = chars_[at].cp;
    if ((cp != '-' && cp != '+' && cp != U'\u2212') || !Is(at + 1, CharClass::kDigit)) return false;
    if (at == 0) return true;
    const NormalChar& before = chars_[at - 1];
    if (before.cls == CharClass::kPunctuation) return before.cp != cp && before.cp != '%';
    return before.cls == CharClass::kHan || before.cls == CharClass::kBlank;
  }

  bool Is(size_t at, CharClass cls) const { return at < chars_.size() && chars_[at].cls == cls; }
  bool SameSource(size_t at) const { return chars_[at].begin == chars_[at - 1].begin; }

  static bool IsApostrophe(char32_t cp) { return cp == '\'' || cp == U'\u2019'; }

  void Emit(size_t begin, size_t end, TokenKind kind, PartOfSpeech pos) {
    Token token;
    token.span = {chars_[begin].begin, chars_[end - 1].end_exclusive()};
    token.kind = kind;
    token.pos = pos;
    token.term = Term(begin, end, token.span);
    analysis_.tokens.push_back(token);
  }

  std::string_view Term(size_t begin, size_t end, Span span) {
    if (end - begin == 1 && chars_[begin].cp < kAscii.size()) return {&kAscii[chars_[begin].cp], 1};
    uint32_t source_bytes = 0;
    bool changed = false;
    for (size_t i = begin; i < end; ++i) {
      changed |= chars_[i].changed;
      source_bytes += chars_[i].source_bytes;
    }
    if (!changed && source_bytes == span.size_bytes()) return span.In(analysis_.text);
    return Store(begin, end);
  }

  // Blocks never grow beyond their capacity, so that views into them stay valid.
  std::string_view Store(size_t begin, size_t end) {
    const size_t at_most_bytes = (end - begin) * 4;
    std::deque<std::string>& arena = analysis_.arena;
    if (arena.empty() || arena.back().capacity() - arena.back().size() < at_most_bytes) {
      arena.emplace_back().reserve(std::max(at_most_bytes, kArenaBlockBytes));
    }
    std::string& block = arena.back();
    const size_t from = block.size();
    for (size_t i = begin; i < end; ++i) AppendUtf8(chars_[i].cp, block);
    return std::string_view(block).substr(from);
  }

  const std::vector<NormalChar>& chars_;
  Analysis& analysis_;
  Segmenter segmenter_;
};

}  // namespace

void TokenizeInto(const Dictionary& dictionary, const std::vector<NormalChar>& chars, Analysis& analysis) {
  Tokenizer(dictionary, chars, analysis).Run();
}

}  // namespace factline::text
