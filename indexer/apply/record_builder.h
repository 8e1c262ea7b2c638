#ifndef FACTLINE_INDEXER_APPLY_RECORD_BUILDER_H_
#define FACTLINE_INDEXER_APPLY_RECORD_BUILDER_H_

#include <string_view>

#include "factline/storage/v1/index.pb.h"
#include "indexer/extract/extraction.h"

namespace factline::apply {

// An article's entity keeps this many mentions.
inline constexpr int kMaxMentions = 100;
// And this many written forms beside its name.
inline constexpr int kMaxAliases = 15;

// True if all strings that AddExtraction takes from the extraction and from `body`, its article's, are UTF-8.
bool IsUtf8(const extract::Extraction& extraction, std::string_view body);

// Puts what was found in the article into `record`, whose article, offset and time are set: entities with their ids,
// those of one id as one; facts with their ids, evidence and event days, each statement once. Anything whose span does
// not lie in the body is left out.
void AddExtraction(const extract::Extraction& extraction, std::string_view extractor_version,
                   storage::v1::DocRecord* record);

}  // namespace factline::apply

#endif  // FACTLINE_INDEXER_APPLY_RECORD_BUILDER_H_
