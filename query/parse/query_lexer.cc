#include "query/parse/query_lexer.h"

#include <algorithm>

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
bool IsColon(char32_t c) { return c == U':' || c == U'：'; }
bool IsTilde(char32_t c) { return c == U'~' || c == U'～'; }
bool IsDigit(char32_t c) { return c >= U'0' && c <= U'9'; }
bool IsField(std::string_view name) {
  return std::find(std::begin(kQueryFields), std::end(kQueryFields), name) != std::end(kQueryFields);
}
bool HoldsWords(std::string_view field) { return field == "title" || field == "body"; }
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
    operand_end_ = here_.begin;
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
    } else if (IsMinus(c) && !IsBlank(PeekNext()) && PeekNext() != kEndOfText && !AwaitsValue()) {
      Emit(Kind::kNot);
    } else if (StandsAtWeight() && EndsOperand()) {
      LexNumber(Kind::kWeight);
    } else if (IsTilde(c) && IsDigit(PeekNext()) && EndsOperand() && tokens_.back().kind != Kind::kWord) {
      LexNumber(Kind::kSlop);
    } else {
      return LexWord();
    }
    return absl::OkStatus();
  }

  bool StandsAtWeight() const { return here_.code_point == U'^' && IsDigit(PeekNext()); }

  // Whether the last token is an operand, or its weight, that ends right here.
  bool EndsOperand() const {
    if (tokens_.empty() || operand_end_ != here_.begin) return false;
    const Kind kind = tokens_.back().kind;
    return kind == Kind::kWord || kind == Kind::kPhrase || kind == Kind::kClose || kind == Kind::kWeight ||
           kind == Kind::kSlop;
  }

  // Whether the next word is a field's value, as it stands.
  bool AwaitsValue() const {
    return !tokens_.empty() && tokens_.back().kind == Kind::kField && !HoldsWords(tokens_.back().text);
  }

  void LexNumber(Kind kind) {
    const Character mark = here_;
    Advance();
    const uint32_t begin = here_.begin;
    while (IsDigit(here_.code_point) || here_.code_point == U'.') Advance();
    tokens_.push_back({kind, query_.substr(begin, here_.begin - begin), mark.column});
    operand_end_ = here_.begin;
  }

  absl::Status LexField(const Character& first) {
    const std::string_view name = query_.substr(first.begin, here_.begin - first.begin);
    tokens_.push_back({Kind::kField, name, first.column});
    Advance();
    if (IsBlank(here_.code_point) || here_.code_point == kEndOfText || IsClose(here_.code_point)) {
      return FieldError("query", Cat("column ", first.column, ": nothing follows '", name, ":'"));
    }
    return absl::OkStatus();
  }

  char32_t PeekNext() const { return CharacterAt(query_, here_.end, here_.column + 1).code_point; }

  absl::Status LexWord() {
    const Character first = here_;
    const bool is_value = AwaitsValue();
    for (; !EndsWord(here_.code_point); Advance()) {
      if (is_value || here_.begin == first.begin) continue;
      if (IsColon(here_.code_point) && IsField(query_.substr(first.begin, here_.begin - first.begin))) {
        return LexField(first);
      }
      if (StandsAtWeight()) break;
    }
    const std::string_view word = query_.substr(first.begin, here_.begin - first.begin);
    Kind kind = Kind::kWord;
    if (!is_value && word == "AND") kind = Kind::kAnd;
    if (!is_value && word == "OR") kind = Kind::kOr;
    if (!is_value && word == "NOT") kind = Kind::kNot;
    tokens_.push_back({kind, word, first.column});
    operand_end_ = here_.begin;
    return absl::OkStatus();
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
    operand_end_ = here_.begin;
    return absl::OkStatus();
  }

  absl::Status Broken() const { return FieldError("query", Cat("column ", here_.column, ": is not UTF-8")); }

  const std::string_view query_;
  Character here_;
  std::vector<QueryToken> tokens_;
  uint32_t operand_end_ = 0;  // where the last word, phrase, parenthesis, weight or slop ended
};

}  // namespace

absl::StatusOr<std::vector<QueryToken>> LexQuery(std::string_view query) { return Lexer(query).Run(); }

}  // namespace factline::query
