#include "deploy/ingestor_metrics.h"

#include <map>
#include <string>

#include "absl/time/time.h"
#include "protos/vocab/cat.h"

namespace factline {
namespace {

void CollectPartition(const log::PartitionState& state, host::MetricSink& sink) {
  const host::MetricLabels labels = {{"partition", Cat(state.partition.value())}};
  auto gauge = [&](std::string_view name, std::string_view help, uint64_t value) {
    sink.Gauge(name, help, static_cast<double>(value), labels);
  };
  gauge("factline_log_first_offset", "The oldest event that the log still has.", state.first_offset.value());
  gauge("factline_log_end_offset", "The offset that the next event will get.", state.end_offset.value());
  gauge("factline_log_consumed_offset", "Before it all consumers have made their work durable.",
        state.consumed_offset.value());
  gauge("factline_log_lag_events", "Events that the slowest consumer has not made durable yet.",
        state.end_offset.value() - state.consumed_offset.value());
  if (state.newest_event_time == absl::InfinitePast()) return;
  sink.Gauge("factline_log_newest_event_timestamp_seconds",
             "When the newest event was accepted, in seconds since 1970.",
             absl::ToDoubleSeconds(state.newest_event_time - absl::UnixEpoch()), labels);
}

}  // namespace

void CollectIngest(const accept::Acceptor& acceptor, host::MetricSink& sink) {
  const accept::AcceptorCounts counts = acceptor.counts();
  constexpr std::string_view kItems = "factline_ingest_items_total";
  constexpr std::string_view kItemsHelp = "Items answered, by what became of them.";
  sink.Counter(kItems, kItemsHelp, counts.accepted_items, {{"result", "accepted"}});
  sink.Counter(kItems, kItemsHelp, counts.duplicate_items, {{"result", "duplicate"}});
  sink.Counter(kItems, kItemsHelp, counts.rejected_items, {{"result", "rejected"}});
  std::map<std::string, uint64_t> rejections = counts.rejections;
  // There from the start, so that the first one is seen as a rise.
  for (const char* reason : {"INVALID_ARGUMENT", "NOT_FOUND", "QUEUE_FULL", "DISK_NEARLY_FULL", "UNAVAILABLE"}) {
    rejections.try_emplace(reason, 0);
  }
  for (const auto& [reason, items] : rejections) {
    sink.Counter("factline_ingest_rejected_items_total", "Items rejected, by the reason that the client was told.",
                 items, {{"reason", reason}});
  }
  sink.Counter("factline_ingest_articles_total", "Articles put or withdrawn by accepted items.",
               counts.accepted_articles);
  sink.Histogram("factline_ingest_item_duration_seconds", "From an item's arrival to its answer, once it is durable.",
                 acceptor.answer_times());
  sink.Gauge("factline_ingest_waiting_items", "Items that are to become durable.",
             static_cast<double>(counts.waiting_items));
  sink.Gauge("factline_ingest_waiting_bytes", "Memory that they take, of --queue_bytes.",
             static_cast<double>(counts.waiting_bytes));
}

void CollectLog(const log::EmbeddedLog& log, host::MetricSink& sink) {
  const log::LogState state = log.Describe();
  for (const log::PartitionState& partition : state.partitions) CollectPartition(partition, sink);
  sink.Gauge("factline_log_bytes", "What the log takes on disk.", static_cast<double>(state.log_bytes));
  sink.Gauge("factline_log_accepting", "1 while the log takes events, else 0.", state.admission.ok());
  sink.Gauge("factline_disk_free_bytes", "Free on the disk of the store.", static_cast<double>(state.disk_free_bytes),
             {{"store", "log"}});
  sink.Gauge("factline_disk_reserve_bytes", "Free space below which nothing new is written, --min_free_bytes.",
             static_cast<double>(state.disk_reserve_bytes), {{"store", "log"}});
  host::CollectEngine(log.engine_stats(), "log", sink);
}

}  // namespace factline
