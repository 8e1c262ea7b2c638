#ifndef FACTLINE_INGEST_PAGE_TAIL_H_
#define FACTLINE_INGEST_PAGE_TAIL_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "ingest/page/credits.h"

namespace factline::page {

// What stands behind the news in an article's last paragraph: 责任编辑：王一, 来源：某某报, 返回…，查看更多, notes on
// rights and risk, pointers to other pages, the credit in brackets. All of it is outside the body.
struct Tail {
  size_t kept_bytes = 0;  // the body's part of the paragraph; 0 where the whole paragraph is tail
  Credits credits;
  std::string original_title;  // （原标题：…）
};

Tail ParseTail(std::string_view paragraph);

// Whether `line` begins as a tail does; cheap, for lines of which few are one.
bool BeginsLikeTail(std::string_view line);

// A line that points to another page and says nothing else: 下转A03版, Continued on A4, See BRIDGE, Page A4.
bool IsPagePointer(std::string_view line);

// （下转第2版）, （上接第一版）, 详见3版, Continued on A4: at either end of any paragraph. Narrows [*begin, *end) of
// `paragraph`.
void TrimPagePointers(std::string_view paragraph, size_t* begin, size_t* end);

}  // namespace factline::page

#endif  // FACTLINE_INGEST_PAGE_TAIL_H_
