#ifndef FACTLINE_QUERY_RELATED_ARTICLE_WORDS_H_
#define FACTLINE_QUERY_RELATED_ARTICLE_WORDS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "indexer/store/reader.h"
#include "indexer/text/analyzer.h"
#include "protos/vocab/string_map.h"
#include "query/search/interrupt.h"

namespace factline::query {

// Adds how often each word occurs in the first 64 KiB of a text (valid UTF-8). Words are the index's terms; those that
// tell little by themselves are left out: lone characters and words without a letter.
void CountWords(const text::Analyzer& analyzer, std::string_view text, StringMap<uint32_t>* counts);

// For each term, how many documents have it in the field: by the dictionaries, so that deleted documents count until
// they are purged, as they do in CollectionStats::docs.
absl::StatusOr<std::vector<uint64_t>> DocumentFrequencies(const store::IndexView& view, store::Field field,
                                                          const std::vector<std::string_view>& terms,
                                                          Interrupt* interrupt);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_RELATED_ARTICLE_WORDS_H_
