// The ingestor: takes news in over gRPC, keeps it in the embedded log, and serves the log's tail.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "deploy/host/backup_service.h"
#include "deploy/host/byte_size.h"
#include "deploy/host/event_size.h"
#include "deploy/host/log_line.h"
#include "deploy/host/process.h"
#include "deploy/host/server.h"
#include "deploy/ingestor_metrics.h"
#include "ingest/accept/acceptor.h"
#include "ingest/log/embedded_log.h"
#include "ingest/log/log_service.h"
#include "ingest/service/ingest_service.h"
#include "protos/vocab/status.h"
#include "protos/vocab/trace_context.h"

using factline::host::ByteSize;
using factline::host::GiB;
using factline::host::MiB;

ABSL_FLAG(std::string, listen, "127.0.0.1:50051", "Address to serve on, HOST:PORT; port 0 takes any free one.");
ABSL_FLAG(ByteSize, max_article_bytes, MiB(1), "Largest body of an article; larger ones are rejected.");
ABSL_FLAG(ByteSize, max_page_bytes, MiB(4), "Largest page; larger ones are rejected.");
ABSL_FLAG(ByteSize, min_free_bytes, MiB(512),
          "Free disk space below which new items are refused; at least twice --log_write_buffer. 0: never refuse.");
ABSL_FLAG(
    ByteSize, log_retention_bytes, ByteSize{0},
    "Size of the log, before compression, above which the oldest indexed events are dropped; 0: keep all. Waits on "
    "each partition for every name that an indexer has read it under.");
ABSL_FLAG(absl::Duration, log_retention_age, absl::ZeroDuration(),
          "Age at which indexed events are dropped from the log; 0: keep all.");
ABSL_FLAG(std::vector<std::string>, await_consumers, std::vector<std::string>({"indexer"}),
          "Names, separated by commas, that retention waits for on every partition even before an indexer has read it "
          "under them: each indexer's --consumer that is to lose no event.");
ABSL_FLAG(
    std::vector<std::string>, forget_consumers, {},
    "Names, separated by commas, of indexers that shall never come again: the log forgets at this start that they "
    "have read it, and retention no longer waits for them. One that reads again is waited for again.");
ABSL_FLAG(uint32_t, partitions, 0,
          "Partitions of the log, 1 to 1024. 0: 1 for a new log, and for an old one the number it was made with; any "
          "other number than that is refused.");
ABSL_FLAG(absl::Duration, request_id_retention, absl::Hours(24 * 7),
          "How long a request_id is remembered, so that a retry is answered with the first result.");
ABSL_FLAG(uint32_t, prepare_threads, 2, "Threads that split and chunk what comes in.");
ABSL_FLAG(
    ByteSize, queue_bytes, MiB(64),
    "Memory of items that wait to become durable; streams are slowed down beyond, and items refused from twice as "
    "much on. 0: one item at a time.");
ABSL_FLAG(ByteSize, log_cache, MiB(32), "RocksDB's block cache of the log.");
ABSL_FLAG(ByteSize, log_write_buffer, MiB(64), "RocksDB's write buffers of the log, together.");

