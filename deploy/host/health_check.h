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
// address, which its certificate need not bear.
//
// kServing, over TLS: files that have expired by now are no matter, for the server took them when they had not. Where
// it wants a certificate of its callers, its own is shown: an authority of `tls.ca` must vouch for it, for clients too.
// kAnswering, over TLS: whatever the server says to a handshake is an answer, a refusal too. No file is read and no
// certificate shown, since what is wrong with those, a new process would find wrong as well.
//
// UNAVAILABLE: not as wanted; the message says how it is. INVALID_ARGUMENT: the options cannot be meant. Other errors:
// their files.
absl::Status CheckHealth(const ServerOptions& options, HealthWanted wanted, absl::Duration timeout);

}  // namespace factline::host

#endif  // FACTLINE_DEPLOY_HOST_HEALTH_CHECK_H_
