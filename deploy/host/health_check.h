#ifndef FACTLINE_DEPLOY_HOST_HEALTH_CHECK_H_
#define FACTLINE_DEPLOY_HOST_HEALTH_CHECK_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "deploy/host/server.h"

namespace factline::host {

enum class HealthWanted {
  kServing,    // the server's work can be done now: whether callers should be sent to it
  kAnswering,  // the process answers at all: whether a new one would do better
};

// Asks the server that runs with these options, on this machine, for its health (grpc.health.v1), through the door that
// its callers use. With TLS the server's name is not looked at: nothing is told to it, and it is asked at a loopback
// address, which its certificate need not bear. Where it wants a certificate of its callers, its own is shown.
// Files that have expired by now are no matter: the server took them when they had not.
// UNAVAILABLE: not as wanted; the message says how it is. Other errors: the options, or their files.
absl::Status CheckHealth(const ServerOptions& options, HealthWanted wanted, absl::Duration timeout);

}  // namespace factline::host

#endif  // FACTLINE_DEPLOY_HOST_HEALTH_CHECK_H_
