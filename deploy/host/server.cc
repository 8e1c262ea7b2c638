#include "deploy/host/server.h"

#include <grpc/grpc.h>
#include <grpcpp/ext/channelz_service_plugin.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "absl/time/clock.h"
#include "deploy/host/call_observer.h"
#include "deploy/host/gate.h"
#include "deploy/host/listen_address.h"
#include "deploy/host/log_line.h"
#include "deploy/host/reflection_v1.h"
#include "deploy/host/tls_source.h"
#include "grpc/health/v1/health.pb.h"
#include "protos/vocab/status.h"

namespace factline::host {
namespace {

// A drain is over when no call has been in flight for this long: room for one that came as the drain began.
constexpr absl::Duration kQuiet = absl::Milliseconds(50);
constexpr absl::Duration kLookInterval = absl::Milliseconds(5);
constexpr int kMaxReflectionStreams = 64;  // threads that reflection v1alpha and channelz, which block, may take

// What gRPC does only once a process and by global state.
void InitPluginsOnce() {
  static const bool done = [] {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::channelz::experimental::InitChannelzService();
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    // gRPC's health service carries no descriptor; linking ours lets reflection describe it.
    grpc::health::v1::HealthCheckRequest::descriptor();
    return true;
  }();
  (void)done;
}

int Milliseconds(absl::Duration duration) { return static_cast<int>(absl::ToInt64Milliseconds(duration)); }

void Configure(const ServerOptions& options, grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(static_cast<int>(options.max_receive_bytes));
  builder.SetMaxSendMessageSize(static_cast<int>(options.max_send_bytes));
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);  // a second process on the port must fail, not share it
  builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 1);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, options.max_streams_per_connection);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, Milliseconds(options.handshake_timeout));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, Milliseconds(options.keepalive_time));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Milliseconds(options.keepalive_timeout));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000);
  // gRPC expands a message before anybody is asked whether the caller may send one, and without a bound: a megabyte
  // into a gigabyte. So none is taken that is compressed.
  builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  for (const auto algorithm : {GRPC_COMPRESS_DEFLATE, GRPC_COMPRESS_GZIP}) {
    builder.SetCompressionAlgorithmSupportStatus(algorithm, false);
  }
  grpc::ResourceQuota quota("factline");
  quota.Resize(options.rpc_memory_bytes);
  quota.SetMaxThreads(kMaxReflectionStreams);
  builder.SetResourceQuota(quota);
}

Defences DefencesOf(const ServerOptions& options) {
  return {.tls = options.tls.certificate.given(),
          .access_rules = options.access_rules.given(),
          .insecure = options.insecure};
}

absl::Status CheckTlsFlags(const ServerOptions& options) {
  const TlsFiles& tls = options.tls;
  FL_RETURN_IF_ERROR(CheckComplete(tls));
  if (tls.ca.given() && !tls.certificate.given()) {
    return absl::InvalidArgumentError(Cat(tls.ca.Words(), " wants --", tls.certificate.flag, " and --", tls.key.flag,
                                          ": there are no client certificates without TLS"));
  }
  if (options.require_client_certificate && !tls.ca.given()) {
    return absl::InvalidArgumentError(
        Cat("--require_client_certificate wants --", tls.ca.flag, ": the authorities that vouch for the clients"));
  }
  return absl::OkStatus();
}

absl::Status CheckLimitFlags(const ServerOptions& options) {
  const std::pair<const char*, int> limits[] = {{"max_client_calls", options.limits.max_calls},
                                                {"max_streams_per_connection", options.max_streams_per_connection}};
  for (const auto& [flag, value] : limits) {
    if (value < 1) return absl::InvalidArgumentError(Cat("--", flag, "=", value, " lets nobody call: want 1 or more"));
  }
  return absl::OkStatus();
}

// Beside our own services, whose descriptors are linked as well.
std::vector<std::string> NamesForMetrics(const std::vector<HostedService>& services) {
  std::vector<std::string> names;
  for (const HostedService& hosted : services) names.push_back(hosted.name);
  for (const char* name : {"grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"}) names.emplace_back(name);
  return names;
}

std::vector<std::string> NamesForReflection(const std::vector<HostedService>& services) {
  std::vector<std::string> names;
  for (const HostedService& hosted : services) names.push_back(hosted.name);
  for (const char* name : {"grpc.health.v1.Health", "grpc.channelz.v1.Channelz", "grpc.reflection.v1.ServerReflection",
                           "grpc.reflection.v1alpha.ServerReflection"}) {
    names.emplace_back(name);
  }
  return names;
}

class ServerImpl final : public Server {
 public:
  ServerImpl(const ServerOptions& options, std::vector<HostedService> services)
      : options_(options),
        services_(std::move(services)),
        reflection_(NamesForReflection(services_)),
        calls_(NamesForMetrics(services_), options_.slow_call) {}

  ~ServerImpl() override { Drain(absl::ZeroDuration()); }

