#ifndef FACTLINE_TESTS_BENCH_QUERY_LOAD_H_
#define FACTLINE_TESTS_BENCH_QUERY_LOAD_H_

#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "deploy/cli/load/histogram.h"
#include "factline/v1/query_service.grpc.pb.h"

namespace factline::bench {

struct QueryLoad {
  load::Histogram answers;   // from the moment at which each query was meant to be sent
  load::Histogram lateness;  // of the sender itself, for want of a processor; part of the above
};

// Asks the queries in turn, again and again, at a fixed rate whatever the answers do (open loop: latencies have no
// coordinated omission), until `go_on`, which is asked every 10 ms, says no. A query that fails is the error, at the
// end.
absl::StatusOr<QueryLoad> QueryAtRate(v1::QueryService::Stub& query, const std::vector<v1::SearchRequest>& requests,
                                      double queries_per_second, const std::function<bool()>& go_on);

}  // namespace factline::bench

#endif  // FACTLINE_TESTS_BENCH_QUERY_LOAD_H_
