#ifndef FACTLINE_DEPLOY_FORMATS_CHARSET_H_
#define FACTLINE_DEPLOY_FORMATS_CHARSET_H_

#include <string>
#include <string_view>

namespace factline::formats {

// An HTML page's bytes as UTF-8. In this order: a byte order mark; bytes that are UTF-8 as they stand; `declared`, as
// HTTP has it ("gbk", may be empty); what a meta element among the first 4 KiB declares; windows-1252. Labels are
// taken as browsers take them: gb2312 and gbk mean gb18030, iso-8859-1 means windows-1252. What cannot be read is
// U+FFFD.
std::string HtmlToUtf8(std::string_view bytes, std::string_view declared);

}  // namespace factline::formats

#endif  // FACTLINE_DEPLOY_FORMATS_CHARSET_H_
