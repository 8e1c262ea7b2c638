#ifndef FACTLINE_PROTOS_VOCAB_VERSION_H_
#define FACTLINE_PROTOS_VOCAB_VERSION_H_

#include <string_view>

namespace factline {

// Of all programs of one build.
inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace factline

#endif  // FACTLINE_PROTOS_VOCAB_VERSION_H_
