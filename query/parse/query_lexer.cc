#include "query/parse/query_lexer.h"

#include "protos/vocab/status.h"
#include "query/parse/characters.h"

namespace factline::query {
namespace {

bool IsOpen(char32_t c) { return c == U'(' || c == U'（'; }
bool IsClose(char32_t c) { return c == U')' || c == U'）'; }
bool IsMinus(char32_t c) { return c == U'-' || c == U'－' || c == U'−'; }
// Input methods mix these four, so that any of them ends what another began.
bool IsQuotationMark(char32_t c) { return c == U'"' || c == U'＂' || c == U'“' || c == U'”'; }
bool OpensQuotation(char32_t c) { return IsQuotationMark(c) || c == U'「' || c == U'『'; }
bool ClosesQuotation(char32_t opening, char32_t c) {
  if (opening == U'「') return c == U'」';
  if (opening == U'『') return c == U'』';
  return IsQuotationMark(c);
}
bool EndsWord(char32_t c) {
  return c == kEndOfText || c == kBrokenUtf8 || IsBlank(c) || IsOpen(c) || IsClose(c) || OpensQuotation(c);
}

class Lexer {
 public:
  explicit Lexer(std::string_view query) : query_(query) { Read(0, 1); }

  absl::StatusOr<std::vector<QueryToken>> Run() {
    while (here_.code_point != kEndOfText) FL_RETURN_IF_ERROR(LexOne());
    tokens_.push_back({QueryToken::Kind::kEnd, {}, here_.column});
    return std::move(tokens_);
  }

 private:
  using Kind = QueryToken::Kind;

  void Read(uint32_t begin, uint32_t column) { here_ = CharacterAt(query_, begin, column); }
  void Advance() { Read(here_.end, here_.column + 1); }

  void Emit(Kind kind) {
    tokens_.push_back({kind, {}, here_.column});
    Advance();
  }

  absl::Status LexOne() {
    const char32_t c = here_.code_point;
    if (c == kBrokenUtf8) return Broken();
    if (IsBlank(c)) {
      Advance();
    } else if (IsOpen(c)) {
      Emit(Kind::kOpen);
    } else if (IsClose(c)) {
      Emit(Kind::kClose);
    } else if (OpensQuotation(c)) {
      return LexPhrase();
    } else if (IsMinus(c) && !IsBlank(PeekNext()) && PeekNext() != kEndOfText) {
      Emit(Kind::kNot);
    } else {
      LexWord();
    }
    return absl::OkStatus();
  }

  char32_t PeekNext() const { return CharacterAt(query_, here_.end, here_.column + 1).code_point; }

  void LexWord() {
    const Character first = here_;
    while (!EndsWord(here_.code_point)) Advance();
    const std::string_view word = query_.substr(first.begin, here_.begin - first.begin);
    Kind kind = Kind::kWord;
    if (word == "AND") kind = Kind::kAnd;
    if (word == "OR") kind = Kind::kOr;
    if (word == "NOT") kind = Kind::kNot;
    tokens_.push_back({kind, word, first.column});
  }

  absl::Status LexPhrase() {
    const Character opening = here_;
    Advance();
    const uint32_t begin = here_.begin;
    while (!ClosesQuotation(opening.code_point, here_.code_point)) {
      if (here_.code_point == kBrokenUtf8) return Broken();
      if (here_.code_point == kEndOfText) {
        return FieldError("query", Cat("column ", opening.column, ": the quotation that begins here does not end"));
      }
      Advance();
    }
    tokens_.push_back({Kind::kPhrase, query_.substr(begin, here_.begin - begin), opening.column});
    Advance();
    return absl::OkStatus();
  }

  absl::Status Broken() const { return FieldError("query", Cat("column ", here_.column, ": is not UTF-8")); }

  const std::string_view query_;
  Character here_;
  std::vector<QueryToken> tokens_;
};

}  // namespace

absl::StatusOr<std::vector<QueryToken>> LexQuery(std::string_view query) { return Lexer(query).Run(); }

}  // namespace factline::query
