#ifndef FACTLINE_QUERY_PARSE_FILTER_PARSER_H_
#define FACTLINE_QUERY_PARSE_FILTER_PARSER_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "factline/v1/fact.pb.h"
#include "query/parse/comparison.h"

namespace factline::query {

// An entity by id, or by name.
struct NameMatch {
  std::string text;        // as written; names are compared in normal form
  std::string entity_id;   // 16 bytes if the text may be a hex id, else empty
  bool is_prefix = false;  // then never an id
};

// Numbers from `min` to `max`; each end is inclusive unless it says otherwise.
struct NumberRange {
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  bool min_exclusive = false;
  bool max_exclusive = false;

  bool Contains(double number) const {
    return (min_exclusive ? number > min : number >= min) && (max_exclusive ? number < max : number <= max);
  }
};

// ListFactsRequest.filter. All that is set must hold.
struct FactFilter {
  std::optional<NameMatch> subject;
  std::optional<NameMatch> object;
  std::vector<NameMatch> entities;  // each the subject or the object
  std::optional<std::string> predicate, source, article_id, indicator, unit;
  std::optional<v1::Modality> modality;
  std::optional<NumberRange> value;
  std::optional<NumberRange> confidence;
  // Seconds since the epoch of the newest publication, both inclusive.
  std::optional<int64_t> published_first, published_last;
  // Days since 1970-01-01 that all days of the event must lie in, both inclusive.
  std::optional<int32_t> event_first, event_last;
};

// ListEntitiesRequest.filter.
struct EntityFilter {
  std::optional<NameMatch> name;
  std::optional<v1::EntityType> type;
  std::optional<std::string> article_id;
};

// Both: errors are INVALID_ARGUMENT on field "filter" and name the column. A field may stand twice only where both can
// narrow the answer: ranges and `entity`. Dates are days in UTC; `published = 2024-01` is that whole month.
absl::StatusOr<FactFilter> ParseFactFilter(std::string_view filter);
absl::StatusOr<EntityFilter> ParseEntityFilter(std::string_view filter);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_PARSE_FILTER_PARSER_H_
