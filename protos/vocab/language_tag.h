#ifndef FACTLINE_PROTOS_VOCAB_LANGUAGE_TAG_H_
#define FACTLINE_PROTOS_VOCAB_LANGUAGE_TAG_H_

#include <string>
#include <string_view>

#include "absl/strings/ascii.h"
#include "protos/vocab/cat.h"

namespace factline {

// Tags of BCP 47 mean the same in any case: "en-US" is "en-us".
inline std::string NormalLanguage(std::string_view tag) { return absl::AsciiStrToLower(ToAbsl(tag)); }

// Of a tag in normal form, the language alone: "en" of "en-us".
inline std::string_view PrimaryLanguage(std::string_view normal_tag) {
  return normal_tag.substr(0, normal_tag.find('-'));
}

}  // namespace factline

#endif  // FACTLINE_PROTOS_VOCAB_LANGUAGE_TAG_H_
