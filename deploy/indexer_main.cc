// The indexer: follows the log's tail, extracts, and keeps the index.
#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_split.h"
#include "deploy/host/backup_service.h"
#include "deploy/host/byte_size.h"
#include "deploy/host/channel.h"
#include "deploy/host/log_line.h"
#include "deploy/host/process.h"
#include "deploy/host/rule_packs.h"
#include "deploy/host/server.h"
#include "deploy/indexer_metrics.h"
#include "indexer/apply/consumer.h"
#include "indexer/apply/document_builder.h"
#include "indexer/apply/merger.h"
#include "indexer/apply/verify.h"
#include "indexer/extract/extractor.h"
#include "indexer/service/admin_service.h"
#include "indexer/store/writer.h"
#include "indexer/text/analyzer.h"
#include "ingest/log/remote_reader.h"
#include "protos/vocab/disk_space.h"
#include "protos/vocab/status.h"
#include "protos/vocab/trace_context.h"

using factline::host::ByteSize;
using factline::host::MiB;

ABSL_FLAG(std::string, listen, "127.0.0.1:50052", "Address to serve on, HOST:PORT; port 0 takes any free one.");
ABSL_FLAG(std::string, log_address, "127.0.0.1:50051", "Where the ingestor serves the log.");
ABSL_FLAG(bool, log_tls, false,
          "Speak TLS with the ingestor and believe the system's authorities; --log_tls_ca implies it.");
ABSL_FLAG(std::string, log_tls_ca, "", "PEM file of the authorities whose word is taken for the ingestor.");
ABSL_FLAG(std::string, log_tls_certificate, "", "PEM file of the certificate to show to the ingestor; empty: none.");
ABSL_FLAG(std::string, log_tls_key, "", "PEM file of that certificate's key.");
ABSL_FLAG(std::string, log_tls_server_name, "",
          "Name that the ingestor's certificate must bear; empty: the host of --log_address.");
ABSL_FLAG(std::string, log_token_file, "",
          "File of the bearer token to show to the ingestor; empty: none. Over TLS alone, but for this machine.");
ABSL_FLAG(uint32_t, partition, 0, "The partition of the log that this index holds.");
ABSL_FLAG(std::string, consumer, "indexer",
          "Name under which the log knows this index; another index of the same partition needs another one. The log's "
          "retention waits for a name for ever once it has heard it, and from the first on for those that the ingestor "
          "is given as --await_consumers.");
ABSL_FLAG(std::vector<std::string>, rules, {}, "Files of rule packs, separated by commas, beside the built-in ones.");
ABSL_FLAG(bool, tagged_names, false,
          "Ask the trained tagger about every sentence, not only about unclear ones; an index keeps to one choice.");
ABSL_FLAG(int, workers, 1, "Threads that analyse and extract, beside the one that commits; 0: that one alone.");
ABSL_FLAG(ByteSize, min_free_bytes, MiB(512), "Free disk space below which nothing is written; 0: never pause.");
ABSL_FLAG(uint64_t, max_ready_lag, 5000, "Events behind the log's end up to which health says SERVING.");
ABSL_FLAG(uint64_t, max_batch_events, 512, "Events in one commit, at most.");
ABSL_FLAG(ByteSize, max_batch_bytes, MiB(8), "Bytes of events in one commit, at most; one larger event comes alone.");
ABSL_FLAG(uint64_t, max_fresh_segments, 24, "Small segments, of one commit each, that are merged once there are more.");
ABSL_FLAG(double, merge_share, 0.25,
          "Of one core, that merges of larger segments take while they keep up with commits; over 0 and at most 1: all "
          "they get. While articles wait too long for their commit merges stand still, as long as they keep up.");
ABSL_FLAG(ByteSize, merge_rate, MiB(64), "Bytes a second that merges may write; 0: as fast as the disk takes it.");
ABSL_FLAG(absl::Duration, segment_grace, absl::Seconds(30),
          "How long segments that a merge has replaced stay readable; longer than the slowest query.");
