#ifndef FACTLINE_TESTS_HARNESS_INGEST_CLIENT_H_
#define FACTLINE_TESTS_HARNESS_INGEST_CLIENT_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "factline/v1/ingest_service.grpc.pb.h"

namespace factline::harness {

// Sends all items over one Ingest stream and returns one response each, in order. Fails if the stream breaks or an
// answer is missing or out of order; items may have been accepted all the same.
absl::StatusOr<std::vector<v1::IngestResponse>> SendAll(v1::IngestService::Stub& ingest,
                                                        const std::vector<v1::IngestRequest>& items,
                                                        absl::Duration timeout = absl::Seconds(60));

// As SendAll, but sends what was not answered again, on a new stream, until everything is answered: what a client that
// wants its articles to arrive does. Every item needs a request_id. Items refused with RESOURCE_EXHAUSTED are
// answers, not failures.
absl::StatusOr<std::vector<v1::IngestResponse>> SendAllPersistently(v1::IngestService::Stub& ingest,
                                                                    const std::vector<v1::IngestRequest>& items,
                                                                    absl::Duration timeout = absl::Seconds(120));

v1::IngestRequest Request(v1::Article article, std::string request_id = "");
v1::IngestRequest Request(v1::Page page, std::string request_id = "");

}  // namespace factline::harness

#endif  // FACTLINE_TESTS_HARNESS_INGEST_CLIENT_H_
