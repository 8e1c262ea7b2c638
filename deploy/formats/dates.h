#ifndef FACTLINE_DEPLOY_FORMATS_DATES_H_
#define FACTLINE_DEPLOY_FORMATS_DATES_H_

#include <optional>
#include <string_view>

#include "absl/time/time.h"

namespace factline::formats {

// The forms of a moment that news formats use, within the years 1 to 9999:
//   ISO 8601 and RFC 3339   2024-03-24, 2024-03, 2024, 2024-03-24T09:30:00.5+08:00, 20240324T093000+0800, with a blank
//                           for T, zone "Z", "+08:00", "+0800" or "+08", without seconds
//   RFC 822 and its heirs   "Sun, 24 Mar 2024 09:30:00 GMT", without weekday or seconds, a year of two digits, zones
//                           by number or as UT, GMT, Z, EST, EDT, CST, CDT, MST, MDT, PST, PDT
//   Chinese pages           2024年3月24日 09:30, 2024/03/24
// What names no zone is UTC.
std::optional<absl::Time> ParseDate(std::string_view text);

}  // namespace factline::formats

#endif  // FACTLINE_DEPLOY_FORMATS_DATES_H_
