#include "tests/bench/query_load.h"

#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"

namespace factline::bench {
namespace {

struct Call {
  grpc::ClientContext context;
  v1::SearchResponse response;
};

}  // namespace

absl::StatusOr<QueryLoad> QueryAtRate(v1::QueryService::Stub& query, const std::vector<v1::SearchRequest>& requests,
                                      double queries_per_second, const std::function<bool()>& go_on) {
  std::mutex mutex;  // guards what follows, but for load.lateness
  std::condition_variable answered;
  size_t in_flight = 0;
  absl::Status failure;
  QueryLoad load;
  const absl::Time begin = absl::Now();
  for (size_t n = 0; go_on(); ++n) {
    const absl::Time intended = begin + absl::Seconds(n / queries_per_second);
    absl::SleepFor(intended - absl::Now());
    load.lateness.Add(absl::ToDoubleMilliseconds(absl::Now() - intended));
    {
      const std::lock_guard<std::mutex> lock(mutex);
      if (!failure.ok()) break;
      ++in_flight;
    }
    const auto call = std::make_shared<Call>();
    call->context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    query.async()->Search(&call->context, &requests[n % requests.size()], &call->response,
                          [&, call, intended](const grpc::Status& status) {
                            const double milliseconds = absl::ToDoubleMilliseconds(absl::Now() - intended);
                            const std::lock_guard<std::mutex> lock(mutex);
                            load.answers.Add(milliseconds);
                            failure.Update(FromGrpc(status));
                            --in_flight;
                            answered.notify_all();
                          });
  }
  std::unique_lock<std::mutex> lock(mutex);
  answered.wait(lock, [&] { return in_flight == 0; });
  FL_RETURN_IF_ERROR(failure);
  return load;
}

}  // namespace factline::bench
