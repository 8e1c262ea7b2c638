#include "deploy/host/health_check.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <fstream>
#include <memory>
#include <sstream>
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

absl::StatusOr<std::string> Content(const NamedFile& file) {
  std::ifstream in(file.path, std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  if (!in) return absl::FailedPreconditionError(Cat(file.Words(), " cannot be read"));
  return content.str();
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> CredentialsOf(const ServerOptions& options) {
  if (!options.tls.certificate.given()) return grpc::InsecureChannelCredentials();
  tls::TlsChannelCredentialsOptions trusting;
  trusting.set_verify_server_certs(false);
  trusting.set_check_call_host(false);
  trusting.set_certificate_verifier(std::make_shared<tls::NoOpCertificateVerifier>());
  // Nobody's word is asked for, but without authorities gRPC wants the system's, which an image need not have.
  FL_ASSIGN_OR_RETURN(const std::string certificate, Content(options.tls.certificate));
  FL_ASSIGN_OR_RETURN(const std::string key, Content(options.tls.key));
  const std::vector<tls::IdentityKeyCertPair> own = {{key, certificate}};
  trusting.set_certificate_provider(std::make_shared<tls::StaticDataCertificateProvider>(certificate, own));
  trusting.watch_root_certs();
  if (options.require_client_certificate) trusting.watch_identity_key_cert_pairs();
  return tls::TlsCredentials(trusting);
}

}  // namespace

absl::Status CheckHealth(const ServerOptions& options, HealthWanted wanted, absl::Duration timeout) {
  FL_ASSIGN_OR_RETURN(const std::string address, OwnAddress(options.listen));
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
