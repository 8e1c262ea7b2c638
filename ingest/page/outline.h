#ifndef FACTLINE_INGEST_PAGE_OUTLINE_H_
#define FACTLINE_INGEST_PAGE_OUTLINE_H_

#include <cstddef>
#include <vector>

#include "ingest/page/classify.h"
#include "ingest/page/draft.h"
#include "ingest/page/insets.h"

namespace factline::page {

// Divides a page's blocks into articles, in order of print; what `insets` took is left to its own drafts, which are in
// the answer too. Beyond `max_articles` no heading opens an article: the last one takes the rest.
std::vector<Draft> Outline(const std::vector<Block>& blocks, Insets insets, size_t max_articles);

}  // namespace factline::page

#endif  // FACTLINE_INGEST_PAGE_OUTLINE_H_
