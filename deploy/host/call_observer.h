#ifndef FACTLINE_DEPLOY_HOST_CALL_OBSERVER_H_
#define FACTLINE_DEPLOY_HOST_CALL_OBSERVER_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_interceptor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "deploy/host/metrics.h"

namespace factline::host {

// Sees each call of a server from the moment that its method is known to the one at which gRPC has handed its last
// bytes to the socket, and counts it: those in flight, how long they took, with what code they ended.
//
// A call about which something is to be told gets a line in the log and a request id, which comes back to the client in
// the trailing metadata `x-request-id`: one that failed, a unary one that took `slow_call` or longer, one of a sampled
// trace (`traceparent`). A client's own `x-request-id` always comes back and is the id then; one is made otherwise. At
// most ten lines a second each for what is the server's fault, the client's, and for the rest; the next line says how
// many were left out. No line holds text of a request or an answer. Thread-safe; may go before the calls do.
class CallObserver {
 public:
  // `services`: full names whose methods are told apart, with their descriptors linked; all others count as "other".
  CallObserver(const std::vector<std::string>& services, absl::Duration slow_call);

  // For ServerBuilder; may outlive the observer.
  std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> NewFactory() const;

  // Without watches of the health service, which end with the server.
  uint64_t in_flight() const;

  void Collect(MetricSink& sink) const;

 private:
  class Calls;
  class OneCall;
  class Factory;

  const std::shared_ptr<Calls> calls_;
};

// The id of a call, for a line about it that is written before the call is answered: the client's `x-request-id`, if it
// is one id of 1 to 128 printable ASCII characters without blanks, else a new one. The observer's own line has the
// same.
std::string GiveRequestId(grpc::ServerContextBase& context);

}  // namespace factline::host

#endif  // FACTLINE_DEPLOY_HOST_CALL_OBSERVER_H_
