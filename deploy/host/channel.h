#ifndef FACTLINE_DEPLOY_HOST_CHANNEL_H_
#define FACTLINE_DEPLOY_HOST_CHANNEL_H_

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "deploy/host/tls_files.h"

namespace factline::host {

// Largest message that a process of ours takes as an answer; no server of ours sends a larger one.
inline constexpr int kMaxAnswerBytes = 64 << 20;

// How a client makes sure of its server, and says who it is itself.
struct DialOptions {
  bool tls = false;         // implied by any of `files`
  TlsFiles files;           // `ca`: whose word is taken for the server, empty: the system's authorities
  std::string server_name;  // that the server's certificate must bear; empty: the host of its address
  NamedFile token_file;     // a bearer token sent with every call; empty: none
  bool insecure = false;    // send the token in plain text too; else only over TLS and to this machine
  bool watch = false;       // for a process that stays: new connections take the files as they are then

  bool wants_tls() const { return tls || !files.GivenPaths().empty() || !server_name.empty(); }
};

// A channel to another process: dials lazily and again after a broken connection (within 2 s), and notices a peer that
// died without a word (within 40 s). The token is read again whenever its file changes. FAILED_PRECONDITION names the
// file at fault.
absl::StatusOr<std::shared_ptr<grpc::Channel>> Dial(const std::string& address, const DialOptions& options);

}  // namespace factline::host

#endif  // FACTLINE_DEPLOY_HOST_CHANNEL_H_
