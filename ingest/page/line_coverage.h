#ifndef FACTLINE_INGEST_PAGE_LINE_COVERAGE_H_
#define FACTLINE_INGEST_PAGE_LINE_COVERAGE_H_

#include <string>
#include <string_view>
#include <vector>

#include "ingest/page/page_splitter.h"

namespace factline::page {

// For tests: the lines of `page` that no field of any of its articles tells, by their pairs of letters. A field need
// not hold all of a line, since a credit's words go (本报, By): a third is enough. Lines without letters and pointers
// to other pages are left out.
std::vector<std::string> LostLines(std::string_view page, const std::vector<PageArticle>& articles);

}  // namespace factline::page

#endif  // FACTLINE_INGEST_PAGE_LINE_COVERAGE_H_
