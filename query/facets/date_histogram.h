#ifndef FACTLINE_QUERY_FACETS_DATE_HISTOGRAM_H_
#define FACTLINE_QUERY_FACETS_DATE_HISTOGRAM_H_

#include <cstdint>
#include <map>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "query/facets/match_set.h"
#include "query/search/interrupt.h"

namespace factline::query {

enum class DateInterval : uint8_t { kDay, kWeek, kMonth, kYear };  // weeks begin on Monday

// Matches by the day, week, month or year of their publication, told by a clock that is `utc_offset_minutes` ahead of
// UTC. Holds a number a day that occurs. Not thread-safe.
class DateHistogram {
 public:
  DateHistogram(DateInterval interval, int32_t utc_offset_minutes)
      : interval_(interval), offset_seconds_(int64_t{60} * utc_offset_minutes) {}

  absl::Status Add(const MatchSet& matches, Interrupt* interrupt);

  // By the first day of the interval.
  std::map<absl::CivilDay, uint64_t> Counts() const;
  // When that day begins.
  int64_t UnixSecondsOf(absl::CivilDay day) const;

 private:
  absl::CivilDay FirstDayOf(absl::CivilDay day) const;

  const DateInterval interval_;
  const int64_t offset_seconds_;
  absl::flat_hash_map<int64_t, uint64_t> counts_;  // by days since 1970-01-01
};

}  // namespace factline::query

#endif  // FACTLINE_QUERY_FACETS_DATE_HISTOGRAM_H_
