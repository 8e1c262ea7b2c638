#ifndef FACTLINE_PROTOS_VOCAB_EVENT_DAYS_H_
#define FACTLINE_PROTOS_VOCAB_EVENT_DAYS_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace factline {

// Days since 1970-01-01, both inclusive.
struct DayRange {
  int32_t first = 0;
  int32_t last = 0;

  friend bool operator==(const DayRange&, const DayRange&) = default;
};

// The days that a date's normal form (text::Value::norm) means: "2024", "2024-H1", "2024-Q3", "2024-03", "2024-W12",
// "2024-03-24", and "FROM/TO" of two of these. Nullopt for anything else: an open date has no days. Years 1 to 9999.
// The indexer and the filters of queries read dates by it alike.
std::optional<DayRange> DaysOf(std::string_view norm);

}  // namespace factline

#endif  // FACTLINE_PROTOS_VOCAB_EVENT_DAYS_H_
