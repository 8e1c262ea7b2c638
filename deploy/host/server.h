#ifndef FACTLINE_DEPLOY_HOST_SERVER_H_
#define FACTLINE_DEPLOY_HOST_SERVER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "deploy/host/client_limits.h"
#include "deploy/host/metrics.h"
#include "deploy/host/tls_files.h"

namespace grpc {
class Service;
}

namespace factline::host {

struct Readiness {
  bool serving = true;
  std::string reason;  // why not; for the log
};

struct HostedService {
  grpc::Service* service = nullptr;  // must outlive the Server
  std::string name;                  // "factline.v1.QueryService": its name for health checks and reflection
  // Whether the service can do its work now; null: whenever the server is up. Called by one thread again and again, so
  // it must be cheap. Must not call the Server.
  std::function<Readiness()> readiness;
};

struct ServerOptions {
  std::string listen = "127.0.0.1:0";       // port 0: any free one
  bool insecure = false;                    // allow a `listen` that other machines can reach and that stands open
  TlsFiles tls;                             // without a certificate: plain text
  bool require_client_certificate = false;  // one that `tls.ca` vouches for; else it may be shown
  NamedFile access_rules;                   // who may do what; not given: everybody everything
  ClientLimitOptions limits;
  std::string address_file;               // gets "host:port" once the server listens; empty: none
  size_t max_receive_bytes = 4 << 20;     // larger requests are refused with RESOURCE_EXHAUSTED
  size_t max_send_bytes = 64 << 20;       // likewise responses
  size_t rpc_memory_bytes = 256 << 20;    // gRPC's buffers over all connections; near it gRPC slows reading down
  int max_streams_per_connection = 1024;  // calls at once; a client's further calls wait
  absl::Duration handshake_timeout = absl::Seconds(20);         // for a new connection to become one of HTTP/2
  absl::Duration keepalive_time = absl::Seconds(60);            // an idle connection is probed after this
  absl::Duration keepalive_timeout = absl::Seconds(20);         // and dropped when the probe is not answered for this
  absl::Duration readiness_interval = absl::Milliseconds(200);  // between two looks at HostedService::readiness
  absl::Duration slow_call = absl::Seconds(1);  // unary calls that take as long are told of in the log; zero: none
};

// A listening gRPC server with what every process of ours offers: health by service (and of the whole under ""),
// reflection v1 and v1alpha, channelz. Thread-safe.
class Server {
 public:
  // Serves from the moment that it returns. FAILED_PRECONDITION: the address may not or cannot be listened on, or a
  // file of the options is at fault; INVALID_ARGUMENT: options that do not go together, or a limit that lets nobody
  // call. The message says which and what to do.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options,
                                                       std::vector<HostedService> services);
  virtual ~Server() = default;  // as Drain with no time

  virtual const std::string& address() const = 0;  // "host:port", with the port that was chosen
  virtual int port() const = 0;

  // Calls by method and code, how long they took, refusals. Any thread, at any time.
  virtual void Collect(MetricSink& sink) const = 0;

  // First step of a stop: health says NOT_SERVING from now on, so that callers go elsewhere; calls still work.
  virtual void Retire() = 0;

  // Second step: takes no new calls, waits for those in flight, cancels what is left after `timeout`, closes all
  // connections, and removes the address file. True if nothing had to be cancelled. Watches of health and idle
  // connections hold nothing up. Idempotent.
  virtual bool Drain(absl::Duration timeout) = 0;
};

}  // namespace factline::host

#endif  // FACTLINE_DEPLOY_HOST_SERVER_H_