ABSL_FLAG(ByteSize, index_cache, MiB(32), "RocksDB's block cache of the index.");
ABSL_FLAG(ByteSize, index_write_buffer, MiB(64), "RocksDB's write buffers of the index, together.");

namespace factline {
namespace {

store::WriterOptions WriterOptionsFor(std::string index_dir, const extract::Extractor& extractor) {
  store::WriterOptions options;
  options.index_dir = std::move(index_dir);
  options.versions = apply::CurrentVersions(extractor);
  options.block_cache_bytes = absl::GetFlag(FLAGS_index_cache).bytes;
  options.write_buffer_bytes = absl::GetFlag(FLAGS_index_write_buffer).bytes;
  options.engine_counters = host::MetricsFromFlags();
  options.max_fresh_segments = absl::GetFlag(FLAGS_max_fresh_segments);
  options.merge_bytes_per_second = absl::GetFlag(FLAGS_merge_rate).bytes;
  options.segment_grace = absl::GetFlag(FLAGS_segment_grace);
  return options;
}

host::DialOptions LogDialOptions() {
  return {.tls = absl::GetFlag(FLAGS_log_tls),
          .files = {.certificate = {"log_tls_certificate", absl::GetFlag(FLAGS_log_tls_certificate)},
                    .key = {"log_tls_key", absl::GetFlag(FLAGS_log_tls_key)},
                    .ca = {"log_tls_ca", absl::GetFlag(FLAGS_log_tls_ca)}},
          .server_name = absl::GetFlag(FLAGS_log_tls_server_name),
          .token_file = {"log_token_file", absl::GetFlag(FLAGS_log_token_file)},
          .insecure = host::InsecureFromFlags(),
          .watch = true};
}

bool HasRoom(const std::string& path) {
  absl::StatusOr<uint64_t> free_bytes = FreeDiskBytes(path);
  return free_bytes.ok() && *free_bytes >= absl::GetFlag(FLAGS_min_free_bytes).bytes;
}

host::Severity SeverityOf(apply::Severity severity) {
  switch (severity) {
    case apply::Severity::kInfo:
      return host::Severity::kInfo;
    case apply::Severity::kWarning:
      return host::Severity::kWarning;
    case apply::Severity::kError:
      return host::Severity::kError;
  }
  std::abort();
}

void Warn(std::string_view line) { host::Log(host::Severity::kWarning, line); }

constexpr int kMaxTraceLines = 200;  // a second

std::string_view WordsFor(const apply::TracedCommit& commit) {
  if (!commit.kind.has_value()) return "event skipped";
  switch (*commit.kind) {
    case store::Change::Kind::kPut:
      return "article searchable";
    case store::Change::Kind::kDelete:
      return "article withdrawn";
    case store::Change::Kind::kPage:
      return "page kept";
  }
  std::abort();
}

// One line for each event of a sampled trace. Clients decide what is sampled, so lines are cut off.
void LogTraced(const apply::TracedCommit& commit) {
  static host::LineBudget& budget = *new host::LineBudget(kMaxTraceLines);
  const std::optional<uint64_t> unsaid = budget.Take();
  if (!unsaid.has_value()) return;
  auto ms_since_accepted = [&commit](absl::Time time) {
    return Cat(absl::ToInt64Milliseconds(time - commit.accepted_time));
  };
  host::Log(host::Severity::kInfo, WordsFor(commit),
            {{"trace_id", std::string(TraceIdOf(commit.traceparent))},
             {commit.kind == store::Change::Kind::kPage ? "page" : "article", std::string(commit.id)},
             {"offset", Cat(commit.offset.value())},
             {"read_ms", ms_since_accepted(commit.read_time)},
             {"committed_ms", ms_since_accepted(commit.committed_time)},
             {"unsaid", Cat(*unsaid)}});
}

void CollectIndexer(const apply::Consumer& consumer, const store::Writer& writer, const std::string& index_dir,
                    host::MetricSink& sink) {
  CollectProgress(consumer.progress(), consumer.commit_times(), absl::Now(), sink);
  CollectIndex(writer.Info(), sink);
  if (const absl::StatusOr<uint64_t> free_bytes = FreeDiskBytes(index_dir); free_bytes.ok()) {
    CollectIndexDisk(*free_bytes, absl::GetFlag(FLAGS_min_free_bytes).bytes, sink);
  }
}

apply::ConsumerOptions ConsumerOptionsFor(const std::string& index_dir) {
  apply::ConsumerOptions options;
  options.partition = Partition(absl::GetFlag(FLAGS_partition));
  options.builder_threads = absl::GetFlag(FLAGS_workers);
  options.max_batch_events = std::max<uint64_t>(1, absl::GetFlag(FLAGS_max_batch_events));
  options.max_batch_bytes = std::max<uint64_t>(1, absl::GetFlag(FLAGS_max_batch_bytes).bytes);
  options.disk_reserve_bytes = absl::GetFlag(FLAGS_min_free_bytes).bytes;
  options.free_bytes = [index_dir] { return FreeDiskBytes(index_dir); };
  options.log = [](apply::Severity severity, std::string_view line) { host::Log(SeverityOf(severity), line); };
  options.traced = LogTraced;
  return options;
}

host::Readiness ReadinessOf(const apply::Progress& progress) {
  if (!progress.stall.empty()) return {false, progress.stall};
  if (!progress.heard_time.has_value()) return {false, "the log was not heard yet"};
  uint64_t max_lag = absl::GetFlag(FLAGS_max_ready_lag);
  if (progress.lag_events() > max_lag) return {false, Cat(progress.lag_events(), " events behind the log")};
  return {};
}

// Whether what was read from the log waits longer for its commit than the pace of commits explains. In a bulk load that
// is so nearly always, and merges then run only once they are behind.
bool ArticlesWait(const apply::Progress& progress) {
  const absl::Duration usual = 2 * apply::ConsumerOptions().min_commit_interval;
  return progress.stall.empty() && progress.waiting_since.has_value() && absl::Now() - *progress.waiting_since > usual;
}

// The consumer and the mergers, each on a thread of its own.
class Workers {
 public:
  Workers(apply::Consumer& consumer, std::vector<apply::Merger*> mergers)
      : consumer_(consumer), mergers_(std::move(mergers)) {
    consumer_thread_ = std::thread([this] {
      absl::Status status = consumer_.Run();
      std::lock_guard lock(mutex_);
      status_ = std::move(status);
    });
    for (apply::Merger* merger : mergers_) merger_threads_.emplace_back([merger] { merger->Run(); });
  }
  ~Workers() { Stop(); }

