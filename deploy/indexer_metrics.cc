#include "deploy/indexer_metrics.h"

#include <algorithm>
#include <iterator>

namespace factline {
namespace {

struct SizeClass {
  const char* name;
  uint64_t max_bytes;
};
// One commit each; then what merges make of them.
constexpr SizeClass kFresh = {"fresh", 0};
constexpr SizeClass kSizes[] = {
    {"to_1MiB", 1 << 20}, {"to_16MiB", 16 << 20}, {"to_256MiB", 256 << 20}, {"over_256MiB", UINT64_MAX}};

const SizeClass& ClassOf(const store::SegmentInfo& segment) {
  if (segment.fresh) return kFresh;
  return *std::find_if(std::begin(kSizes), std::end(kSizes),
                       [&segment](const SizeClass& size) { return segment.bytes <= size.max_bytes; });
}

void CollectSegments(const std::vector<store::SegmentInfo>& segments, host::MetricSink& sink) {
  auto collect = [&](const SizeClass& size) {
    uint64_t count = 0, bytes = 0;
    for (const store::SegmentInfo& segment : segments) {
      if (&ClassOf(segment) != &size) continue;
      ++count;
      bytes += segment.bytes;
    }
    const host::MetricLabels labels = {{"size", size.name}};
    sink.Gauge("factline_index_segments", "Segments, by size; fresh: of one commit.", static_cast<double>(count),
               labels);
    sink.Gauge("factline_index_segment_bytes", "Bytes of those segments.", static_cast<double>(bytes), labels);
  };
  collect(kFresh);
  for (const SizeClass& size : kSizes) collect(size);
}

}  // namespace

void CollectProgress(const apply::Progress& progress, const DurationHistogram::Counts& commit_times, absl::Time now,
                     host::MetricSink& sink) {
  auto gauge = [&sink](std::string_view name, std::string_view help, uint64_t value) {
    sink.Gauge(name, help, static_cast<double>(value));
  };
  if (progress.heard_time.has_value()) {
    gauge("factline_index_lag_events", "Events of the log that are not in the index yet.", progress.lag_events());
    const absl::Duration lag = now - progress.oldest_waiting_time.value_or(now);
    sink.Gauge("factline_index_lag_seconds", "Age of the oldest event that is not in the index; 0 if there is none.",
               absl::ToDoubleSeconds(std::max(lag, absl::ZeroDuration())));
  }
  gauge("factline_index_offset", "Events before it are in the index, durably.", progress.indexed_offset.value());
  gauge("factline_index_log_end_offset", "The log's end, as last heard.", progress.log_end_offset.value());
  gauge("factline_index_progressing", "1 while the log is heard and the index written, else 0.",
        progress.stall.empty());
  if (progress.heard_time.has_value()) {
    sink.Gauge("factline_index_log_heard_timestamp_seconds", "When the log last answered, in seconds since 1970.",
               absl::ToDoubleSeconds(*progress.heard_time - absl::UnixEpoch()));
  }
  gauge("factline_index_pending_events", "Events read from the log and not committed yet.", progress.pending_events);
  gauge("factline_index_pending_bytes", "Bytes of those events.", progress.pending_bytes);
  sink.Counter("factline_index_commits_total", "Commits, of one or more events each.", progress.commits);
  sink.Counter("factline_index_indexed_articles_total", "Versions of articles put into the index.", progress.articles);
  sink.Counter("factline_index_withdrawn_articles_total", "Articles withdrawn from the index.", progress.deletions);
  sink.Counter("factline_index_found_facts_total", "Statements found in the articles, the same ones each time.",
               progress.facts);
  sink.Counter("factline_index_skipped_events_total", "Events that could not be indexed at all.",
               progress.skipped_events);
  sink.Counter("factline_index_degraded_events_total", "Articles indexed by their words alone.",
               progress.degraded_events);
  sink.Histogram("factline_index_commit_delay_seconds", "From an event's acceptance by the ingestor to its commit.",
                 commit_times);
}

void CollectIndex(const absl::StatusOr<store::IndexInfo>& described, host::MetricSink& sink) {
  sink.Gauge("factline_index_described", "1 when the index could say what it holds, else 0.", described.ok());
  if (!described.ok()) return;
  const store::IndexInfo& info = *described;
  auto gauge = [&sink](std::string_view name, std::string_view help, uint64_t value) {
    sink.Gauge(name, help, static_cast<double>(value));
  };
  gauge("factline_index_generation", "Grows with each commit and merge.", info.generation);
  gauge("factline_index_articles", "Articles that searches find.", info.live_docs);
  gauge("factline_index_deleted_articles", "Replaced or withdrawn versions that merges have not purged yet.",
        info.deleted_docs);
  gauge("factline_index_facts", "Facts, the same statement of several articles counted once.", info.facts);
  gauge("factline_index_entities", "Entities.", info.entities);
  gauge("factline_index_disk_bytes", "What the index takes on disk.", info.disk_bytes);
  CollectSegments(info.segments, sink);
  sink.Counter("factline_index_merges_total", "Merges of segments.", info.merges);
  sink.Counter("factline_index_merged_bytes_total", "Bytes of the segments that merges wrote.", info.merged_bytes);
  host::CollectEngine(info.engine, "index", sink);
}

void CollectIndexDisk(uint64_t free_bytes, uint64_t reserve_bytes, host::MetricSink& sink) {
  sink.Gauge("factline_disk_free_bytes", "Free on the disk of the store.", static_cast<double>(free_bytes),
             {{"store", "index"}});
  sink.Gauge("factline_disk_reserve_bytes", "Free space below which nothing new is written, --min_free_bytes.",
             static_cast<double>(reserve_bytes), {{"store", "index"}});
}

}  // namespace factline
