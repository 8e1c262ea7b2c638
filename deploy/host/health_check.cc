#include "deploy/host/health_check.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>
#include <netdb.h>
#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "deploy/host/tls_files.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "protos/vocab/status.h"

namespace factline::host {
namespace {

using grpc::health::v1::HealthCheckResponse;
namespace tls = grpc::experimental;

// Where a server that listens on `listen` is reached from its own machine.
absl::StatusOr<std::string> OwnAddress(std::string_view listen) {
  if (listen.ends_with(":0")) {
    return absl::InvalidArgumentError(
        Cat("--listen=", listen, " takes any port, and so its server cannot be found: give the one that it has"));
  }
  for (const auto& [any, loopback] : {std::pair("0.0.0.0:", "127.0.0.1:"), std::pair("[::]:", "[::1]:")}) {
    if (listen.starts_with(any)) return Cat(loopback, listen.substr(std::string_view(any).size()));
  }
  return std::string(listen);
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> CredentialsOf(const ServerOptions& options) {
  if (!options.tls.certificate.given()) return grpc::InsecureChannelCredentials();
  FL_ASSIGN_OR_RETURN(const std::string certificate, ReadFile(options.tls.certificate));
  FL_ASSIGN_OR_RETURN(const std::string key, ReadFile(options.tls.key));
  // Behind what may fail: gRPC 1.51 frees options when credentials are made of them, and never otherwise.
  tls::TlsChannelCredentialsOptions trusting;
  trusting.set_verify_server_certs(false);
  trusting.set_check_call_host(false);
  trusting.set_certificate_verifier(std::make_shared<tls::NoOpCertificateVerifier>());
  // Nobody's word is asked for, but without authorities gRPC wants the system's, which an image need not have.
  const std::vector<tls::IdentityKeyCertPair> own = {{key, certificate}};
  trusting.set_certificate_provider(std::make_shared<tls::StaticDataCertificateProvider>(certificate, own));
  trusting.watch_root_certs();
  if (options.require_client_certificate) trusting.watch_identity_key_cert_pairs();
  return tls::TlsCredentials(trusting);
}

struct Closed {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* connection) const { SSL_free(connection); }
  void operator()(addrinfo* found) const { freeaddrinfo(found); }
  void operator()(const int* fd) const { close(*fd); }
};

// A connection whose every wait ends after `timeout`; -1 with errno.
int Connect(const sockaddr* address, socklen_t size_bytes, absl::Duration timeout) {
  const int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return fd;
  const timeval wait = absl::ToTimeval(timeout);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);  // connecting too
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  if (connect(fd, address, size_bytes) == 0) return fd;
  const int error = errno;
  close(fd);
  errno = error;
  return -1;
}

int ConnectTo(const std::string& address, absl::Duration timeout) {
  constexpr std::string_view kUnix = "unix:";
  if (address.starts_with(kUnix)) {
    sockaddr_un file{.sun_family = AF_UNIX, .sun_path = {}};
    if (address.size() - kUnix.size() >= sizeof file.sun_path) return errno = ENAMETOOLONG, -1;
    address.copy(file.sun_path, std::string::npos, kUnix.size());
    return Connect(reinterpret_cast<const sockaddr*>(&file), sizeof file, timeout);
  }
  const size_t colon = address.rfind(':');
  std::string host = address.substr(0, colon);
  if (host.starts_with("[")) host = host.substr(1, host.size() - 2);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* all = nullptr;
  if (getaddrinfo(host.c_str(), address.substr(colon + 1).c_str(), &hints, &all) != 0) return errno = ENXIO, -1;
  const std::unique_ptr<addrinfo, Closed> freed(all);
  int fd = -1;
  for (const addrinfo* one = all; one != nullptr && fd < 0; one = one->ai_next) {
    fd = Connect(one->ai_addr, one->ai_addrlen, timeout);
  }
  return fd;
}

// Whether the server says anything to a TLS handshake: what a process that stands still does not, though the system
// connects callers to it.
absl::Status AnswersHandshake(const std::string& address, absl::Duration timeout) {
  const int fd = ConnectTo(address, timeout);
  if (fd < 0) return absl::UnavailableError(Cat("no connection to ", address, ": ", strerror(errno)));
  const std::unique_ptr<const int, Closed> closed(&fd);
  const std::unique_ptr<SSL_CTX, Closed> context(SSL_CTX_new(TLS_client_method()));  // believes whatever it is shown
  const std::unique_ptr<SSL, Closed> connection(SSL_new(context.get()));
  constexpr unsigned char kHttp2[] = {2, 'h', '2'};
  SSL_set_alpn_protos(connection.get(), kHttp2, sizeof kHttp2);
  SSL_set_fd(connection.get(), fd);
  SSL_connect(connection.get());
  if (BIO_number_read(SSL_get_rbio(connection.get())) > 0) return absl::OkStatus();
  return absl::UnavailableError(Cat("no answer from ", address, " to a TLS handshake"));
}

}  // namespace

absl::Status CheckHealth(const ServerOptions& options, HealthWanted wanted, absl::Duration timeout) {
  FL_ASSIGN_OR_RETURN(const std::string address, OwnAddress(options.listen));
  if (wanted == HealthWanted::kAnswering && options.tls.certificate.given()) return AnswersHandshake(address, timeout);
  FL_ASSIGN_OR_RETURN(const auto credentials, CredentialsOf(options));
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  const auto stub = grpc::health::v1::Health::NewStub(grpc::CreateCustomChannel(address, credentials, arguments));
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  HealthCheckResponse response;
  const grpc::Status status = stub->Check(&context, {}, &response);
  if (!status.ok()) {
    return absl::UnavailableError(Cat("no answer from ", address, ": ", status.error_message()));
  }
  if (wanted == HealthWanted::kAnswering || response.status() == HealthCheckResponse::SERVING) return absl::OkStatus();
  return absl::UnavailableError(
      Cat(address, " says ", HealthCheckResponse::ServingStatus_Name(response.status()), "; its log says why"));
}

}  // namespace factline::host
