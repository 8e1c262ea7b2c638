#ifndef FACTLINE_INGEST_PAGE_BODY_H_
#define FACTLINE_INGEST_PAGE_BODY_H_

#include <string>
#include <vector>

#include "ingest/page/draft.h"
#include "ingest/page/source_text.h"

namespace factline::page {

// Takes out of a draft's paragraphs what is no body: the original title, captions inside the text, datelines' credits,
// pointers to other pages, editors' notes at the end. Puts it where it belongs: headings, captions, byline, outlet.
void CleanParagraphs(Draft* draft, TextArena* arena);

// Joins an unfinished paragraph to the one after it; none is empty. Appends the body to `body` and its source runs to
// `runs`.
void JoinParagraphs(const std::vector<DraftParagraph>& paragraphs, std::string* body, std::vector<SourceRun>* runs);

}  // namespace factline::page

#endif  // FACTLINE_INGEST_PAGE_BODY_H_
