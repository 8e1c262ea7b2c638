#ifndef FACTLINE_INGEST_PAGE_HEADLINE_H_
#define FACTLINE_INGEST_PAGE_HEADLINE_H_

#include <string_view>
#include <vector>

#include "ingest/page/source_text.h"

namespace factline::page {

struct Title {
  SourceText kicker, headline;
};

// Which of the headings above an article are its own: the last is the headline and the one before it the kicker, unless
// others (slogans, teasers of other pages) stand there; then the one whose words the article's `paragraphs` repeat
// most. One heading of two long clauses is kicker and headline.
Title ChooseTitle(const std::vector<SourceText>& headings, const std::vector<SourceText>& paragraphs);

}  // namespace factline::page

#endif  // FACTLINE_INGEST_PAGE_HEADLINE_H_
