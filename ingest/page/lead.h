#ifndef FACTLINE_INGEST_PAGE_LEAD_H_
#define FACTLINE_INGEST_PAGE_LEAD_H_

#include <cstddef>
#include <string_view>

#include "ingest/page/credits.h"

namespace factline::page {

// What stands before the news in an article's first paragraph.
struct Lead {
  // The first `stripped_bytes` are credits and no body: 本报讯（记者王一）, 某某网消息：. A dateline that names place
  // and date but credits nobody is text of the article and stays (stripped_bytes 0).
  size_t stripped_bytes = 0;
  Credits credits;
  // True where only an article's first paragraph begins so: a dateline, or 本报讯.
  bool begins_article = false;
};

Lead ParseLead(std::string_view paragraph);

// 原标题：… at the head of a web article.
struct OriginalTitle {
  size_t title_begin = 0, title_end = 0;  // in the paragraph; empty where there is no such line
  size_t body_begin = 0;                  // where the text goes on; the title stays in the body where no end is certain
};

OriginalTitle ParseOriginalTitle(std::string_view paragraph);

}  // namespace factline::page

#endif  // FACTLINE_INGEST_PAGE_LEAD_H_
