#ifndef FACTLINE_INDEXER_APPLY_INDEX_DUMP_H_
#define FACTLINE_INDEXER_APPLY_INDEX_DUMP_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "indexer/store/reader.h"

namespace factline::apply {

// What an index holds in meaning, free of how it is laid out: two indexes with the same dump answer every question
// alike. Sorted lines, one for each live article, fact and entity, and some for the whole:
//
//   article ID <tab> record=DIGEST <tab> terms=COUNT/DIGEST <tab> lengths=TITLE,BODY <tab> published=SECONDS
//   entity ID <tab> ...      fact ID <tab> ...      index <tab> offset=N <tab> live=N <tab> facts=N <tab> entities=N
//   scan NAME <tab> ...      the order in which an index of facts or entities is walked
//
// Terms cover every posting of the article with its frequency and positions; a fact covers its evidences; document
// numbers, segments and deletions are left out. Takes memory in proportion to articles, facts and entities, about 150
// bytes each. DATA_LOSS where the index contradicts itself.
absl::StatusOr<std::vector<std::string>> DumpIndex(const store::IndexView& view);

// How two dumps differ, one line for each article, fact, entity or scan, as a person would say it; at most
// `max_differences`, of which the last then says that there are more. Empty: they are the same.
std::vector<std::string> CompareDumps(const std::vector<std::string>& first, const std::vector<std::string>& second,
                                      size_t max_differences);

}  // namespace factline::apply

#endif  // FACTLINE_INDEXER_APPLY_INDEX_DUMP_H_
