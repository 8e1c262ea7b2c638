#include "deploy/host/metrics.h"

#include <netinet/in.h>
#include <prometheus/collectable.h>
#include <prometheus/exposer.h>
#include <prometheus/metric_family.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <exception>
#include <limits>
#include <thread>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "deploy/host/listen_address.h"
#include "deploy/host/log_line.h"
#include "protos/vocab/status.h"

namespace factline::host {
namespace {

prometheus::MetricType TypeOf(MetricKind kind) {
  switch (kind) {
    case MetricKind::kCounter:
      return prometheus::MetricType::Counter;
    case MetricKind::kGauge:
      return prometheus::MetricType::Gauge;
    case MetricKind::kHistogram:
      return prometheus::MetricType::Histogram;
  }
  std::abort();
}

prometheus::ClientMetric::Histogram ToPrometheus(const DurationHistogram::Counts& counts) {
  prometheus::ClientMetric::Histogram histogram;
  for (size_t i = 0; i < counts.of_class.size(); ++i) {
    histogram.sample_count += counts.of_class[i];
    const bool has_bound = i < DurationHistogram::kBounds.size();
    histogram.bucket.push_back({.cumulative_count = histogram.sample_count,
                                .upper_bound = has_bound ? absl::ToDoubleSeconds(DurationHistogram::kBounds[i])
                                                         : std::numeric_limits<double>::infinity()});
  }
  histogram.sample_sum = absl::ToDoubleSeconds(counts.sum);
  return histogram;
}

prometheus::ClientMetric ToPrometheus(MetricKind kind, const MetricSample& sample) {
  prometheus::ClientMetric metric;
  for (const auto& [name, value] : sample.labels) metric.label.push_back({name, value});
  if (kind == MetricKind::kCounter) metric.counter.value = sample.value;
  if (kind == MetricKind::kGauge) metric.gauge.value = sample.value;
  if (sample.distribution.has_value()) metric.histogram = ToPrometheus(*sample.distribution);
  return metric;
}

class Collector final : public prometheus::Collectable {
 public:
  explicit Collector(CollectMetrics collect) : collect_(std::move(collect)) {}

  std::vector<prometheus::MetricFamily> Collect() const override {
    MetricSink sink;
    collect_(sink);
    std::vector<prometheus::MetricFamily> families;
    for (const auto& [name, family] : sink.families()) {
      prometheus::MetricFamily& to = families.emplace_back();
      to.name = name;
      to.help = family.help;
      to.type = TypeOf(family.kind);
      for (const MetricSample& sample : family.samples) to.metric.push_back(ToPrometheus(family.kind, sample));
    }
    return families;
  }

 private:
  const CollectMetrics collect_;
};

// Connects to a port of this machine and leaves again. In vain where another address alone is listened on.
void Knock(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return;
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(static_cast<uint16_t>(port));
  (void)connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  close(fd);
}

class ExposedDoor final : public MetricsDoor {
 public:
  ExposedDoor(const MetricsOptions& options, CollectMetrics collect)
      : options_(options), collector_(std::make_shared<Collector>(std::move(collect))) {}

  // The library looks whether it is to end when a connection comes, and otherwise every two seconds: so some come.
  ~ExposedDoor() override {
    std::atomic<bool> is_closed = exposer_ == nullptr;
    std::thread knocking([this, &is_closed] {
      while (!is_closed) {
        Knock(port_);
        absl::SleepFor(absl::Milliseconds(5));
      }
    });
    exposer_.reset();
    is_closed = true;
    knocking.join();
    if (!options_.address_file.empty() && !address_.empty()) unlink(options_.address_file.c_str());
  }

  // A machine need have no file of hosts that knows localhost.
  static std::string Numeric(const std::string& listen) {
    constexpr std::string_view kLocalhost = "localhost:";
    return listen.starts_with(kLocalhost) ? Cat("127.0.0.1:", listen.substr(kLocalhost.size())) : listen;
  }

  absl::Status Listen() {
    // The library tells of trouble by exceptions: they end here.
    try {
      exposer_ = std::make_unique<prometheus::Exposer>(
          std::vector<std::string>{"listening_ports", Numeric(options_.listen), "num_threads", "4",
                                   "request_timeout_ms", "1000", "max_request_size", "8192"});
      const std::vector<int> ports = exposer_->GetListeningPorts();
      if (ports.size() != 1) return CannotListen("it names more than one");
      exposer_->RegisterCollectable(collector_);
      port_ = ports.front();
      address_ = WithPort(options_.listen, port_);
    } catch (const std::exception& e) {
      return CannotListen(e.what());
    }
    return options_.address_file.empty() ? absl::OkStatus() : WriteAddressFile(options_.address_file, address_);
  }

  const std::string& address() const override { return address_; }

 private:
  absl::Status CannotListen(std::string_view why) const {
    return absl::FailedPreconditionError(Cat("cannot listen on --metrics_listen=", options_.listen,
                                             ": the port is taken by another process, or the address is not one of "
                                             "this machine (",
                                             why, "); port 0 takes any free one"));
  }

  const MetricsOptions options_;
  const std::shared_ptr<Collector> collector_;
  std::unique_ptr<prometheus::Exposer> exposer_;
  std::string address_;
  int port_ = 0;
};

}  // namespace

void MetricSink::Counter(std::string_view name, std::string_view help, uint64_t value, MetricLabels labels) {
  Add(MetricKind::kCounter, name, help, {std::move(labels), static_cast<double>(value), std::nullopt});
}

void MetricSink::Seconds(std::string_view name, std::string_view help, double seconds, MetricLabels labels) {
  Add(MetricKind::kCounter, name, help, {std::move(labels), seconds, std::nullopt});
}

void MetricSink::Gauge(std::string_view name, std::string_view help, double value, MetricLabels labels) {
  Add(MetricKind::kGauge, name, help, {std::move(labels), value, std::nullopt});
}

void MetricSink::Histogram(std::string_view name, std::string_view help, const DurationHistogram::Counts& counts,
                           MetricLabels labels) {
  Add(MetricKind::kHistogram, name, help, {std::move(labels), 0, counts});
}

void MetricSink::Add(MetricKind kind, std::string_view name, std::string_view help, MetricSample sample) {
  auto it = families_.find(name);
  if (it == families_.end()) it = families_.emplace(name, MetricFamily{kind, std::string(help), {}}).first;
  if (it->second.kind != kind) std::abort();  // one name, one kind: only our own code can break that
  it->second.samples.push_back(std::move(sample));
}

absl::StatusOr<std::unique_ptr<MetricsDoor>> MetricsDoor::Open(const MetricsOptions& options, CollectMetrics collect) {
  FL_RETURN_IF_ERROR(CheckMetricsAddress(options.listen, options.insecure));
  auto door = std::make_unique<ExposedDoor>(options, std::move(collect));
  FL_RETURN_IF_ERROR(door->Listen());
  if (!IsLoopback(options.listen)) {
    Log(Severity::kWarning, "--metrics_insecure: other machines can read the metrics, which trust the network",
        {{"metrics_listen", options.listen}});
  }
  Log(Severity::kInfo, "metrics", {{"address", door->address()}});
  return door;
}

}  // namespace factline::host
