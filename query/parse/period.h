#ifndef FACTLINE_QUERY_PARSE_PERIOD_H_
#define FACTLINE_QUERY_PARSE_PERIOD_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace factline::query {

// Days since 1970-01-01, both inclusive.
struct DayRange {
  int32_t first = 0;
  int32_t last = 0;
};

// The days that a date in normal form covers: "2022", "2024-03", "2024-03-24", "2024-H1", "2024-Q3", and "A/B" from the
// first day of A to the last of B. nullopt for anything else. Years 1 to 9999.
std::optional<DayRange> ParsePeriod(std::string_view text);

// Seconds since the epoch, both inclusive: of an instant (RFC 3339), or of all of a period's days in UTC.
struct SecondRange {
  int64_t first = 0;
  int64_t last = 0;
};
std::optional<SecondRange> ParseInstantOrPeriod(std::string_view text);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_PARSE_PERIOD_H_