  absl::Status Listen() {
    InitPluginsOnce();
    grpc::ServerBuilder builder;
    Configure(options_, builder);
    std::shared_ptr<grpc::ServerCredentials> credentials = grpc::InsecureServerCredentials();
    if (options_.tls.certificate.given()) {
      FL_ASSIGN_OR_RETURN(tls_, TlsSource::Open(options_.tls, Watch::kYes));
      credentials = tls_->ServerCredentials(options_.require_client_certificate);
    }
    builder.AddListeningPort(options_.listen, credentials, &port_);
    FL_ASSIGN_OR_RETURN(gate_, Gate::Open(options_.access_rules, options_.limits));
    for (const HostedService& hosted : services_) guarded_.push_back(gate_->Guard(hosted.service, hosted.name));
    guarded_.push_back(gate_->Guard(&reflection_, "grpc.reflection.v1.ServerReflection"));
    for (const auto& service : guarded_) builder.RegisterService(service.get());
    builder.SetContextAllocator(gate_->NewContexts());
    std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> interceptors;
    interceptors.push_back(calls_.NewFactory());
    interceptors.push_back(gate_->NewInterceptors());
    builder.experimental().SetInterceptorCreators(std::move(interceptors));
    server_ = builder.BuildAndStart();
    if (server_ == nullptr) {
      return absl::FailedPreconditionError(Cat("cannot listen on ", options_.listen,
                                               ": the port is taken by another process, or the address is not one of "
                                               "this machine; --listen=127.0.0.1:0 takes any free port"));
    }
    address_ = WithPort(options_.listen, port_);
    LookAtReadiness();
    poller_ = std::thread([this] { PollReadiness(); });
    if (!options_.address_file.empty()) FL_RETURN_IF_ERROR(WriteAddressFile(options_.address_file, address_));
    return absl::OkStatus();
  }

  const std::string& address() const override { return address_; }
  int port() const override { return port_; }

  void Collect(MetricSink& sink) const override {
    calls_.Collect(sink);
    gate_->Collect(sink);
  }

  void Retire() override {
    StopPolling();
    if (server_ != nullptr) server_->GetHealthCheckService()->Shutdown();
  }

  bool Drain(absl::Duration timeout) override {
    if (drained_.exchange(true)) return drained_in_time_;
    Retire();
    if (server_ == nullptr) return true;
    std::atomic<bool> is_shut_down = false;
    std::thread shutdown([this, &is_shut_down] {
      server_->Shutdown();
      is_shut_down = true;
    });
    drained_in_time_ = AwaitNoCalls(absl::Now() + timeout);
    // Shutdown waits for connections too, and a client that does not look at an idle one keeps it for long. Again and
    // again: until Shutdown has closed the port, clients come back.
    while (!is_shut_down) {
      grpc_server_cancel_all_calls(server_->c_server());
      absl::SleepFor(kLookInterval);
    }
    shutdown.join();
    server_->Wait();
    if (!options_.address_file.empty()) unlink(options_.address_file.c_str());
    return drained_in_time_;
  }

 private:
  // False at the deadline.
  bool AwaitNoCalls(absl::Time deadline) const {
    absl::Time last_call = absl::Now();
    while (true) {
      const absl::Time now = absl::Now();
      if (calls_.in_flight() > 0) {
        if (now >= deadline) return false;
        last_call = now;
      } else if (now - last_call >= kQuiet || now >= deadline) {
        return true;
      }
      absl::SleepFor(kLookInterval);
    }
  }

  void LookAtReadiness() {
    auto* health = server_->GetHealthCheckService();
    bool all = true;
    for (size_t i = 0; i < services_.size(); ++i) {
      Readiness now = services_[i].readiness ? services_[i].readiness() : Readiness{};
      all = all && now.serving;
      if (known_.size() > i && known_[i].serving == now.serving) continue;
      health->SetServingStatus(services_[i].name, now.serving);
      Log(now.serving ? Severity::kInfo : Severity::kWarning, now.serving ? "serving" : "not serving",
          {{"service", services_[i].name}, {"reason", now.reason.empty() ? "-" : now.reason}});
      known_.resize(std::max(known_.size(), i + 1));
      known_[i] = std::move(now);
    }
    health->SetServingStatus("", all);
  }

  void PollReadiness() {
    const std::chrono::nanoseconds interval = absl::ToChronoNanoseconds(options_.readiness_interval);
    std::unique_lock lock(mutex_);
    while (!stop_.wait_for(lock, interval, [this] { return stopping_; })) LookAtReadiness();
  }

  void StopPolling() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    stop_.notify_all();
    std::lock_guard lock(join_mutex_);
    if (poller_.joinable()) poller_.join();
  }

  const ServerOptions options_;
  const std::vector<HostedService> services_;
  ReflectionV1 reflection_;
  CallObserver calls_;
  std::unique_ptr<TlsSource> tls_;  // null: plain text
  std::unique_ptr<Gate> gate_;
  std::vector<std::unique_ptr<grpc::Service>> guarded_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
  int port_ = 0;

  std::vector<Readiness> known_;  // what health says; only Listen, then the poller touches it
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;  // guarded by mutex_
  std::mutex join_mutex_;
  std::thread poller_;  // joined under join_mutex_
  std::atomic<bool> drained_ = false;
  std::atomic<bool> drained_in_time_ = true;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options,
                                                      std::vector<HostedService> services) {
  FL_RETURN_IF_ERROR(CheckTlsFlags(options));
  FL_RETURN_IF_ERROR(CheckLimitFlags(options));
  FL_RETURN_IF_ERROR(CheckListenAddress(options.listen, DefencesOf(options)));
  if (options.insecure && !IsLoopback(options.listen)) {
    Log(Severity::kWarning, "--insecure: other machines can reach this server, which trusts the network",
        {{"listen", options.listen}, {"tls", options.tls.certificate.given() ? "on" : "off"}});
  }
  auto server = std::make_unique<ServerImpl>(options, std::move(services));
  FL_RETURN_IF_ERROR(server->Listen());
  return server;
}

}  // namespace factline::host
