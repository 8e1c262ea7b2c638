#ifndef FACTLINE_DEPLOY_HOST_METRICS_H_
#define FACTLINE_DEPLOY_HOST_METRICS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "protos/vocab/duration_histogram.h"
#include "protos/vocab/engine_stats.h"

namespace factline::host {

enum class MetricKind { kCounter, kGauge, kHistogram };

// Values of few and known sets only: never a client, a source or an article.
using MetricLabels = std::vector<std::pair<std::string, std::string>>;

struct MetricSample {
  MetricLabels labels;
  double value = 0;                                       // of counters and gauges
  std::optional<DurationHistogram::Counts> distribution;  // of histograms
};

struct MetricFamily {
  MetricKind kind;
  std::string help;
  std::vector<MetricSample> samples;
};

// What one look at a process finds, by the metric's name. Names, kinds and labels are a contract with those who watch:
// each stands in deploy/observe/METRICS.md, and a test holds both against each other.
class MetricSink {
 public:
  // `help`: one sentence.
  void Counter(std::string_view name, std::string_view help, uint64_t value, MetricLabels labels = {});
  void Seconds(std::string_view name, std::string_view help, double seconds, MetricLabels labels = {});  // a counter
  void Gauge(std::string_view name, std::string_view help, double value, MetricLabels labels = {});
  void Histogram(std::string_view name, std::string_view help, const DurationHistogram::Counts& counts,
                 MetricLabels labels = {});

  const std::map<std::string, MetricFamily, std::less<>>& families() const { return families_; }

 private:
  void Add(MetricKind kind, std::string_view name, std::string_view help, MetricSample sample);

  std::map<std::string, MetricFamily, std::less<>> families_;
};

// Called at each look, by threads of the door, several at the same time; must be safe then and must not wait for the
// disk.
using CollectMetrics = std::function<void(MetricSink&)>;

// This process: memory, files, processor time (the names that Prometheus' own client libraries use).
void CollectProcess(MetricSink& sink);

// `store`: "log" or "index".
void CollectEngine(const EngineStats& stats, std::string_view store, MetricSink& sink);

struct MetricsOptions {
  std::string listen;        // "HOST:PORT" of IPv4; port 0: any free one
  bool insecure = false;     // allow a `listen` that other machines can reach
  std::string address_file;  // gets "host:port" once it listens; empty: none
};

// Serves metrics to Prometheus: plain HTTP at /metrics, in its text format. A look costs the process nothing until it
// comes.
class MetricsDoor {
 public:
  // FAILED_PRECONDITION: the address may not or cannot be listened on; INVALID_ARGUMENT: it is none.
  static absl::StatusOr<std::unique_ptr<MetricsDoor>> Open(const MetricsOptions& options, CollectMetrics collect);
  virtual ~MetricsDoor() = default;  // waits for looks under way; removes the address file

  virtual const std::string& address() const = 0;  // "host:port", with the port that was chosen
};

}  // namespace factline::host

#endif  // FACTLINE_DEPLOY_HOST_METRICS_H_
