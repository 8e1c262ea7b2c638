#ifndef FACTLINE_TESTS_BENCH_INGEST_LOAD_H_
#define FACTLINE_TESTS_BENCH_INGEST_LOAD_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "factline/v1/ingest_service.grpc.pb.h"

namespace factline::bench {

struct LoadResult {
  uint64_t items = 0;
  uint64_t rejected = 0;
  uint64_t end_offset = 0;  // past the last acknowledged event
  absl::Duration elapsed;
  double items_per_second() const { return items / absl::ToDoubleSeconds(elapsed); }
};

// Called on the reading threads for each answer, with the time at which it came.
using AnswerSink = std::function<void(const v1::IngestResponse&, absl::Time)>;

// Sends all items over `streams` streams, each as fast as the server reads.
absl::StatusOr<LoadResult> SendFlatOut(v1::IngestService::Stub& ingest, const std::vector<v1::IngestRequest>& items,
                                       int streams, const AnswerSink& sink = nullptr);

// Sends the items over one stream at a fixed rate, whatever the answers do: latencies have no coordinated omission.
absl::StatusOr<LoadResult> SendAtRate(v1::IngestService::Stub& ingest, const std::vector<v1::IngestRequest>& items,
                                      double items_per_second, const AnswerSink& sink = nullptr);

}  // namespace factline::bench

#endif  // FACTLINE_TESTS_BENCH_INGEST_LOAD_H_
