#ifndef FACTLINE_INGEST_PAGE_LINES_H_
#define FACTLINE_INGEST_PAGE_LINES_H_

#include <string_view>
#include <vector>

#include "ingest/page/source_text.h"

namespace factline::page {

// One line of a page without markup and without blanks around it. A line of no letter, digit or Han character is none.
struct PageLine {
  SourceText text;
  bool after_blank = false;     // an empty line stands before it, or it is the first
  bool bullet = false;          // a list item: "- …", "* …", "• …"
  bool marked_heading = false;  // "# …"
};

// The lines of `page` (valid UTF-8). Markup goes (** <b> &nbsp; ![..](..)), lines that a narrow column wrapped are put
// together again (never with a pointer to another page), and unbroken web text is cut where several blanks stand for a
// paragraph's end. Linear.
std::vector<PageLine> SplitLines(std::string_view page, TextArena* arena);

}  // namespace factline::page

#endif  // FACTLINE_INGEST_PAGE_LINES_H_
