#include "tests/bench/query_load.h"

#include <thread>

#include "absl/time/clock.h"
#include "deploy/cli/load/query_sender.h"
#include "protos/vocab/status.h"

namespace factline::bench {
namespace {

constexpr size_t kUnbounded = 10'000'000;
constexpr absl::Duration kTimeout = absl::Seconds(60);

}  // namespace

absl::StatusOr<QueryLoad> QueryAtRate(v1::QueryService::Stub& query, const std::vector<v1::SearchRequest>& requests,
                                      double queries_per_second, const std::function<bool()>& go_on) {
  const load::StopWatch watch;
  load::QueryMix mix(std::vector<load::QueryRequest>(requests.begin(), requests.end()));
  load::Tally tally("query", absl::ZeroDuration());
  load::Turnstile turnstile(
      load::Pacer(load::Schedule(queries_per_second, load::Arrival::kConstant, 1),
                  {.end = absl::InfiniteDuration(), .give_up = absl::InfiniteDuration(), .max_backlog = kUnbounded},
                  [](absl::Duration) {}),  // only what is due when it stops
      kUnbounded, watch);
  std::thread stopper([&] {
    while (go_on()) absl::SleepFor(absl::Milliseconds(10));
    turnstile.Stop();
  });
  load::SendQueries(query, mix, turnstile, watch, {&tally, &tally, &tally, &tally}, kTimeout);
  stopper.join();
  const load::Totals total = tally.Total();
  if (total.failed > 0) return absl::UnavailableError(Cat(total.failed, " of ", total.sent, " queries failed"));
  return QueryLoad{total.latency, total.lateness};
}

}  // namespace factline::bench
