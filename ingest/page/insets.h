#ifndef FACTLINE_INGEST_PAGE_INSETS_H_
#define FACTLINE_INGEST_PAGE_INSETS_H_

#include <cstddef>
#include <vector>

#include "ingest/page/classify.h"
#include "ingest/page/draft.h"
#include "ingest/page/joins.h"

namespace factline::page {

// What stands within or between other articles and belongs to none of them: boxes (a label and its text) and photo news
// (a heading, a few lines, a photographer). The article around goes on behind it.
struct Insets {
  std::vector<Draft> drafts;
  std::vector<bool> taken;  // per block: part of one of `drafts`
};

// At most `max_insets`; what would be more is left to the articles around.
Insets FindInsets(const std::vector<Block>& blocks, const PageGrams& grams, size_t max_insets);

// Turns running text that stands directly above a photographer's credit, or between headings and byline among other
// captions, into captions.
void ResolveCaptions(std::vector<Block>* blocks, TextArena* arena);

}  // namespace factline::page

#endif  // FACTLINE_INGEST_PAGE_INSETS_H_
