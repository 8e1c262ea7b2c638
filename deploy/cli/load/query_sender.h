#ifndef FACTLINE_DEPLOY_CLI_LOAD_QUERY_SENDER_H_
#define FACTLINE_DEPLOY_CLI_LOAD_QUERY_SENDER_H_

#include <array>

#include "absl/time/time.h"
#include "deploy/cli/load/query_mix.h"
#include "deploy/cli/load/tally.h"
#include "deploy/cli/load/turnstile.h"
#include "factline/v1/query_service.grpc.pb.h"

namespace factline::load {

using QueryTallies = std::array<Tally*, kQueryKinds>;  // by QueryRequest::index()

// Asks what `mix` says when `turnstile` lets it, whatever becomes of the answers. Each query is counted in the tally of
// its kind. Returns when the turnstile has ended and every query is answered, or has failed after `timeout`.
void SendQueries(v1::QueryService::Stub& stub, QueryMix& mix, Turnstile& turnstile, const StopWatch& watch,
                 const QueryTallies& tallies, absl::Duration timeout);

}  // namespace factline::load

#endif  // FACTLINE_DEPLOY_CLI_LOAD_QUERY_SENDER_H_
