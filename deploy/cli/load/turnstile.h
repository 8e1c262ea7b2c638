#ifndef FACTLINE_DEPLOY_CLI_LOAD_TURNSTILE_H_
#define FACTLINE_DEPLOY_CLI_LOAD_TURNSTILE_H_

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>

#include "absl/time/time.h"
#include "deploy/cli/load/schedule.h"

namespace factline::load {

// Time since the start of a run, by a clock that nobody sets.
class StopWatch {
 public:
  absl::Duration elapsed() const { return absl::FromChrono(std::chrono::steady_clock::now() - start_); }

 private:
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Lets a pacer's requests out at their times, no more than `max_in_flight` of them at once. One thread enters; the rest
// is thread-safe. The pacer's `unsent` is called by any of them, under a lock: it must be quick, and not call back.
// `watch` must outlive it.
class Turnstile {
 public:
  Turnstile(Pacer pacer, size_t max_in_flight, const StopWatch& watch)
      : watch_(watch), max_in_flight_(max_in_flight), pacer_(std::move(pacer)) {}

  // Waits until the next request may be sent: the time it was meant for. nullopt: there are no more.
  std::optional<absl::Duration> Enter();
  // A request that was let out is answered, or has failed.
  void Leave();
  // No more requests are let out; what is due and was not is unsent.
  void Stop();
  // Waits until all that were let out have left.
  void AwaitEmpty();

  // Requests that are due, or let out and have not left.
  size_t waiting();

 private:
  const StopWatch& watch_;
  const size_t max_in_flight_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable left_, may_enter_;
  Pacer pacer_;
  size_t in_flight_ = 0;
  bool wants_room_ = false;
};

}  // namespace factline::load

#endif  // FACTLINE_DEPLOY_CLI_LOAD_TURNSTILE_H_