  // What ended the consumer; OK while it runs.
  absl::Status status() const {
    std::lock_guard lock(mutex_);
    return status_;
  }

  void Stop() {
    consumer_.Stop();
    for (apply::Merger* merger : mergers_) merger->Stop();
    if (consumer_thread_.joinable()) consumer_thread_.join();
    for (std::thread& thread : merger_threads_) thread.join();
    merger_threads_.clear();
  }

 private:
  apply::Consumer& consumer_;
  const std::vector<apply::Merger*> mergers_;
  mutable std::mutex mutex_;
  absl::Status status_;  // guarded by mutex_
  std::thread consumer_thread_;
  std::vector<std::thread> merger_threads_;
};

absl::Status Run() {
  if (const double share = absl::GetFlag(FLAGS_merge_share); !(share > 0 && share <= 1)) {
    return absl::InvalidArgumentError("--merge_share must be over 0 and at most 1");
  }
  text::Analyzer analyzer;
  FL_RETURN_IF_ERROR(host::CheckCountFlag("workers", absl::GetFlag(FLAGS_workers), 0));
  FL_ASSIGN_OR_RETURN(std::vector<extract::RulePackSource> packs, host::LoadRulePacks(absl::GetFlag(FLAGS_rules)));
  FL_ASSIGN_OR_RETURN(std::unique_ptr<extract::Extractor> extractor,
                      extract::Extractor::Create(packs, {.tagged_names = absl::GetFlag(FLAGS_tagged_names)}));
  FL_ASSIGN_OR_RETURN(std::string index_dir, host::DataSubdirectory("index"));
  FL_ASSIGN_OR_RETURN(std::unique_ptr<store::Writer> writer,
                      store::Writer::Open(WriterOptionsFor(index_dir, *extractor)));
  FL_ASSIGN_OR_RETURN(std::shared_ptr<grpc::Channel> channel,
                      host::Dial(absl::GetFlag(FLAGS_log_address), LogDialOptions()));
  log::RemoteReader reader(std::move(channel), {.consumer = absl::GetFlag(FLAGS_consumer)});
  apply::DocumentBuilder builder(analyzer, *extractor);
  apply::Consumer consumer(reader, *writer, builder, ConsumerOptionsFor(index_dir));
  // Fresh segments do not wait for a long merge of others.
  apply::MergerOptions merging = {.scope = store::MergeScope::kFresh,
                                  .should_wait = [&consumer] { return ArticlesWait(consumer.progress()); },
                                  .max_paced_segments = 2 * absl::GetFlag(FLAGS_max_fresh_segments),
                                  .may_merge = [&index_dir] { return HasRoom(index_dir); },
                                  .log = Warn};
  apply::Merger fresh_merger(*writer, merging);
  merging.scope = store::MergeScope::kLevels;
  merging.cpu_share = absl::GetFlag(FLAGS_merge_share);
  merging.max_paced_segments = apply::MergerOptions().max_paced_segments;
  apply::Merger level_merger(*writer, merging);
  service::AdminService admin_service(*writer, apply::CurrentVersions(*extractor),
                                      [&consumer] { return consumer.progress(); });
  host::BackupService backup_service(host::BackupsFromFlags("index", absl::GetFlag(FLAGS_min_free_bytes)),
                                     [&writer](RocksBackups& backups, std::string_view name) {
                                       return writer->Backup(backups, name, Partition(absl::GetFlag(FLAGS_partition)));
                                     });
  FL_ASSIGN_OR_RETURN(std::unique_ptr<host::Server> server,
                      host::Server::Start(host::ServerOptionsFromFlags(absl::GetFlag(FLAGS_listen)),
                                          {{&admin_service, "factline.v1.AdminService",
                                            [&consumer] { return ReadinessOf(consumer.progress()); }},
                                           {&backup_service, "factline.v1.BackupService", nullptr}}));
  FL_ASSIGN_OR_RETURN(const std::unique_ptr<host::MetricsDoor> metrics,
                      host::OpenMetricsFromFlags([&](host::MetricSink& sink) {
                        server->Collect(sink);
                        CollectIndexer(consumer, *writer, index_dir, sink);
                      }));
  Workers workers(consumer, {&fresh_merger, &level_merger});
  host::LogServing(*server);
  absl::Status stopped = host::WaitForStop([&workers] { return workers.status(); });
  server->Retire();
  backup_service.Stop();
  workers.Stop();
  host::LogDrained(server->Drain(host::DrainTimeoutFromFlags()));
  return stopped;
}

}  // namespace
}  // namespace factline

int main(int argc, char** argv) {
  const factline::host::ServerPage page = {
      .name = "indexer",
      .summary = "follows the log, finds entities and facts, and keeps the index",
      .description =
          "Follows one partition of the ingestor's log, analyses each article, extracts entities and facts, and "
          "commits them to the index in --data_dir, which query servers read. It goes on where its index stands: "
          "stopped, killed or behind, it loses nothing, as long as the log has the events.\n"
          "An index is of one analyser, extractor and set of rule packs; with others it is refused, and 'factline "
          "admin rebuild' makes it anew.",
      .files =
          "DATA_DIR/index      the index, a RocksDB: one indexer at a time has it open\n"
          "BACKUP_DIR/index    its backups (factline admin backup, factline restore)",
      .examples =
          "indexer --data_dir=/var/lib/factline --log_address=127.0.0.1:50051\n"
          "indexer --flagfile=/etc/factline/indexer.flags --rules=/etc/factline/our.rules",
  };
  factline::host::InitProcess(page, argc, argv);
  return factline::host::Finish(factline::Run());
}
