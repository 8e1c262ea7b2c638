#include "query/parse/period.h"

#include <string>

#include "absl/time/time.h"

namespace factline::query {
namespace {

constexpr int64_t kSecondsPerDay = 86400;
constexpr int64_t kYearOne = -62135596800;  // its first second, and the last one of the year 9999
constexpr int64_t kYear9999 = 253402300799;
constexpr int64_t kFirstSecond = std::numeric_limits<int64_t>::min();
constexpr int64_t kLastSecond = std::numeric_limits<int64_t>::max();

}  // namespace

std::optional<SecondRange> ParseInstantOrPeriod(std::string_view text) {
  if (const std::optional<DayRange> days = DaysOf(text)) {
    return SecondRange{days->first * kSecondsPerDay, (days->last + int64_t{1}) * kSecondsPerDay - 1};
  }
  absl::Time instant;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, std::string(text), &instant, &error)) return std::nullopt;
  const int64_t seconds = absl::ToUnixSeconds(instant);  // rounded down; the ends of time for infinite ones
  if (seconds < kYearOne || seconds > kYear9999) return std::nullopt;
  const bool is_whole = absl::FromUnixSeconds(seconds) == instant;
  return SecondRange{is_whole ? seconds : seconds + 1, seconds};
}

std::optional<SecondRange> ParsePeriodRange(std::string_view text) {
  SecondRange range{kFirstSecond, kLastSecond};
  const auto starts_with = [&text](std::string_view sign) {
    if (!text.starts_with(sign)) return false;
    text.remove_prefix(sign.size());
    return true;
  };
  const bool from = starts_with(">="), up_to = !from && starts_with("<=");
  const bool after = !from && !up_to && starts_with(">"), before = !from && !up_to && !after && starts_with("<");
  if (from || up_to || after || before) {
    const std::optional<SecondRange> period = ParseInstantOrPeriod(text);
    if (!period.has_value()) return std::nullopt;
    if (from) range.first = period->first;
    if (after) range.first = period->last + 1;
    if (up_to) range.last = period->last;
    if (before) range.last = period->first - 1;
    return range;
  }
  const size_t dots = text.find("..");
  if (dots == std::string_view::npos) return ParseInstantOrPeriod(text);
  const std::string_view first = text.substr(0, dots), last = text.substr(dots + 2);
  if (first.empty() && last.empty()) return std::nullopt;
  if (!first.empty()) {
    const std::optional<SecondRange> period = ParseInstantOrPeriod(first);
    if (!period.has_value()) return std::nullopt;
    range.first = period->first;
  }
  if (!last.empty()) {
    const std::optional<SecondRange> period = ParseInstantOrPeriod(last);
    if (!period.has_value()) return std::nullopt;
    range.last = period->last;
  }
  if (range.first > range.last) return std::nullopt;
  return range;
}

}  // namespace factline::query
