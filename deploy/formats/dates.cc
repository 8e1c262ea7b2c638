#include "deploy/formats/dates.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "absl/time/civil_time.h"

namespace factline::formats {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Takes what it recognises from the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool AtEnd() const { return rest_.empty(); }
  bool AtDigit() const { return !rest_.empty() && IsDigit(rest_[0]); }

  bool Take(std::string_view literal) {
    if (!rest_.starts_with(literal)) return false;
    rest_.remove_prefix(literal.size());
    return true;
  }

  bool TakeBlanks() {
    const size_t end = std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size());
    rest_.remove_prefix(end);
    return end > 0;
  }

  // A number of `min_digits` to `max_digits` digits.
  std::optional<int> Number(size_t min_digits, size_t max_digits) {
    size_t digits = 0;
    int value = 0;
    while (digits < rest_.size() && digits < max_digits && IsDigit(rest_[digits])) {
      value = value * 10 + (rest_[digits++] - '0');
    }
    if (digits < min_digits) return std::nullopt;
    rest_.remove_prefix(digits);
    last_digits_ = digits;
    return value;
  }
  size_t last_digits() const { return last_digits_; }

  // A run of letters, in lower case.
  std::string Word() {
    std::string word;
    while (!rest_.empty() && IsAlpha(rest_[0])) {
      word += Lower(rest_[0]);
      rest_.remove_prefix(1);
    }
    return word;
  }

 private:
  std::string_view rest_;
  size_t last_digits_ = 0;
};

struct Moment {
  int year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0;
  int64_t nanoseconds = 0;
  int zone_minutes = 0;
};

constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};

struct Zone {
  std::string_view name;
  int minutes;
};
constexpr Zone kZones[] = {{"z", 0},      {"ut", 0},     {"utc", 0},    {"gmt", 0},    {"est", -300}, {"edt", -240},
                           {"cst", -360}, {"cdt", -300}, {"mst", -420}, {"mdt", -360}, {"pst", -480}, {"pdt", -420}};

// ":30", ".25"; false if what stands there is no such part.
bool TakeSeconds(Scanner& scan, Moment& at) {
  std::optional<int> second = scan.Number(2, 2);
  if (!second.has_value()) return false;
  at.second = *second;
  if (!scan.Take(".") && !scan.Take(",")) return true;
  int64_t scale = 1'000'000'000;
  bool any = false;
  while (std::optional<int> digit = scan.Number(1, 1)) {
    any = true;
    scale /= 10;
    at.nanoseconds += *digit * scale;
  }
  return any;
}

bool TakeClock(Scanner& scan, Moment& at) {
  std::optional<int> hour = scan.Number(1, 2);
  if (!hour.has_value()) return false;
  at.hour = *hour;
  if (scan.Take("时")) {
    std::optional<int> minute = scan.Number(1, 2);
    at.minute = minute.value_or(0);
    return !minute.has_value() || scan.Take("分");
  }
  const bool colon = scan.Take(":");
  std::optional<int> minute = scan.Number(2, 2);
  if (!minute.has_value()) return false;
  at.minute = *minute;
  if (colon) return !scan.Take(":") || TakeSeconds(scan, at);
  return !scan.AtDigit() || TakeSeconds(scan, at);
}

bool TakeZone(Scanner& scan, Moment& at) {
  const bool west = scan.Take("-");
  if (west || scan.Take("+")) {
    std::optional<int> hours = scan.Number(2, 2);
    if (!hours.has_value()) return false;
    scan.Take(":");
    const int minutes = scan.AtDigit() ? scan.Number(2, 2).value_or(99) : 0;
    if (*hours > 15 || minutes > 59) return false;
    at.zone_minutes = (*hours * 60 + minutes) * (west ? -1 : 1);
    return true;
  }
  const std::string name = scan.Word();
  for (const Zone& zone : kZones) {
    if (zone.name != name) continue;
    at.zone_minutes = zone.minutes;
    return true;
  }
  return false;
}

