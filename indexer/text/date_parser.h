#ifndef FACTLINE_INDEXER_TEXT_DATE_PARSER_H_
#define FACTLINE_INDEXER_TEXT_DATE_PARSER_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/time/civil_time.h"
#include "indexer/text/calendar.h"
#include "indexer/text/value_chars.h"

namespace factline::text {

struct DateMatch {
  size_t end = 0;  // exclusive
  std::string norm;
  bool relative = false;
};

// The date, or range of dates, that begins at `at`: 2024年3月24日, 1-2月, 上世纪90年代, 去年上半年, 近日, March 24,
// 2024.
std::optional<DateMatch> ReadDate(const ValueChars& chars, size_t at, std::optional<absl::CivilDay> published);

// ---- parts of it ----

// One date, which may be a range by its last component (3月24-26日).
struct CalendarMatch {
  size_t end = 0;  // exclusive
  CalendarPoint first;
  std::optional<CalendarPoint> last;
};
std::optional<CalendarMatch> ReadChineseDate(const ValueChars& chars, size_t at);
std::optional<CalendarMatch> ReadLatinDate(const ValueChars& chars, size_t at);  // English and ISO 8601

// March 24, 2024; March 4-9, 2024; March 24; March 2024; and March alone where `led`, or a word such as "in" leads it.
std::optional<CalendarMatch> ReadMonthFirst(const ValueChars& chars, size_t at, bool led);

// Last year, third quarter of 2024, Q2 2024, Friday, the end of the year, recently.
std::optional<CalendarMatch> ReadEnglishPhrase(const ValueChars& chars, size_t at);
// A quick look at the word that begins at `at`, small letters or not; weekdays and months apart.
bool MayBeginEnglishDate(const ValueChars& chars, size_t at);
// A stretch of time counted from a day that the text leaves open: 三年前, 未来6个月, 15个交易日后的3个月内.
std::optional<CalendarMatch> ReadSpanOfTime(const ValueChars& chars, size_t at);

// Past a mark or word that makes a range of two values: 至, 到, -, —, ~. `at` where there is none.
size_t SkipRangeMark(const ValueChars& chars, size_t at);

}  // namespace factline::text

#endif  // FACTLINE_INDEXER_TEXT_DATE_PARSER_H_
