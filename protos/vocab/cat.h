#ifndef FACTLINE_PROTOS_VOCAB_CAT_H_
#define FACTLINE_PROTOS_VOCAB_CAT_H_

#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace factline {

// Debian's Abseil is built with a string_view of its own; these bridge the two kinds at no cost.
inline absl::string_view ToAbsl(std::string_view s) { return absl::string_view(s.data(), s.size()); }
inline std::string_view ToStd(absl::string_view s) { return std::string_view(s.data(), s.size()); }

namespace cat_internal {
template <typename T>
const T& Piece(const T& value) {
  return value;
}
inline absl::string_view Piece(std::string_view s) { return ToAbsl(s); }
inline absl::string_view Piece(const std::string& s) { return absl::string_view(s); }
inline absl::string_view Piece(const char* s) { return absl::string_view(s); }
}  // namespace cat_internal

// absl::StrCat that also takes std::string_view: Cat("field '", name, "' has ", n, " bytes").
template <typename... Pieces>
std::string Cat(const Pieces&... pieces) {
  return absl::StrCat(cat_internal::Piece(pieces)...);
}

}  // namespace factline

#endif  // FACTLINE_PROTOS_VOCAB_CAT_H_
