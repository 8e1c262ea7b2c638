#ifndef FACTLINE_INGEST_ACCEPT_LANGUAGE_H_
#define FACTLINE_INGEST_ACCEPT_LANGUAGE_H_

#include <string_view>

namespace factline::accept {

// The BCP 47 tag of a text's language by its script: "zh", "ja" (with a share of kana), "en" (Latin letters) or "und".
// Looks at the first 8 KiB, so that the cost does not grow with the text.
std::string_view DetectLanguage(std::string_view text);

}  // namespace factline::accept

#endif  // FACTLINE_INGEST_ACCEPT_LANGUAGE_H_
