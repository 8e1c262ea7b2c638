#ifndef FACTLINE_INDEXER_TEXT_VALUE_CHARS_H_
#define FACTLINE_INDEXER_TEXT_VALUE_CHARS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "indexer/text/normalizer.h"
#include "indexer/text/numeral.h"
#include "protos/vocab/span.h"

namespace factline::text {

// A text's normal characters, as the parsers of values read them: any index may be asked for, and is 0 outside.
// Indexes are of characters, never of bytes. Points to what it was made from. Remembers numerals: one thread at a time.
class ValueChars {
 public:
  ValueChars(std::string_view text, const std::vector<NormalChar>& chars) : text_(text), chars_(chars) {}

  size_t size() const { return chars_.size(); }
  char32_t operator[](size_t at) const { return at < chars_.size() ? chars_[at].cp : 0; }
  const NormalChar& Char(size_t at) const { return chars_[at]; }
  std::string_view text() const { return text_; }

  // The character before `at`, 0 at the start.
  char32_t Before(size_t at) const { return at == 0 ? 0 : (*this)[at - 1]; }

  bool Starts(size_t at, std::u32string_view with) const {
    if (at > size() || size() - at < with.size()) return false;
    for (size_t i = 0; i < with.size(); ++i) {
      if (chars_[at + i].cp != with[i]) return false;
    }
    return true;
  }
  bool Ends(size_t end_exclusive, std::u32string_view with) const {
    return end_exclusive >= with.size() && Starts(end_exclusive - with.size(), with);
  }

  // Where the first of `options` that stands at `at` ends, or `at` if none does.
  template <typename Options>
  size_t SkipAny(size_t at, const Options& options) const {
    for (const std::u32string_view option : options) {
      if (Starts(at, option)) return at + option.size();
    }
    return at;
  }

  // Past at most two blanks: layout sets numbers off from Han text.
  size_t SkipBlanks(size_t at) const {
    for (int n = 0; n < 2 && (*this)[at] == ' '; ++n) ++at;
    return at;
  }
  size_t SkipBlanksBack(size_t at) const {
    for (int n = 0; n < 2 && Before(at) == ' '; ++n) --at;
    return at;
  }

  bool Is(size_t at, CharClass cls) const { return at < size() && chars_[at].cls == cls; }
  bool IsDigit(size_t at) const { return Is(at, CharClass::kDigit); }

  // `at` lies between two characters of the text, not inside what one of them became (℃ -> °c).
  bool IsEdge(size_t at) const { return at == 0 || at >= size() || chars_[at].begin != chars_[at - 1].begin; }

  // ReadNumeral. The parsers of dates and quantities each ask for the same few.
  std::optional<Numeral> NumeralAt(size_t at) const;

  // `begin` < `end_exclusive`.
  Span SpanOf(size_t begin, size_t end_exclusive) const {
    return {chars_[begin].begin, chars_[end_exclusive - 1].end_exclusive()};
  }

 private:
  std::string_view text_;
  const std::vector<NormalChar>& chars_;

  struct KnownNumeral {
    size_t at = SIZE_MAX;
    std::optional<Numeral> numeral;
  };
  mutable std::array<KnownNumeral, 4> known_;  // by place, modulo their number
};

}  // namespace factline::text

#endif  // FACTLINE_INDEXER_TEXT_VALUE_CHARS_H_
