#ifndef FACTLINE_DEPLOY_HOST_CALL_COUNTER_H_
#define FACTLINE_DEPLOY_HOST_CALL_COUNTER_H_

#include <grpcpp/support/server_interceptor.h>

#include <atomic>
#include <cstdint>
#include <memory>

namespace factline::host {

// Counts the calls that a server has in flight: from the moment that a call's method is known to the one at which gRPC
// has handed its last bytes to the socket. Watches of the health service are not counted: they end with the server.
// Thread-safe; may go before the calls do.
class CallCounter {
 public:
  // For ServerBuilder; may outlive the counter.
  std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> NewFactory() const;

  uint64_t in_flight() const { return *count_; }

 private:
  const std::shared_ptr<std::atomic<uint64_t>> count_ = std::make_shared<std::atomic<uint64_t>>(0);
};

}  // namespace factline::host

#endif  // FACTLINE_DEPLOY_HOST_CALL_COUNTER_H_
