#ifndef FACTLINE_DEPLOY_CLI_LOAD_REPORT_H_
#define FACTLINE_DEPLOY_CLI_LOAD_REPORT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "deploy/cli/load/article_feed.h"
#include "deploy/cli/load/tally.h"

namespace factline::load {

// What a run has measured.
struct Report {
  struct Kind {
    std::string name;
    std::optional<double> asked_per_second;  // unset: no rate of its own was asked for
    bool is_part = false;                    // of the kind before that is not
    Totals totals;
  };
  struct Bound {
    std::string what;  // "search p99"
    double limit, measured;
    std::string unit;  // "ms"; empty: a share
    bool held() const { return measured <= limit; }
  };

  absl::Duration measured;  // without warm-up
  absl::Duration warmup;
  std::string arrival;  // "constant", "poisson"
  uint64_t seed = 0;    // below 10^15, which JSON says exactly
  bool interrupted = false;
  std::vector<Kind> kinds;
  ArticleFeed::Counts items;  // sent, warm-up or not
  std::vector<Bound> bounds;

  bool bounds_held() const;
  const Kind* Find(const std::string& name) const;
};

// Answers a second: of the kind's own time where answers came long after the last request was meant to be sent.
double AchievedPerSecond(const Totals& totals, absl::Duration measured);

// For people.
std::string ReportText(const Report& report);
// One object on a line, without its line's end. Durations are milliseconds; null: infinite, or of no request. Mean and
// maximum are of what was answered.
std::string ReportJson(const Report& report);

// What came about since the line before, until `at` after the start.
struct Interval {
  absl::Duration at;
  absl::Duration length;
  bool is_warmup = false;
  uint64_t waiting = 0;  // requests that are due or sent and not settled, just now
  std::vector<Report::Kind> kinds;

  bool any() const;  // anything came about
};
std::string IntervalText(const Interval& interval);
std::string IntervalJson(const Interval& interval);

}  // namespace factline::load

#endif  // FACTLINE_DEPLOY_CLI_LOAD_REPORT_H_
