#include "deploy/cli/client.h"

#include <fstream>

#include "absl/time/clock.h"
#include "deploy/host/channel.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"

namespace factline::cli {
namespace {

struct RoleFacts {
  std::string_view name;
  std::string_view flag;
  std::string_view default_address;
};

RoleFacts FactsOf(Role role) {
  switch (role) {
    case Role::kIngestor:
      return {"ingestor", "ingest_address", "127.0.0.1:50051"};
    case Role::kIndexer:
      return {"indexer", "indexer_address", "127.0.0.1:50052"};
    case Role::kQuery:
      return {"query", "query_address", "127.0.0.1:50053"};
  }
  return {};
}

}  // namespace

std::string_view RoleName(Role role) { return FactsOf(role).name; }

std::vector<FlagSpec> ConnectionFlags(std::string_view default_timeout) {
  std::vector<FlagSpec> flags;
  for (Role role : {Role::kIngestor, Role::kIndexer, Role::kQuery}) {
    RoleFacts facts = FactsOf(role);
    flags.push_back({std::string(facts.flag), "HOST:PORT", Cat("where the process '", facts.name, "' listens"),
                     Cat("DATA_DIR/", facts.name, ".address, else ", facts.default_address)});
  }
  flags.push_back({"data_dir", "DIR", "the processes' data directory, for their address files", ".factline-data"});
  flags.push_back({"tls", "", "speak TLS, and believe the system's authorities; the flags below imply it", ""});
  flags.push_back({"tls_ca", "FILE", "PEM file of the authorities whose word is taken for the servers", ""});
  flags.push_back({"tls_certificate", "FILE", "PEM file of the certificate to show to the servers", ""});
  flags.push_back({"tls_key", "FILE", "PEM file of that certificate's key", ""});
  flags.push_back({"tls_server_name", "NAME", "what the servers' certificates must bear in place of the address", ""});
  flags.push_back({"token_file", "FILE", "bearer token to show to the servers, over TLS or on this machine", ""});
  flags.push_back({"timeout", "DURATION", "how long one call may take: 500ms, 30s, 5m", std::string(default_timeout)});
  return flags;
}

std::string AddressOf(Role role, const Arguments& arguments) {
  RoleFacts facts = FactsOf(role);
  if (arguments.Given(facts.flag)) return std::string(arguments.Get(facts.flag));
  std::ifstream file(Cat(arguments.Get("data_dir"), "/", facts.name, ".address"));
  std::string address;
  if (std::getline(file, address) && !address.empty()) return address;
  return std::string(facts.default_address);
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> DialServer(const std::string& address, const Arguments& arguments) {
  auto file = [&](const char* flag) { return host::NamedFile{flag, std::string(arguments.Get(flag))}; };
  return host::Dial(address,
                    {.tls = arguments.Switch("tls"),
                     .files = {.certificate = file("tls_certificate"), .key = file("tls_key"), .ca = file("tls_ca")},
                     .server_name = std::string(arguments.Get("tls_server_name")),
                     .token_file = file("token_file")});
}

absl::StatusOr<absl::Duration> TimeoutOf(const Arguments& arguments) { return arguments.Duration("timeout"); }

std::unique_ptr<grpc::ClientContext> ContextWithin(absl::Duration timeout) {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  return context;
}

absl::Status CallError(const grpc::Status& status, Role role, const std::string& address) {
  if (status.ok()) return absl::OkStatus();
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE) {
    return absl::UnavailableError(Cat("cannot reach '", RoleName(role), "' at ", address, ": ", status.error_message(),
                                      "; is it running (deploy/quickstart --status), and is the address right (--",
                                      FactsOf(role).flag, ", --data_dir)?"));
  }
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    return absl::DeadlineExceededError(Cat("'", RoleName(role), "' at ", address, " did not answer within --timeout"));
  }
  return FromGrpc(status);
}

}  // namespace factline::cli