namespace factline {
namespace {

log::EmbeddedLogOptions LogOptions(std::string path) {
  log::EmbeddedLogOptions options;
  options.path = std::move(path);
  options.partitions = absl::GetFlag(FLAGS_partitions);
  options.retention_bytes = absl::GetFlag(FLAGS_log_retention_bytes).bytes;
  options.retention_age = absl::GetFlag(FLAGS_log_retention_age);
  options.consumers = absl::GetFlag(FLAGS_await_consumers);
  options.forgotten_consumers = absl::GetFlag(FLAGS_forget_consumers);
  options.disk_reserve_bytes = absl::GetFlag(FLAGS_min_free_bytes).bytes;
  options.block_cache_bytes = absl::GetFlag(FLAGS_log_cache).bytes;
  options.write_buffer_bytes = absl::GetFlag(FLAGS_log_write_buffer).bytes;
  options.engine_counters = host::MetricsFromFlags();
  return options;
}

constexpr int kMaxTraceLines = 200;  // a second

// One line for each article of an item of a sampled trace. Clients decide what is sampled, so lines are cut off.
void LogTraced(const accept::TracedAnswer& answer) {
  static host::LineBudget& budget = *new host::LineBudget(kMaxTraceLines);
  const accept::AcceptResult& result = answer.result;
  const std::string trace_id(TraceIdOf(answer.traceparent));
  if (!result.ok()) {
    if (const std::optional<uint64_t> unsaid = budget.Take(); unsaid.has_value()) {
      host::Log(host::Severity::kInfo, "item rejected",
                {{"trace_id", trace_id},
                 {"code", absl::StatusCodeToString(result.status().code())},
                 {"reason", ReasonOf(result.status()).value_or("-")},
                 {"unsaid", Cat(*unsaid)}});
    }
    return;
  }
  const std::string_view words = result->duplicate()  ? "article known already"
                                 : answer.is_deletion ? "article withdrawn"
                                                      : "article accepted";
  for (const v1::AcceptedArticle& article : result->articles()) {
    const std::optional<uint64_t> unsaid = budget.Take();
    if (!unsaid.has_value()) return;
    host::Log(host::Severity::kInfo, words,
              {{"trace_id", trace_id},
               {"article", article.article_id()},
               {"version", Cat(article.version())},
               {"partition", Cat(article.partition())},
               {"offset", Cat(article.offset())},
               {"unsaid", Cat(*unsaid)}});
  }
}

accept::AcceptorOptions AcceptorOptionsFromFlags() {
  accept::AcceptorOptions options;
  options.limits.max_article_bytes = absl::GetFlag(FLAGS_max_article_bytes).bytes;
  options.limits.max_page_bytes = absl::GetFlag(FLAGS_max_page_bytes).bytes;
  options.request_id_retention = absl::GetFlag(FLAGS_request_id_retention);
  options.prepare_threads = std::max<uint32_t>(1, absl::GetFlag(FLAGS_prepare_threads));
  options.queue_bytes = absl::GetFlag(FLAGS_queue_bytes).bytes;
  options.traced = LogTraced;
  return options;
}

host::ServerOptions Options() {
  host::ServerOptions options = host::ServerOptionsFromFlags(absl::GetFlag(FLAGS_listen));
  // Four times an item's cap: an item somewhat too large gets an answer that names the field, one far too large ends
  // its stream before it takes memory.
  uint64_t item = std::max(absl::GetFlag(FLAGS_max_article_bytes).bytes, absl::GetFlag(FLAGS_max_page_bytes).bytes);
  options.max_receive_bytes = std::min(4 * item + MiB(1).bytes, GiB(1).bytes);
  return options;
}

host::Readiness Accepting(const log::EmbeddedLog& log) {
  absl::Status admission = log.CheckAdmission();
  return {admission.ok(), std::string(admission.message())};
}

// Room for what RocksDB still has to write out of its buffers, in the worst case twice, when items are refused already.
absl::Status CheckReserve() {
  const ByteSize reserve = absl::GetFlag(FLAGS_min_free_bytes), buffers = absl::GetFlag(FLAGS_log_write_buffer);
  if (reserve.bytes == 0 || reserve.bytes >= 2 * buffers.bytes) return absl::OkStatus();
  return absl::InvalidArgumentError(Cat("--min_free_bytes=", reserve.bytes,
                                        " must be at least twice --log_write_buffer=", buffers.bytes,
                                        ": a full disk would find the buffers' contents without room"));
}

void LogForgotten(const log::EmbeddedLog& log) {
  for (const std::string& consumer : absl::GetFlag(FLAGS_forget_consumers)) {
    const bool is_known = log.forgotten_consumers().count(consumer) > 0;
    host::Log(is_known ? host::Severity::kInfo : host::Severity::kWarning,
              is_known ? "consumer forgotten" : "no consumer of this name has read the log: nothing to forget",
              {{"name", consumer}});
  }
}

absl::Status Run() {
  FL_RETURN_IF_ERROR(CheckReserve());
  FL_RETURN_IF_ERROR(host::CheckEventsFit(absl::GetFlag(FLAGS_max_article_bytes), absl::GetFlag(FLAGS_max_page_bytes)));
  FL_ASSIGN_OR_RETURN(std::string path, host::DataSubdirectory("log"));
  FL_ASSIGN_OR_RETURN(std::unique_ptr<log::EmbeddedLog> log, log::EmbeddedLog::Open(LogOptions(std::move(path))));
  LogForgotten(*log);
  accept::Acceptor acceptor(log.get(), AcceptorOptionsFromFlags());
  ingest::IngestService ingest_service(&acceptor, log.get());
  log::LogService log_service(log.get());
  host::BackupService backup_service(
      host::BackupsFromFlags("log", absl::GetFlag(FLAGS_min_free_bytes)),
      [&log](RocksBackups& backups, std::string_view name) { return log->Backup(backups, name); });
  FL_ASSIGN_OR_RETURN(std::unique_ptr<host::Server> server,
                      host::Server::Start(Options(), {{&ingest_service, "factline.v1.IngestService",
                                                       [&log] { return Accepting(*log); }},
                                                      {&backup_service, "factline.v1.BackupService", nullptr},
                                                      {&log_service, "factline.storage.v1.LogService", nullptr}}));
  FL_ASSIGN_OR_RETURN(const std::unique_ptr<host::MetricsDoor> metrics,
                      host::OpenMetricsFromFlags([&](host::MetricSink& sink) {
                        server->Collect(sink);
                        CollectIngest(acceptor, sink);
                        CollectLog(*log, sink);
                      }));
  host::LogServing(*server);
  // A log that failed must be opened anew: the process ends, so that whoever runs it starts another.
  absl::Status stopped = host::WaitForStop([&log] { return log->failure(); });
  // What was read is made durable and answered before calls are ended; the indexer keeps its tail to the last.
  server->Retire();
  backup_service.Stop();
  acceptor.Stop();
  ingest_service.Stop();
  log_service.Stop();
  host::LogDrained(server->Drain(host::DrainTimeoutFromFlags()));
  return stopped;
}

}  // namespace
}  // namespace factline

int main(int argc, char** argv) {
  const factline::host::ServerPage page = {
      .name = "ingestor",
      .summary = "takes news in, makes it durable, and serves the log to the indexer",
      .description =
          "Takes articles and pages in over gRPC (factline.v1.IngestService), splits pages into articles, and appends "
          "them to a log of its own in --data_dir. An item is acknowledged once it is on disk. Indexers follow the log "
          "(factline.storage.v1.LogService). The log is the source of truth: an index is made anew from it.\n"
          "Without TLS and rules of access it serves this machine alone, or wants --insecure.",
      .files =
          "DATA_DIR/log        the log, a RocksDB: one ingestor at a time has it open\n"
          "BACKUP_DIR/log      its backups (factline admin backup, factline restore)",
      .examples =
          "ingestor --data_dir=/var/lib/factline\n"
          "ingestor --flagfile=/etc/factline/ingestor.flags --log_retention_age=2160h",
  };
  factline::host::InitProcess(page, argc, argv);
  return factline::host::Finish(factline::Run());
}
