#include "query/facets/date_histogram.h"

namespace factline::query {
namespace {

constexpr int64_t kSecondsPerDay = 86400;
constexpr absl::CivilDay kEpoch(1970, 1, 1);

}  // namespace

absl::Status DateHistogram::Add(const MatchSet& matches, Interrupt* interrupt) {
  const store::SegmentView& segment = matches.segment();
  return matches.ForEach(interrupt, [&](uint32_t doc) {
    const int64_t seconds = segment.PublishedSeconds(doc) + offset_seconds_;
    const int64_t into_day = (seconds % kSecondsPerDay + kSecondsPerDay) % kSecondsPerDay;
    ++counts_[(seconds - into_day) / kSecondsPerDay];
  });
}

std::map<absl::CivilDay, uint64_t> DateHistogram::Counts() const {
  std::map<absl::CivilDay, uint64_t> counts;
  for (const auto& [day, count] : counts_) counts[FirstDayOf(kEpoch + day)] += count;
  return counts;
}

int64_t DateHistogram::UnixSecondsOf(absl::CivilDay day) const {
  return (day - kEpoch) * kSecondsPerDay - offset_seconds_;
}

absl::CivilDay DateHistogram::FirstDayOf(absl::CivilDay day) const {
  switch (interval_) {
    case DateInterval::kDay:
      return day;
    case DateInterval::kWeek:
      return absl::PrevWeekday(day + 1, absl::Weekday::monday);
    case DateInterval::kMonth:
      return absl::CivilDay(absl::CivilMonth(day));
    case DateInterval::kYear:
      return absl::CivilDay(absl::CivilYear(day));
  }
  return day;
}

}  // namespace factline::query
