#include "query/parse/comparison.h"

#include <utility>

#include "protos/vocab/status.h"
#include "query/parse/characters.h"

namespace factline::query {
namespace {

bool IsFieldCharacter(char32_t c) {
  return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || (c >= U'0' && c <= U'9') || c == U'_' || c == U'.';
}
bool IsOperatorCharacter(char32_t c) { return c == U'=' || c == U'<' || c == U'>' || c == U'!' || c == U':'; }
bool IsQuotationMark(char32_t c) { return c == U'"' || c == U'\'' || c == U'“' || c == U'”' || c == U'＂'; }
bool Closes(char32_t opening, char32_t c) {
  if (opening == U'\'') return c == U'\'';
  return c != U'\'' && IsQuotationMark(c);
}
bool EndsBareValue(char32_t c) {
  return c == kEndOfText || c == kBrokenUtf8 || IsBlank(c) || IsOperatorCharacter(c) || IsQuotationMark(c) ||
         c == U'(' || c == U')';
}

class Parser {
 public:
  explicit Parser(std::string_view filter) : filter_(filter) { here_ = CharacterAt(filter_, 0, 1); }

  absl::StatusOr<std::vector<Comparison>> Run() {
    std::vector<Comparison> comparisons;
    SkipBlanks();
    if (AtEnd()) return comparisons;
    for (;;) {
      if (comparisons.size() == kMaxComparisons) {
        return FilterError(here_.column, Cat("the filter has more than ", kMaxComparisons, " comparisons"));
      }
      Comparison comparison;
      FL_RETURN_IF_ERROR(ReadComparison(&comparison));
      comparisons.push_back(std::move(comparison));
      SkipBlanks();
      if (AtEnd()) return comparisons;
      FL_RETURN_IF_ERROR(ReadAnd());
    }
  }

 private:
  bool AtEnd() const { return here_.code_point == kEndOfText; }
  void Advance() { here_ = CharacterAt(filter_, here_.end, here_.column + 1); }
  void SkipBlanks() {
    while (IsBlank(here_.code_point)) Advance();
  }

  std::string_view ReadName() {
    const uint32_t begin = here_.begin;
    while (IsFieldCharacter(here_.code_point)) Advance();
    return filter_.substr(begin, here_.begin - begin);
  }

  absl::Status ReadAnd() {
    const uint32_t column = here_.column;
    const std::string_view word = ReadName();
    if (word != "AND") return FilterError(column, "AND or the end of the filter is expected here");
    SkipBlanks();
    if (AtEnd()) return FilterError(column, "AND needs a comparison on its right");
    return absl::OkStatus();
  }

  absl::Status ReadComparison(Comparison* comparison) {
    comparison->field_column = here_.column;
    comparison->field = std::string(ReadName());
    if (comparison->field.empty()) return FilterError(here_.column, "the name of a field is expected here");
    if (comparison->field == "NOT" || comparison->field == "OR" || comparison->field == "AND") {
      return FilterError(comparison->field_column, "only comparisons joined by AND are supported");
    }
    SkipBlanks();
    FL_RETURN_IF_ERROR(ReadOperator(comparison));
    SkipBlanks();
    comparison->value_column = here_.column;
    return IsQuotationMark(here_.code_point) ? ReadQuotedValue(comparison) : ReadBareValue(comparison);
  }

  absl::Status ReadOperator(Comparison* comparison) {
    comparison->op_column = here_.column;
    const uint32_t begin = here_.begin;
    while (IsOperatorCharacter(here_.code_point)) Advance();
    const std::string_view op = filter_.substr(begin, here_.begin - begin);
    if (op == "=") {
      comparison->op = Comparison::Op::kEqual;
    } else if (op == "<") {
      comparison->op = Comparison::Op::kLess;
    } else if (op == "<=") {
      comparison->op = Comparison::Op::kLessOrEqual;
    } else if (op == ">") {
      comparison->op = Comparison::Op::kGreater;
    } else if (op == ">=") {
      comparison->op = Comparison::Op::kGreaterOrEqual;
    } else {
      return FilterError(comparison->op_column, "one of = < <= > >= is expected here");
    }
    return absl::OkStatus();
  }

  absl::Status ReadBareValue(Comparison* comparison) {
    bool escaped = false;
    while (!EndsBareValue(here_.code_point) || (here_.code_point == U':' && !comparison->value.empty())) {
      FL_RETURN_IF_ERROR(TakeValueCharacter(comparison, &escaped));
    }
    if (here_.code_point == kBrokenUtf8) return Broken();
    if (escaped) return FilterError(here_.column, "a character is expected after the backslash");
    if (comparison->value.empty() && !comparison->is_prefix)
      return FilterError(here_.column, "a value is expected here");
    return absl::OkStatus();
  }

  absl::Status ReadQuotedValue(Comparison* comparison) {
    const Character opening = here_;
    bool escaped = false;
    Advance();
    while (escaped || !Closes(opening.code_point, here_.code_point)) {
      if (here_.code_point == kBrokenUtf8) return Broken();
      if (AtEnd()) return FilterError(opening.column, "the quotation that begins here does not end");
      FL_RETURN_IF_ERROR(TakeValueCharacter(comparison, &escaped));
    }
    Advance();
    return absl::OkStatus();
  }

  absl::Status TakeValueCharacter(Comparison* comparison, bool* escaped) {
    if (comparison->is_prefix) return FilterError(here_.column - 1, "a star may only end a value");
    if (!*escaped && here_.code_point == U'\\') {
      *escaped = true;
    } else if (!*escaped && here_.code_point == U'*') {
      comparison->is_prefix = true;
    } else {
      comparison->value += filter_.substr(here_.begin, here_.end - here_.begin);
      *escaped = false;
    }
    Advance();
    return absl::OkStatus();
  }

  absl::Status Broken() const { return FilterError(here_.column, "is not UTF-8"); }

  const std::string_view filter_;
  Character here_;
};

}  // namespace

absl::Status FilterError(uint32_t column, std::string_view what) {
  return FieldError("filter", Cat("column ", column, ": ", what));
}

absl::StatusOr<std::vector<Comparison>> ParseComparisons(std::string_view filter) {
  if (filter.size() > kMaxFilterBytes) {
    return FieldError("filter", Cat("has ", filter.size(), " bytes; at most ", kMaxFilterBytes, " are allowed"));
  }
  return Parser(filter).Run();
}

}  // namespace factline::query
