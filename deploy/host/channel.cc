#include "deploy/host/channel.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>
#include <grpcpp/support/client_interceptor.h>

#include <utility>
#include <vector>

#include "deploy/host/listen_address.h"
#include "deploy/host/tls_source.h"
#include "deploy/host/token_file.h"
#include "protos/vocab/status.h"

namespace factline::host {
namespace {

using grpc::experimental::ClientInterceptorFactoryInterface;
using grpc::experimental::ClientRpcInfo;
using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::Interceptor;
using grpc::experimental::InterceptorBatchMethods;

// gRPC's own credentials of a call go over TLS alone; this one serves a server on this machine as well.
class TokenSender final : public Interceptor {
 public:
  explicit TokenSender(std::shared_ptr<TokenFile> token) : token_(std::move(token)) {}

  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_INITIAL_METADATA)) {
      methods->GetSendInitialMetadata()->emplace("authorization", Cat("Bearer ", token_->Current()));
    }
    methods->Proceed();
  }

 private:
  const std::shared_ptr<TokenFile> token_;
};

class TokenSenderFactory final : public ClientInterceptorFactoryInterface {
 public:
  explicit TokenSenderFactory(std::shared_ptr<TokenFile> token) : token_(std::move(token)) {}
  Interceptor* CreateClientInterceptor(ClientRpcInfo*) override { return new TokenSender(token_); }

 private:
  const std::shared_ptr<TokenFile> token_;
};

grpc::ChannelArguments ArgumentsOf(const std::string& address, const DialOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxAnswerBytes);
  arguments.SetMaxSendMessageSize(-1);  // the receiver's cap decides
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 20'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2'000);
  // A container that is started again has another address under the same name, and no name in between, on which some
  // name servers are silent. By gRPC's defaults the old address would be tried for 20 s at a time, the name asked for
  // once in 30 s, and an answer awaited for 75 s.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 5'000);  // how long an attempt to connect has
  arguments.SetInt(GRPC_ARG_DNS_MIN_TIME_BETWEEN_RESOLUTIONS_MS, 1'000);
  arguments.SetInt(GRPC_ARG_DNS_ARES_QUERY_TIMEOUT_MS, 2'000);
  // A proxy of the environment would get what is meant for this machine: a token in plain text.
  if (IsLoopback(address)) arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  if (!options.server_name.empty()) arguments.SetSslTargetNameOverride(options.server_name);
  return arguments;
}

// What the channel uses for as long as it lives.
struct Connected {
  std::unique_ptr<TlsSource> tls;
  std::shared_ptr<grpc::Channel> channel;
};

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::Channel>> Dial(const std::string& address, const DialOptions& options) {
  auto connected = std::make_shared<Connected>();
  std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials();
  if (options.wants_tls()) {
    FL_ASSIGN_OR_RETURN(connected->tls, TlsSource::Open(options.files, options.watch ? Watch::kYes : Watch::kNo));
    credentials = connected->tls->ChannelCredentials();
  }
  std::vector<std::unique_ptr<ClientInterceptorFactoryInterface>> interceptors;
  if (options.token_file.given()) {
    if (!options.wants_tls() && !options.insecure && !IsLoopback(address)) {
      return absl::FailedPreconditionError(Cat(options.token_file.Words(), " is not sent to ", address,
                                               " in plain text, where anybody on the way could take it: use TLS"));
    }
    FL_ASSIGN_OR_RETURN(std::shared_ptr<TokenFile> token,
                        TokenFile::Open(options.token_file.flag, options.token_file.path));
    interceptors.push_back(std::make_unique<TokenSenderFactory>(std::move(token)));
  }
  connected->channel = grpc::experimental::CreateCustomChannelWithInterceptors(
      address, credentials, ArgumentsOf(address, options), std::move(interceptors));
  grpc::Channel* channel = connected->channel.get();
  return std::shared_ptr<grpc::Channel>(std::move(connected), channel);
}

}  // namespace factline::host
