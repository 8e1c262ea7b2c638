#ifndef FACTLINE_INGEST_PAGE_DRAFT_H_
#define FACTLINE_INGEST_PAGE_DRAFT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ingest/page/credits.h"
#include "ingest/page/source_text.h"

namespace factline::page {

struct DraftParagraph {
  SourceText text;
  bool begins_section = false;  // a subhead, a list item or the article's start is before it: joined to nothing
};

// An article while the page is being divided: its lines in order, before headline and body are made of them.
struct Draft {
  size_t position = 0;   // of its first block on the page
  bool repeats = false;  // all its text stands in another article too
  uint32_t number = 0;   // in a numbered series of articles; 0 for others
  std::vector<SourceText> headings;
  std::vector<SourceText> subheads;
  std::vector<DraftParagraph> paragraphs;
  std::vector<Credit> byline;
  std::string outlet;
  std::vector<std::string> captions;
};

void AddCredits(const Credits& credits, Draft* draft);

// Moves subheads, captions and credits from one draft behind those of another.
void MoveRest(Draft* from, Draft* to);

}  // namespace factline::page

#endif  // FACTLINE_INGEST_PAGE_DRAFT_H_
