#ifndef FACTLINE_DEPLOY_CLI_LOAD_VISIBLE_WATCH_H_
#define FACTLINE_DEPLOY_CLI_LOAD_VISIBLE_WATCH_H_

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <thread>

#include "absl/time/time.h"
#include "deploy/cli/load/tally.h"
#include "deploy/cli/load/turnstile.h"
#include "factline/v1/query_service.grpc.pb.h"

namespace factline::load {

// Tells when queries see what was accepted, by asking the query service every 5 ms how far it sees: latencies are too
// long by that and the way of an answer, at most. Thread-safe, but for Close.
class VisibleWatch {
 public:
  // An event that is not seen `timeout` after it was accepted fails with DEADLINE_EXCEEDED. All but the time outlive
  // it. Offsets are of one partition, which is the one that queries see.
  VisibleWatch(v1::QueryService::Stub& stub, const StopWatch& watch, Tally& tally, absl::Duration timeout);
  ~VisibleWatch() { Close(); }

  // The event at `offset`, greater than those before, came of an item that was meant to be sent at `intended`.
  void Accepted(uint64_t offset, absl::Duration intended);
  // Waits until every event is settled.
  void Close();

 private:
  struct Event {
    uint64_t offset;
    absl::Duration intended, accepted;
  };
  void Run();
  void Settle(uint64_t visible_offset);

  v1::QueryService::Stub& stub_;
  const StopWatch& watch_;
  Tally& tally_;
  const absl::Duration timeout_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<Event> waiting_;
  bool closed_ = false;
  std::thread thread_;
};

}  // namespace factline::load

#endif  // FACTLINE_DEPLOY_CLI_LOAD_VISIBLE_WATCH_H_
