#ifndef FACTLINE_INGEST_PAGE_ENGLISH_BYLINE_H_
#define FACTLINE_INGEST_PAGE_ENGLISH_BYLINE_H_

#include <optional>
#include <string_view>

#include "ingest/page/credits.h"

namespace factline::page {

// By Jane Doe; By JANE DOE and John Roe, Staff Writers; Photo by Jane Doe/Example News; Reporting by A B; Editing by C
// D.
std::optional<Credits> ParseEnglishByline(std::string_view line);

// The line below an English byline that names its people's calling or paper: Staff Writer; Senior Reporter, Example
// News. False, and `byline` unchanged, if `line` says anything else.
bool AddEnglishCalling(std::string_view line, Credits* byline);

}  // namespace factline::page

#endif  // FACTLINE_INGEST_PAGE_ENGLISH_BYLINE_H_
