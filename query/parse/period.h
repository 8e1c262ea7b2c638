#ifndef FACTLINE_QUERY_PARSE_PERIOD_H_
#define FACTLINE_QUERY_PARSE_PERIOD_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "protos/vocab/event_days.h"

namespace factline::query {

// Seconds since the epoch, both inclusive: of an instant (RFC 3339, years 1 to 9999), or of all days of a period
// (DaysOf) in UTC. An instant within a second has none of its own: its first is the next second, its last the one
// before.
struct SecondRange {
  int64_t first = 0;
  int64_t last = 0;
};
std::optional<SecondRange> ParseInstantOrPeriod(std::string_view text);

// A period, or from one to another (2024-01..2024-03; either may be missing, not both), or after, from, before, up to
// one (> >= < <=). An open end is the least or greatest number. nullopt for anything else and where the end comes
// before the beginning.
std::optional<SecondRange> ParsePeriodRange(std::string_view text);

}  // namespace factline::query

#endif  // FACTLINE_QUERY_PARSE_PERIOD_H_
