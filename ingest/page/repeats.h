#ifndef FACTLINE_INGEST_PAGE_REPEATS_H_
#define FACTLINE_INGEST_PAGE_REPEATS_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protos/vocab/span.h"

namespace factline::page {

struct PrintedParagraph {
  std::string_view text;
  uint32_t article = 0;  // paragraphs of one article have one number
};

// For each paragraph whether it stays. Of copies (nearly the same text, as two readings of one print) one stays: the
// one whose article has more words in common with it, else the last. A paragraph that a longer one of its own article
// contains (a pull quote, a column's first reading) goes. Linear: shingles of a few code points in one hash table.
std::vector<bool> KeepOnce(const std::vector<PrintedParagraph>& paragraphs);

// A run inside a line that is printed a second time right behind its first, with at most a few misread characters
// between: the bytes of the first print and what stands between, to be left out. The run must go over a clause's
// border, since lists repeat shorter ones rightly.
std::optional<Span> FindReprint(std::string_view paragraph);

// How many bytes at the begin of `after` repeat the end of `before`, where a break made both print the same words.
size_t OverlapBytes(std::string_view before, std::string_view after);

}  // namespace factline::page

#endif  // FACTLINE_INGEST_PAGE_REPEATS_H_
