#ifndef FACTLINE_DEPLOY_FORMATS_PLAIN_HTML_H_
#define FACTLINE_DEPLOY_FORMATS_PLAIN_HTML_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace factline::formats {

// The same page in markup that can be read one way only: each tag as <name a="value" ...> with '<' and '>' escaped in
// values and in text, no comments, no declarations, of scripts and styles only JSON-LD's text. A parser behind it sees
// the tags that were counted here, whatever tricks the page plays with quotes, comments and scripts.
// INVALID_ARGUMENT if an element has more than 1000 attributes. Linear in the page's length.
absl::StatusOr<std::string> PlainHtml(std::string_view html);

}  // namespace factline::formats

#endif  // FACTLINE_DEPLOY_FORMATS_PLAIN_HTML_H_
