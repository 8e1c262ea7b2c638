#ifndef FACTLINE_DEPLOY_CLI_LOAD_TALLY_H_
#define FACTLINE_DEPLOY_CLI_LOAD_TALLY_H_

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "deploy/cli/load/histogram.h"

namespace factline::load {

// What became of the requests of one kind. Each one that was intended is either sent or unsent; each one sent is
// answered or failed in the end.
struct Totals {
  uint64_t sent = 0;
  uint64_t answered = 0;
  uint64_t failed = 0;
  uint64_t unsent = 0;                         // could not be sent in time: too many waited
  std::map<absl::StatusCode, uint64_t> codes;  // of answered and failed
  Histogram latency;                           // of answered ones, from the time each was meant to be sent
  Histogram lateness;                          // from that time to being sent: part of the above
  absl::Duration settling_time;                // of a whole run: from the end of the warm-up to the last answer

  uint64_t intended() const { return sent + unsent; }
  // As if what failed or was not sent had taken longer than all else: infinite where that is the answer.
  absl::Duration Percentile(double fraction) const { return latency.Percentile(fraction, failed + unsent); }
  // The share of intended requests that failed or were not sent.
  double error_ratio() const;
  void Add(const Totals& other);
};

// NOT_FOUND says what there is, as does OK: no failure of the server.
inline bool IsAnswer(absl::StatusCode code) {
  return code == absl::StatusCode::kOk || code == absl::StatusCode::kNotFound;
}

// Counts one kind's requests as they go. Times are counted from the start of the run. Thread-safe.
class Tally {
 public:
  // Requests that are intended before `warmup` are left out of the total.
  Tally(std::string kind, absl::Duration warmup) : kind_(std::move(kind)), warmup_(warmup) {}
  Tally(const Tally&) = delete;
  Tally& operator=(const Tally&) = delete;

  const std::string& kind() const { return kind_; }

  void Sent(absl::Duration intended, absl::Duration now);
  void Unsent(absl::Duration intended);
  void Settled(absl::Duration intended, absl::Duration now, absl::StatusCode code);

  Totals Total();
  Totals TakeInterval();  // all that came about since the last call, warm-up or not

 private:
  const std::string kind_;
  const absl::Duration warmup_;
  std::mutex mutex_;  // guards what follows
  Totals total_;
  Totals interval_;
};

}  // namespace factline::load

#endif  // FACTLINE_DEPLOY_CLI_LOAD_TALLY_H_
