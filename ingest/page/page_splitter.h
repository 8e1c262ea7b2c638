#ifndef FACTLINE_INGEST_PAGE_PAGE_SPLITTER_H_
#define FACTLINE_INGEST_PAGE_PAGE_SPLITTER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "ingest/page/credits.h"
#include "ingest/page/source_text.h"
#include "protos/vocab/span.h"

namespace factline::page {

// One article of a page. Everything is UTF-8.
struct PageArticle {
  std::string headline;  // empty where the page prints none
  std::string kicker;
  std::string outlet;  // the paper or agency, where the page names it beside the article
  std::string body;    // paragraphs separated by '\n'; a sentence cut by a column or page break is whole again
  std::vector<std::string> subheads;
  std::vector<Credit> byline;
  std::vector<std::string> captions;   // with their credits
  std::vector<SourceRun> body_source;  // sorted by body_begin; newlines and blanks put in by us belong to no run
  Span headline_source;                // in the page text; empty where there is no headline
};

struct SplitOptions {
  uint32_t max_page_bytes = 4u << 20;  // a larger page is an error; 0 means 4 GiB - 1, the most that spans can address
  uint32_t max_articles = 512;         // the last article takes what stands beyond; 0 means 1
  uint32_t max_captions_per_article = 64;  // further captions are left out; 0 means none
};

// Divides the text of one page (a newspaper's, as an OCR reads it, or one web article's) into its articles, in order of
// print. A page with text always has at least one article; a blank page has none. Pure and deterministic, linear in the
// size of the page whatever its bytes.
//
// INVALID_ARGUMENT: the text is no UTF-8 (the message names the first byte at fault) or larger than max_page_bytes.
absl::StatusOr<std::vector<PageArticle>> SplitPage(std::string_view page_text, const SplitOptions& options = {});

}  // namespace factline::page

#endif  // FACTLINE_INGEST_PAGE_PAGE_SPLITTER_H_
