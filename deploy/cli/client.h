#ifndef FACTLINE_DEPLOY_CLI_CLIENT_H_
#define FACTLINE_DEPLOY_CLI_CLIENT_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "deploy/cli/arguments.h"

namespace factline::cli {

enum class Role { kIngestor, kIndexer, kQuery };

std::string_view RoleName(Role role);  // "ingestor": the process's name

// --ingest_address, --indexer_address, --query_address, --data_dir, --timeout, and how to be sure of the servers and be
// known to them (--tls_ca, --token_file and so on): every command that talks to a server takes all of them, so that a
// script may give one set to all.
std::vector<FlagSpec> ConnectionFlags(std::string_view default_timeout = "30s");

// The address given by flag; else what DATA_DIR/ROLE.address says; else 127.0.0.1 and the usual port.
std::string AddressOf(Role role, const Arguments& arguments);

// A channel to that address, with what the flags say about TLS and token.
absl::StatusOr<std::shared_ptr<grpc::Channel>> DialServer(const std::string& address, const Arguments& arguments);

// A call's context with --timeout as its deadline.
absl::StatusOr<absl::Duration> TimeoutOf(const Arguments& arguments);
std::unique_ptr<grpc::ClientContext> ContextWithin(absl::Duration timeout);

// A call's error in words that say which server it was and, where it cannot be reached, what to do.
absl::Status CallError(const grpc::Status& status, Role role, const std::string& address);

// One unary call: stub method, request, response.
//   FL_ASSIGN_OR_RETURN(auto connection, Connection<v1::QueryService>::Open(Role::kQuery, arguments));
//   FL_RETURN_IF_ERROR(connection.Call(&v1::QueryService::Stub::Search, request, &response));
template <typename Service>
class Connection {
 public:
  static absl::StatusOr<Connection> Open(Role role, const Arguments& arguments) {
    absl::StatusOr<absl::Duration> timeout = TimeoutOf(arguments);
    if (!timeout.ok()) return timeout.status();
    std::string address = AddressOf(role, arguments);
    absl::StatusOr<std::shared_ptr<grpc::Channel>> channel = DialServer(address, arguments);
    if (!channel.ok()) return channel.status();
    return Connection(role, std::move(address), *timeout, *std::move(channel));
  }

  template <typename Request, typename Response>
  absl::Status Call(grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response* response) {
    auto context = ContextWithin(timeout_);
    return CallError((stub_.get()->*method)(context.get(), request, response), role_, address_);
  }

 private:
  Connection(Role role, std::string address, absl::Duration timeout, std::shared_ptr<grpc::Channel> channel)
      : role_(role), address_(std::move(address)), timeout_(timeout), stub_(Service::NewStub(std::move(channel))) {}

  Role role_;
  std::string address_;
  absl::Duration timeout_;
  std::unique_ptr<typename Service::Stub> stub_;
};

}  // namespace factline::cli

#endif  // FACTLINE_DEPLOY_CLI_CLIENT_H_
