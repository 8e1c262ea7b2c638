#ifndef FACTLINE_QUERY_SUGGEST_SUGGEST_ENTITIES_H_
#define FACTLINE_QUERY_SUGGEST_SUGGEST_ENTITIES_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "factline/v1/query_service.pb.h"
#include "indexer/store/fact_reader.h"
#include "query/search/interrupt.h"

namespace factline::query {

struct SuggestLimits {
  size_t max_names = 20'000;      // looked at that begin as the text does, and again of those that may be meant
  size_t max_entities = 200;      // read, to be ranked by the articles that mention them
  size_t max_first_chars = 2000;  // tried in the place of the text's first character
};

// Answers a SuggestEntitiesRequest. Slips in spelling are looked for where fewer names than asked for begin with the
// text: among names that begin with the same character, and by another first character in its place. INVALID_ARGUMENT
// names the field at fault. Thread-safe.
absl::StatusOr<v1::SuggestEntitiesResponse> SuggestEntities(const store::FactReader& facts,
                                                            const v1::SuggestEntitiesRequest& request,
                                                            const InterruptCheck& check,
                                                            const SuggestLimits& limits = {});

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SUGGEST_SUGGEST_ENTITIES_H_
