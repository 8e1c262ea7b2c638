// The query server: answers from the index, which it follows as the indexer writes it.
#include <algorithm>

#include "absl/flags/flag.h"
#include "deploy/host/byte_size.h"
#include "deploy/host/process.h"
#include "deploy/host/server.h"
#include "deploy/query_metrics.h"
#include "indexer/store/reader.h"
#include "indexer/text/analyzer.h"
#include "protos/vocab/status.h"
#include "query/service/index_follower.h"
#include "query/service/query_service.h"

using factline::host::ByteSize;
using factline::host::MiB;

ABSL_FLAG(std::string, listen, "127.0.0.1:50053", "Address to serve on, HOST:PORT; port 0 takes any free one.");
ABSL_FLAG(absl::Duration, catch_up_interval, absl::Milliseconds(5),
          "Between two looks for what the indexer has committed; five times as long while nothing is new.");
ABSL_FLAG(int, workers, 4, "Requests answered at the same time.");
ABSL_FLAG(int, max_waiting, 256, "Requests that wait for a worker; further ones are refused with RESOURCE_EXHAUSTED.");
ABSL_FLAG(ByteSize, index_cache, MiB(32), "RocksDB's block cache of the index.");
ABSL_FLAG(ByteSize, posting_cache, MiB(96),
          "Cache of the index's values that queries read: blocks of the dictionary, postings, positions.");
ABSL_FLAG(ByteSize, facet_cache, MiB(64), "Columns that facets are counted by.");

namespace factline {
namespace {

query::IndexFollowerOptions FollowerOptions(std::string index_dir, std::string secondary_dir) {
  store::ReaderOptions reader;
  reader.index_dir = std::move(index_dir);
  reader.secondary_dir = std::move(secondary_dir);
  reader.block_cache_bytes = absl::GetFlag(FLAGS_index_cache).bytes;
  reader.posting_cache_bytes = absl::GetFlag(FLAGS_posting_cache).bytes;
  reader.engine_counters = host::MetricsFromFlags();
  query::IndexFollowerOptions options;
  options.open = [reader] { return store::Reader::Open(reader); };
  options.interval = std::max(absl::GetFlag(FLAGS_catch_up_interval), absl::Milliseconds(1));
  options.idle_interval = 5 * options.interval;
  return options;
}

query::QueryServiceOptions ServiceOptions() {
  query::QueryServiceOptions options;
  options.worker_count = static_cast<size_t>(absl::GetFlag(FLAGS_workers));
  options.max_waiting = static_cast<size_t>(std::max(1, absl::GetFlag(FLAGS_max_waiting)));
  options.facet_cache_bytes = absl::GetFlag(FLAGS_facet_cache).bytes;
  return options;
}

host::Readiness ReadinessOf(const query::IndexFollower& follower) {
  absl::Status status = follower.View().status();
  return {status.ok(), std::string(status.message())};
}

absl::Status Run() {
  FL_RETURN_IF_ERROR(host::CheckCountFlag("workers", absl::GetFlag(FLAGS_workers), 1));
  FL_ASSIGN_OR_RETURN(std::string index_dir, host::DataSubdirectory("index"));
  FL_ASSIGN_OR_RETURN(std::string secondary_dir, host::DataSubdirectory("query"));
  text::Analyzer analyzer;
  query::IndexFollower follower(FollowerOptions(std::move(index_dir), std::move(secondary_dir)));
  query::QueryService service(&follower, &analyzer, ServiceOptions());
  follower.Start();
  FL_ASSIGN_OR_RETURN(
      std::unique_ptr<host::Server> server,
      host::Server::Start(host::ServerOptionsFromFlags(absl::GetFlag(FLAGS_listen)),
                          {{&service, "factline.v1.QueryService", [&follower] { return ReadinessOf(follower); }}}));
  FL_ASSIGN_OR_RETURN(const std::unique_ptr<host::MetricsDoor> metrics,
                      host::OpenMetricsFromFlags([&](host::MetricSink& sink) {
                        server->Collect(sink);
                        CollectFollower(follower, absl::Now(), sink);
                        CollectWorkers(service, sink);
                      }));
  host::LogServing(*server);
  absl::Status stopped = host::WaitForStop();
  server->Retire();
  host::LogDrained(server->Drain(host::DrainTimeoutFromFlags()));
  follower.Stop();
  return stopped;
}

}  // namespace
}  // namespace factline

int main(int argc, char** argv) {
  const factline::host::ServerPage page = {
      .name = "query",
      .summary = "answers searches and questions for entities and facts from the index",
      .description =
          "Answers factline.v1.QueryService from the index in --data_dir, which it follows as the indexer writes it, "
          "and also while the indexer is down. It writes nothing to the index; any number of query servers may read "
          "one.",
      .files =
          "DATA_DIR/index      the index, which the indexer writes\n"
          "DATA_DIR/query      files of RocksDB's own; may be removed while the server is stopped",
      .examples =
          "query --data_dir=/var/lib/factline\n"
          "query --flagfile=/etc/factline/query.flags --workers=8",
  };
  factline::host::InitProcess(page, argc, argv);
  return factline::host::Finish(factline::Run());
}
