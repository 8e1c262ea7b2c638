#include "deploy/query_metrics.h"

#include <algorithm>
#include <memory>

namespace factline {

void CollectFollower(const query::IndexFollower& follower, absl::Time now, host::MetricSink& sink) {
  auto gauge = [&sink](std::string_view name, std::string_view help, uint64_t value) {
    sink.Gauge(name, help, static_cast<double>(value));
  };
  const absl::StatusOr<std::shared_ptr<const store::IndexView>> view = follower.View();
  gauge("factline_query_index_ready", "1 once there is an index to answer from, else 0.", view.ok());
  if (const std::optional<absl::Time> caught_up = follower.caught_up_time(); caught_up.has_value()) {
    sink.Gauge("factline_query_caught_up_age_seconds",
               "How long ago the index was last seen to have no more than this.",
               absl::ToDoubleSeconds(std::max(now - *caught_up, absl::ZeroDuration())));
  }
  if (!view.ok()) return;
  gauge("factline_query_visible_offset", "Queries see the events before it.", (*view)->visible_offset().value());
  gauge("factline_query_generation", "Of the index that queries see.", (*view)->generation());
  gauge("factline_query_segments", "Segments that a query walks over.", (*view)->segments().size());
  gauge("factline_query_articles", "Articles that queries find.", (*view)->stats().live_docs);
  host::CollectEngine((*view)->engine_stats(), "index", sink);
}

void CollectWorkers(const query::QueryService& service, host::MetricSink& sink) {
  const query::WorkerPool::Load load = service.load();
  sink.Gauge("factline_query_waiting_requests", "Requests that wait for a worker, of --max_waiting.",
             static_cast<double>(load.waiting));
  sink.Gauge("factline_query_running_requests", "Requests being answered, by at most --workers.",
             static_cast<double>(load.running));
  sink.Gauge("factline_query_facet_cache_bytes", "Columns that facets are counted by, of --facet_cache.",
             static_cast<double>(service.facet_cache_bytes()));
}

}  // namespace factline