// What may follow a date: nothing, or a clock and a zone.
bool TakeRest(Scanner& scan, Moment& at) {
  const bool blank = scan.TakeBlanks();
  if (scan.AtEnd()) return true;
  if (!scan.Take("T") && !blank) return TakeZone(scan, at) && scan.AtEnd();  // "2024-03-24+08:00"
  if (!TakeClock(scan, at)) return false;
  scan.TakeBlanks();
  if (!scan.AtEnd() && !TakeZone(scan, at)) return false;
  scan.TakeBlanks();
  // "+0800 (CST)": a comment says nothing new.
  if (scan.Take("(")) {
    scan.Word();
    return scan.Take(")") && scan.AtEnd();
  }
  return scan.AtEnd();
}

bool TakeMonthAndDay(Scanner& scan, std::string_view separator, std::string_view end, Moment& at) {
  std::optional<int> month = scan.Number(1, 2);
  if (!month.has_value()) return false;
  at.month = *month;
  if (!scan.Take(separator)) return end.empty();
  std::optional<int> day = scan.Number(1, 2);
  at.day = day.value_or(0);
  return day.has_value() && (end.empty() || scan.Take(end));
}

std::optional<Moment> ParseIso(std::string_view text) {
  Scanner scan(text);
  Moment at;
  std::optional<int> year = scan.Number(4, 4);
  if (!year.has_value()) return std::nullopt;
  at.year = *year;
  bool ok = true;
  if (scan.Take("年")) {
    ok = TakeMonthAndDay(scan, "月", "日", at);
  } else if (scan.Take("/")) {
    ok = TakeMonthAndDay(scan, "/", "", at);
  } else if (scan.Take("-")) {
    ok = TakeMonthAndDay(scan, "-", "", at);
  } else if (scan.AtDigit()) {
    at.month = scan.Number(2, 2).value_or(0);
    at.day = scan.Number(2, 2).value_or(0);
  }
  if (!ok || !TakeRest(scan, at)) return std::nullopt;
  return at;
}

std::optional<Moment> ParseRfc822(std::string_view text) {
  Scanner scan(text);
  Moment at;
  if (!scan.AtDigit()) {
    if (scan.Word().empty()) return std::nullopt;
    scan.Take(",");
    scan.TakeBlanks();
  }
  std::optional<int> day = scan.Number(1, 2);
  if (!day.has_value()) return std::nullopt;
  at.day = *day;
  if (!scan.TakeBlanks() && !scan.Take("-")) return std::nullopt;
  const std::string name = scan.Word();
  const auto month = std::find(kMonths.begin(), kMonths.end(), name.substr(0, 3));
  if (name.size() < 3 || month == kMonths.end()) return std::nullopt;
  at.month = static_cast<int>(month - kMonths.begin()) + 1;
  if (!scan.TakeBlanks() && !scan.Take("-")) return std::nullopt;
  std::optional<int> year = scan.Number(2, 4);
  if (!year.has_value() || scan.last_digits() == 3) return std::nullopt;
  at.year = scan.last_digits() == 4 ? *year : *year + (*year < 50 ? 2000 : 1900);  // RFC 2822, 4.3
  if (!TakeRest(scan, at)) return std::nullopt;
  return at;
}

}  // namespace

std::optional<absl::Time> ParseDate(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos || text.size() > 100) return std::nullopt;
  text = text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin);
  std::optional<Moment> at = ParseIso(text);
  if (!at.has_value()) at = ParseRfc822(text);
  if (!at.has_value() || at->year < 1 || at->hour > 24 || at->minute > 59 || at->second > 60) return std::nullopt;
  const absl::CivilDay day(at->year, at->month, at->day);
  if (day.month() != at->month || day.day() != at->day) return std::nullopt;  // the 31st of April
  const absl::Time time =
      absl::FromCivil(absl::CivilSecond(at->year, at->month, at->day, at->hour, at->minute) + at->second,
                      absl::UTCTimeZone()) +
      absl::Nanoseconds(at->nanoseconds) - absl::Minutes(at->zone_minutes);
  const bool in_range = time >= absl::FromUnixSeconds(-62135596800) && time < absl::FromUnixSeconds(253402300800);
  return in_range ? std::optional(time) : std::nullopt;
}

}  // namespace factline::formats
