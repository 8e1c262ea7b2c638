#ifndef FACTLINE_DEPLOY_CLI_LOAD_SCHEDULE_H_
#define FACTLINE_DEPLOY_CLI_LOAD_SCHEDULE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <random>

#include "absl/time/time.h"

namespace factline::load {

enum class Arrival {
  kConstant,  // one after the other at equal distances
  kPoisson,   // independent of each other, as the requests of many clients are
};

// When requests are meant to be sent, counted from the start, whatever becomes of those before. The same for the same
// seed.
class Schedule {
 public:
  // `per_second` above 0.
  Schedule(double per_second, Arrival arrival, uint64_t seed)
      : per_second_(per_second), arrival_(arrival), random_(seed) {}

  absl::Duration Next();  // not before the last one

 private:
  const double per_second_;
  const Arrival arrival_;
  std::mt19937_64 random_;
  uint64_t made_ = 0;
  double seconds_ = 0;  // kPoisson: of the last one
};

struct PacerOptions {
  absl::Duration end;      // exclusive: no request is meant to be sent from then on
  absl::Duration give_up;  // what is still in the backlog then is not sent any more
  size_t max_backlog;      // requests that are due and wait to be sent, at most; at least 1
};

// Says what to send when: what the schedule wants and cannot be sent in time waits in the backlog, with the time it was
// meant for; what finds the backlog full is told to `unsent`. So each request of the schedule is either handed out
// once or told once. Pure: time is what the caller says. Not thread-safe.
class Pacer {
 public:
  using Unsent = std::function<void(absl::Duration intended)>;

  Pacer(Schedule schedule, const PacerOptions& options, Unsent unsent)
      : schedule_(std::move(schedule)), options_(options), unsent_(std::move(unsent)), next_(schedule_.Next()) {}

  enum class What {
    kSend,  // now, the request that was meant for `at`
    kWait,  // until `at`, when the next one is due
    kFull,  // a request is due, and may not be sent
    kEnd,   // nothing more comes
  };
  struct Turn {
    What what;
    absl::Duration at;
  };
  // Here and below `now` never falls from call to call.
  Turn Next(absl::Duration now, bool may_send);

  // Takes what is due by `now` into the backlog, or tells it.
  void Advance(absl::Duration now);

  // Ends it: what is due by `now` and not sent is told to `unsent`, and nothing more comes.
  void Abandon(absl::Duration now);

  size_t backlog() const { return backlog_.size(); }  // due and not sent, as of the last call with a time

 private:
  Schedule schedule_;
  PacerOptions options_;
  const Unsent unsent_;
  absl::Duration next_;  // of the schedule
  std::deque<absl::Duration> backlog_;
};

}  // namespace factline::load

#endif  // FACTLINE_DEPLOY_CLI_LOAD_SCHEDULE_H_
