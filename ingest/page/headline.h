#ifndef FACTLINE_INGEST_PAGE_HEADLINE_H_
#define FACTLINE_INGEST_PAGE_HEADLINE_H_

#include <string_view>
#include <vector>

#include "ingest/page/source_text.h"

namespace factline::page {

struct Title {
  SourceText kicker, headline;
  std::vector<SourceText> others;  // the other headings, in order of print: decks, slogans, teasers of other pages
};

// Which of the headings above an article are its own: the last is the headline and the one before it the kicker, unless
// others (slogans, teasers of other pages) stand there; then the one whose words the article's `paragraphs` repeat
// most. English pages print the headline first and decks below it. Of two lines, one of figures alone (总投资12亿元
// 全长3公里) is no headline. One heading of two long clauses is kicker and headline. Every heading is in the answer.
Title ChooseTitle(const std::vector<SourceText>& headings, const std::vector<SourceText>& paragraphs);

}  // namespace factline::page

#endif  // FACTLINE_INGEST_PAGE_HEADLINE_H_
