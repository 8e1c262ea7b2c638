#ifndef FACTLINE_DEPLOY_HOST_LISTEN_ADDRESS_H_
#define FACTLINE_DEPLOY_HOST_LISTEN_ADDRESS_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace factline::host {

// True if only programs of this machine can reach `address`: "127.x.y.z:PORT", "localhost:PORT", "[::1]:PORT" or a
// Unix socket ("unix:/path"). Names are not looked up.
bool IsLoopback(std::string_view address);

// What stands between an address that other machines can reach and whoever connects.
struct Defences {
  bool tls = false;           // connections are encrypted, and the server proves who it is
  bool access_rules = false;  // a file says who may do what
  bool insecure = false;      // the operator says that the network itself protects the address
};

// FAILED_PRECONDITION, with words for the operator, where other machines can reach the address, something stands open,
// and nobody said that it may; INVALID_ARGUMENT for what is no address at all.
absl::Status CheckListenAddress(std::string_view address, const Defences& defences);

// The same of --metrics_listen, where metrics are served by plain HTTP to whoever asks; `insecure`: --metrics_insecure.
absl::Status CheckMetricsAddress(std::string_view address, bool insecure);

// Replaces the port of "host:port" by the one that the system chose.
std::string WithPort(std::string_view address, int port);

// Writes "host:port\n" to `path` so that a reader sees all of it or nothing: a temporary file, synced, then renamed.
absl::Status WriteAddressFile(const std::string& path, std::string_view address);

}  // namespace factline::host

#endif  // FACTLINE_DEPLOY_HOST_LISTEN_ADDRESS_H_
