#ifndef FACTLINE_QUERY_SEARCH_LEAF_MATCHERS_H_
#define FACTLINE_QUERY_SEARCH_LEAF_MATCHERS_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "indexer/store/reader.h"
#include "query/search/bm25.h"
#include "query/search/matcher.h"
#include "query/search/phrase_places.h"

namespace factline::query {

using CursorPtr = std::unique_ptr<store::PostingCursor>;

// Words and phrases ask `interrupt`, as matcher.h says.

// A word in title or body. Either cursor may be null, not both. `bm25` must outlive the matcher.
std::unique_ptr<Matcher> MakeWordMatcher(const store::SegmentView& segment, const Bm25& bm25, double idf,
                                         CursorPtr title, CursorPtr body, Interrupt* interrupt);

// One field's side of a phrase: a cursor for each gram.
struct PhraseSide {
  store::NormField field = store::NormField::kBody;
  std::vector<CursorPtr> cursors;
  PhraseShape shape;
};

// A phrase, whole in the title or whole in the body. `sides` holds those where every gram occurs; at least one.
std::unique_ptr<Matcher> MakePhraseMatcher(const store::SegmentView& segment, const Bm25& bm25, double idf,
                                           std::vector<PhraseSide> sides, Interrupt* interrupt);

// Documents under one term of a filter: a word that weighs nothing, so that conjunctions take it for one of theirs.
std::unique_ptr<Matcher> MakeTermFilter(const store::SegmentView& segment, const Bm25& bm25, CursorPtr cursor,
                                        Interrupt* interrupt);

// Every document of the segment; scores nothing.
std::unique_ptr<Matcher> MakeAllMatcher(const store::SegmentView& segment);

// Documents published in [first_second, last_second]; scores nothing. Every document is a candidate.
std::unique_ptr<Matcher> MakePublishedMatcher(const store::SegmentView& segment, int64_t first_second,
                                              int64_t last_second);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SEARCH_LEAF_MATCHERS_H_
