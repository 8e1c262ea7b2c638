#include "query/parse/period.h"

#include <string>

#include "absl/time/time.h"

namespace factline::query {
namespace {

constexpr int64_t kSecondsPerDay = 86400;

}  // namespace

std::optional<SecondRange> ParseInstantOrPeriod(std::string_view text) {
  if (const std::optional<DayRange> days = DaysOf(text)) {
    return SecondRange{days->first * kSecondsPerDay, (days->last + int64_t{1}) * kSecondsPerDay - 1};
  }
  absl::Time instant;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, std::string(text), &instant, &error)) return std::nullopt;
  if (instant == absl::InfiniteFuture() || instant == absl::InfinitePast()) return std::nullopt;
  const int64_t seconds = absl::ToUnixSeconds(instant);
  return SecondRange{seconds, seconds};
}

}  // namespace factline::query
