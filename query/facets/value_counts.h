#ifndef FACTLINE_QUERY_FACETS_VALUE_COUNTS_H_
#define FACTLINE_QUERY_FACETS_VALUE_COUNTS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "indexer/store/fields.h"
#include "query/facets/facet_column.h"
#include "query/facets/match_set.h"
#include "query/search/interrupt.h"

namespace factline::query {

// The values that matches of one segment have, by growing bytes, each with how many have it. Starts before the first.
// Not thread-safe; must outlive neither the matches nor the interrupt.
class ValueCounts {
 public:
  virtual ~ValueCounts() = default;
  virtual bool Next() = 0;  // false at the end, or when status() says why not
  virtual std::string_view value() const = 0;
  virtual uint64_t count() const = 0;  // at least 1
  virtual absl::Status status() const = 0;
};

// Looks at each match once, here, and then at one number a value.
absl::StatusOr<std::unique_ptr<ValueCounts>> CountByColumn(const MatchSet& matches,
                                                           std::shared_ptr<const FacetColumn> column,
                                                           Interrupt* interrupt);
// Looks at every posting of the field.
std::unique_ptr<ValueCounts> CountByWalk(const MatchSet& matches, store::Field field, Interrupt* interrupt);

struct TopValues {
  struct Value {
    std::string value;
    uint64_t count = 0;
  };
  std::vector<Value> values;  // the most frequent first, equal ones by growing bytes
  uint64_t value_count = 0;   // how many different ones there are
};

// Adds up what the segments have of each value, and keeps the `limit` most frequent. Its memory does not grow with the
// number of values.
absl::StatusOr<TopValues> MergeTopValues(std::vector<std::unique_ptr<ValueCounts>> segments, size_t limit,
                                         Interrupt* interrupt);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_FACETS_VALUE_COUNTS_H_
