// The flags that the three servers share, and what is made of them.
#include <filesystem>

#include "absl/flags/flag.h"
#include "absl/flags/reflection.h"
#include "deploy/host/byte_size.h"
#include "deploy/host/health_check.h"
#include "deploy/host/process.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/version.h"

using factline::host::ByteSize;
using factline::host::MiB;

ABSL_FLAG(std::string, data_dir, ".factline-data",
          "Directory of everything at rest: the log in log/, the index in index/, the query server's files in query/. "
          "Made if absent.");
ABSL_FLAG(std::string, address_file, "",
          "File that gets this server's \"host:port\" once it listens, and is removed when it stops; empty: none.");
ABSL_FLAG(
    std::string, metrics_listen, "",
    "Address to serve metrics on, HOST:PORT of IPv4, by plain HTTP at /metrics for Prometheus; port 0 takes any free "
    "one. Of this machine alone (127.0.0.1), but for --metrics_insecure. Empty: none are served.");
ABSL_FLAG(bool, metrics_insecure, false,
          "Serve metrics on an address that other machines can reach: the network itself protects it. Says nothing of "
          "--listen.");
ABSL_FLAG(std::string, metrics_address_file, "",
          "File that gets the \"host:port\" of --metrics_listen, and is removed when the server stops; empty: none.");
ABSL_FLAG(factline::host::LogFormat, log_format, factline::host::LogFormat::kText,
          "Lines of the log: text, or json: one object a line.");
ABSL_FLAG(absl::Duration, slow_call, absl::Seconds(1),
          "A call (no stream) that takes as long is told of in the log; 0: none is.");
ABSL_FLAG(absl::Duration, drain_timeout, absl::Seconds(10),
          "How long calls in flight may still take after SIGTERM or SIGINT before they are cancelled.");
ABSL_FLAG(std::string, health_check, "",
          "Instead of serving, ask the server that runs with these flags for its health, and exit with 0 if it is as "
          "wanted: \"serving\" (it can do its work), or \"answering\" (the process lives); else with 1.");
ABSL_FLAG(absl::Duration, health_check_timeout, absl::Seconds(3), "How long --health_check waits for the answer.");
ABSL_FLAG(bool, insecure, false,
          "Listen on an address that other machines can reach although TLS or the rules of access are missing: the "
          "network itself protects it.");
ABSL_FLAG(
    std::string, tls_certificate, "",
    "PEM file of this server's certificate, its issuers' behind it; empty: plain text. Read again when it changes, "
    "with its key.");
ABSL_FLAG(std::string, tls_key, "", "PEM file of the certificate's key, without a passphrase.");
ABSL_FLAG(std::string, tls_client_ca, "",
          "PEM file of the authorities whose word is taken for clients' certificates; empty: none are asked for.");
ABSL_FLAG(bool, require_client_certificate, false,
          "Refuse connections without a certificate that --tls_client_ca vouches for, those of health checks too.");
ABSL_FLAG(std::string, access_file, "",
          "File of rules that say who may do what (deploy/README.md); empty: everybody everything. Read again when it "
          "changes.");
ABSL_FLAG(int, max_client_calls, 256,
          "Calls, streams among them, that one client may have in flight; further ones are "
          "refused. A client is known by its name in --access_file, else by its address.");
ABSL_FLAG(uint64_t, client_messages_per_second, 0,
          "Requests and messages of streams that one client may send a second. Requests beyond are refused, streams "
          "slowed down. 0: no limit.");
ABSL_FLAG(ByteSize, client_bytes_per_second, ByteSize{0},
          "Bytes of those that one client may send a second; 0: no limit.");
ABSL_FLAG(ByteSize, rpc_memory, MiB(256),
          "Memory of gRPC's buffers over all connections; near it, reading slows down.");
ABSL_FLAG(int, max_streams_per_connection, 1024, "Calls that one connection may have in flight; further ones wait.");

namespace factline::host {

ServerOptions ServerOptionsFromFlags(const std::string& listen) {
  ServerOptions options;
  options.listen = listen;
  options.insecure = absl::GetFlag(FLAGS_insecure);
  options.tls = {.certificate = {"tls_certificate", absl::GetFlag(FLAGS_tls_certificate)},
                 .key = {"tls_key", absl::GetFlag(FLAGS_tls_key)},
                 .ca = {"tls_client_ca", absl::GetFlag(FLAGS_tls_client_ca)}};
  options.require_client_certificate = absl::GetFlag(FLAGS_require_client_certificate);
  options.access_rules = {"access_file", absl::GetFlag(FLAGS_access_file)};
  options.limits.max_calls = absl::GetFlag(FLAGS_max_client_calls);
  options.limits.messages_per_second = absl::GetFlag(FLAGS_client_messages_per_second);
  options.limits.bytes_per_second = absl::GetFlag(FLAGS_client_bytes_per_second).bytes;
  options.slow_call = absl::GetFlag(FLAGS_slow_call);
  options.address_file = absl::GetFlag(FLAGS_address_file);
  options.rpc_memory_bytes = absl::GetFlag(FLAGS_rpc_memory).bytes;
  options.max_streams_per_connection = absl::GetFlag(FLAGS_max_streams_per_connection);
  return options;
}

std::optional<absl::Status> HealthCheckFromFlags() {
  const std::string wanted = absl::GetFlag(FLAGS_health_check);
  if (wanted.empty()) return std::nullopt;
  if (wanted != "serving" && wanted != "answering") {
    return absl::InvalidArgumentError(Cat("--health_check=", wanted, ": want serving or answering"));
  }
  // Each server defines a --listen with its own default.
  const std::string listen = absl::FindCommandLineFlag("listen")->CurrentValue();
  return CheckHealth(ServerOptionsFromFlags(listen),
                     wanted == "serving" ? HealthWanted::kServing : HealthWanted::kAnswering,
                     absl::GetFlag(FLAGS_health_check_timeout));
}

LogFormat LogFormatFromFlags() { return absl::GetFlag(FLAGS_log_format); }

bool MetricsFromFlags() { return !absl::GetFlag(FLAGS_metrics_listen).empty(); }

absl::StatusOr<std::unique_ptr<MetricsDoor>> OpenMetricsFromFlags(CollectMetrics collect) {
  if (!MetricsFromFlags()) return nullptr;
  return MetricsDoor::Open({.listen = absl::GetFlag(FLAGS_metrics_listen),
                            .insecure = absl::GetFlag(FLAGS_metrics_insecure),
                            .address_file = absl::GetFlag(FLAGS_metrics_address_file)},
                           [collect = std::move(collect)](MetricSink& sink) {
                             sink.Gauge("factline_build_info", "1; the version stands in the label.", 1,
                                        {{"version", std::string(kVersion)}});
                             CollectProcess(sink);
                             collect(sink);
                           });
}

bool InsecureFromFlags() { return absl::GetFlag(FLAGS_insecure); }

absl::Duration DrainTimeoutFromFlags() { return absl::GetFlag(FLAGS_drain_timeout); }

absl::StatusOr<std::string> DataSubdirectory(std::string_view name) {
  std::filesystem::path directory = absl::GetFlag(FLAGS_data_dir);
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return absl::FailedPreconditionError(Cat("--data_dir=", directory.string(), ": ", error.message()));
  return (directory / name).string();
}

}  // namespace factline::host
