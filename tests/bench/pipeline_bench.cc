// Measures the pipeline as a user has it: three processes on loopback, one run, one table. See README.md beside.

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "deploy/cli/load/histogram.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"
#include "tests/bench/corpus.h"
#include "tests/bench/ingest_load.h"
#include "tests/bench/noop_server.h"
#include "tests/bench/queries.h"
#include "tests/bench/query_load.h"
#include "tests/harness/cluster.h"
#include "tests/harness/ingest_client.h"
#include "tests/harness/news.h"
#include "tests/harness/process.h"

ABSL_FLAG(std::string, noop_server, "", "Only serve the no-op stream; the value is the file to write the address to.");
ABSL_FLAG(std::string, work_dir, "/tmp", "Where data directories are made; on the disk that shall be measured.");
ABSL_FLAG(int, max_articles, 40000, "At most so many articles of the corpus.");
ABSL_FLAG(int, ceiling_items, 40000, "Items of 4 KiB for the ingest measurements.");
ABSL_FLAG(int, streams, 4, "Streams at once for the ingest measurements.");
ABSL_FLAG(double, rate, 500, "Articles a second for the latency measurement.");
ABSL_FLAG(int, rate_seconds, 30,
          "How long that rate is held; its articles are kept out of the measurements before it.");
ABSL_FLAG(int, queries, 300, "Queries of each kind.");
ABSL_FLAG(std::string, freshness_csv, "",
          "Where to write, of each article of the latency measurement, the second it was seen and its milliseconds.");
ABSL_FLAG(
    bool, queries_while_indexing, false,
    "Measure only what indexing at full speed does to queries. The corpus should be large enough to be indexed for "
    "some tens of seconds.");
ABSL_FLAG(int, indexed_before, 5000, "Articles in the index before, for --queries_while_indexing.");
ABSL_FLAG(double, query_rate, 100, "Queries a second, for --queries_while_indexing.");
ABSL_FLAG(int, idle_seconds, 20, "How long queries are asked of the idle index, for --queries_while_indexing.");
ABSL_FLAG(std::vector<std::string>, indexer_flags, {}, "Flags of the indexer, separated by commas.");

namespace factline::bench {
namespace {

using harness::Role;
using harness::Within;

void Row(const std::string& what, const std::string& figure) {
  std::printf("| %s | %s |\n", what.c_str(), figure.c_str());
  std::fflush(stdout);
}

std::string Megabytes(uint64_t bytes) { return absl::StrFormat("%.1f MB", bytes / 1e6); }

std::vector<v1::IngestRequest> FourKilobyteItems(int count) {
  std::vector<v1::IngestRequest> items;
  for (int i = 0; i < count; ++i) {
    items.push_back(harness::Request(harness::MakeArticle(i, {.body_bytes = 3900, .id_prefix = "k"})));
  }
  return items;
}

// Samples the resident memory of the three processes until it goes out of scope.
class MemoryWatch {
 public:
  explicit MemoryWatch(harness::Cluster& cluster)
      : thread_([this, &cluster] {
          while (!stop_) {
            for (Role role : harness::kRoles) samples_[role].push_back(cluster.process(role).ResidentBytes());
            absl::SleepFor(absl::Milliseconds(100));
          }
        }) {}

  void Report() {
    stop_ = true;
    thread_.join();
    for (auto& [role, samples] : samples_) {
      if (samples.empty()) continue;
      Row(Cat("resident memory of ", harness::RoleName(role), ": middle of the run, end, peak"),
          Cat(Megabytes(samples[samples.size() / 2]), ", ", Megabytes(samples.back()), ", ",
              Megabytes(*std::max_element(samples.begin(), samples.end()))));
    }
  }

 private:
  std::map<Role, std::vector<uint64_t>> samples_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

absl::StatusOr<harness::Cluster*> NewCluster(const std::string& name,
                                             std::vector<std::unique_ptr<harness::Cluster>>* all) {
  const std::string folder = Cat(absl::GetFlag(FLAGS_work_dir), "/factline-bench-", getpid(), "/", name);
  std::filesystem::create_directories(folder);
  all->push_back(std::make_unique<harness::Cluster>(
      harness::Cluster::Options{.data_dir = folder, .indexer_flags = absl::GetFlag(FLAGS_indexer_flags)}));
  return all->back().get();
}

absl::StatusOr<double> MeasureCeiling(const std::string& self, const std::vector<v1::IngestRequest>& items) {
  const std::string base = Cat(absl::GetFlag(FLAGS_work_dir), "/factline-bench-", getpid());
  std::filesystem::create_directories(base);
  const std::string address_file = base + "/noop.address";
  FL_ASSIGN_OR_RETURN(harness::Process server, harness::Process::Start({.argv = {self, "--noop_server=" + address_file},
                                                                        .log_file = base + "/noop.log"}));
  FL_ASSIGN_OR_RETURN(const std::string address, server.AwaitFile(address_file, absl::Seconds(10)));
  const auto stub = v1::IngestService::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  FL_ASSIGN_OR_RETURN(const LoadResult result, SendFlatOut(*stub, items, absl::GetFlag(FLAGS_streams)));
  Row("no-op gRPC stream, 4 KiB items", absl::StrFormat("%.0f items/s", result.items_per_second()));
  return result.items_per_second();
}

// The ingestor alone: what an acknowledgement costs.
absl::Status MeasureDurableIngest(harness::Cluster& cluster, const std::vector<v1::IngestRequest>& items,
                                  double ceiling) {
  FL_RETURN_IF_ERROR(cluster.Start(Role::kIngestor));
  FL_ASSIGN_OR_RETURN(const LoadResult result, SendFlatOut(cluster.ingest(), items, absl::GetFlag(FLAGS_streams)));
  if (result.rejected > 0) return absl::InternalError(Cat(result.rejected, " items rejected"));
  Row("durable ingest, 4 KiB items, ingestor alone", absl::StrFormat("%.0f items/s", result.items_per_second()));
  Row("durable ingest to no-op ceiling", absl::StrFormat("%.2f", result.items_per_second() / ceiling));
  cluster.Kill(Role::kIngestor);
  return absl::OkStatus();
}

absl::Status MeasureEndToEnd(harness::Cluster& cluster, const Corpus& corpus) {
  FL_RETURN_IF_ERROR(cluster.Start());
  std::vector<v1::IngestRequest> items;
  for (const v1::Article& article : corpus.articles) items.push_back(harness::Request(article));
  MemoryWatch memory(cluster);
  const absl::Time begin = absl::Now();
  FL_ASSIGN_OR_RETURN(const LoadResult result, SendFlatOut(cluster.ingest(), items, 1));
  const absl::Duration acknowledged = absl::Now() - begin;
  FL_RETURN_IF_ERROR(cluster.AwaitVisible(result.end_offset, absl::Minutes(30)));
  const double seconds = absl::ToDoubleSeconds(absl::Now() - begin);
  if (result.rejected > 0) Row("rejected", Cat(result.rejected));
  Row("corpus",
      absl::StrFormat("%s, %d articles, %s", corpus.name, corpus.articles.size(), Megabytes(corpus.text_bytes)));
  Row("all acknowledged after", absl::FormatDuration(acknowledged));
  Row("end to end, ingest to searchable",
      absl::StrFormat("%.0f articles/s, %.2f MB/s", items.size() / seconds, corpus.text_bytes / 1e6 / seconds));
  memory.Report();
  v1::GetIndexStatsResponse stats;
  FL_RETURN_IF_ERROR(FromGrpc(cluster.admin().GetIndexStats(Within(absl::Seconds(60)).get(), {}, &stats)));
  Row("index bytes per input byte",
      absl::StrFormat("%.2f (%s)", static_cast<double>(stats.disk_bytes()) / corpus.text_bytes,
                      Megabytes(stats.disk_bytes())));
  for (const v1::ColumnFamilyStats& family : stats.column_families()) {
    Row(Cat("  of it ", family.name()), Megabytes(family.bytes()));
  }
  Row("facts, entities", Cat(stats.fact_count(), ", ", stats.entity_count()));
  return absl::OkStatus();
}

absl::Status MeasureQueries(harness::Cluster& cluster, const Corpus& corpus) {
  for (const auto& [kind, requests] : MakeQueries(corpus, absl::GetFlag(FLAGS_queries))) {
    load::Histogram latencies;
    for (int round = 0; round < 2; ++round) {  // the first warms the caches
      for (const v1::SearchRequest& request : requests) {
        v1::SearchResponse response;
        const absl::Time begin = absl::Now();
        FL_RETURN_IF_ERROR(FromGrpc(cluster.query().Search(Within(absl::Seconds(60)).get(), request, &response)));
        if (round == 1) latencies.Add(absl::Now() - begin);
      }
    }
    Row(Cat("query over gRPC, top 10, ", kind), latencies.Summary());
  }
  return absl::OkStatus();
}

// From each item's acknowledgement to the first moment at which a query would see it.
absl::Status MeasureFreshness(harness::Cluster& cluster, const std::vector<v1::Article>& articles) {
  const double rate = absl::GetFlag(FLAGS_rate);
  std::vector<v1::IngestRequest> items;
  for (const v1::Article& article : articles) items.push_back(harness::Request(article));
  std::mutex mutex;
  std::deque<std::pair<uint64_t, absl::Time>> waiting;  // offset, acknowledged at
  std::atomic<uint64_t> end_offset = UINT64_MAX;
  load::Histogram freshness;
  load::Histogram acknowledgement;
  std::atomic<bool> failed = false;
  std::ofstream csv(absl::GetFlag(FLAGS_freshness_csv));
  if (!absl::GetFlag(FLAGS_freshness_csv).empty() && !csv) {
    return absl::InvalidArgumentError(Cat("--freshness_csv: cannot write ", absl::GetFlag(FLAGS_freshness_csv)));
  }
  const absl::Time begin = absl::Now();
  std::thread watcher([&] {
    uint64_t visible = 0;
    while (visible < end_offset && !failed) {
      v1::GetServerInfoResponse info;
      if (!cluster.query().GetServerInfo(Within(absl::Seconds(10)).get(), {}, &info).ok()) failed = true;
      const absl::Time now = absl::Now();
      visible = info.visible_offset();
      const std::lock_guard<std::mutex> lock(mutex);
      while (!waiting.empty() && waiting.front().first < visible) {
        const double milliseconds = std::max(0.0, absl::ToDoubleMilliseconds(now - waiting.front().second));
        freshness.Add(absl::Milliseconds(milliseconds));
        csv << absl::ToDoubleSeconds(now - begin) << ',' << milliseconds << '\n';
        waiting.pop_front();
      }
      absl::SleepFor(absl::Milliseconds(5));  // the resolution of the measurement
    }
  });
  const absl::StatusOr<LoadResult> result =
      SendAtRate(cluster.ingest(), items, rate, [&](const v1::IngestResponse& response, absl::Time now) {
        acknowledgement.Add(now - (begin + absl::Seconds(response.sequence() / rate)));
        const std::lock_guard<std::mutex> lock(mutex);
        for (const auto& article : response.acceptance().articles()) waiting.emplace_back(article.offset(), now);
      });
  if (!result.ok()) failed = true;
  if (result.ok()) end_offset = result->end_offset;
  watcher.join();
  FL_RETURN_IF_ERROR(result.status());
  if (failed) return absl::UnavailableError("the query service did not answer");
  const std::string at = absl::StrFormat(" at %.0f articles/s", rate);
  Row("send to acknowledgement" + at, acknowledgement.Summary());
  Row("acknowledgement to searchable" + at, freshness.Summary());
  return absl::OkStatus();
}

absl::Status MeasureRestart(harness::Cluster& cluster) {
  for (Role role : harness::kRoles) {
    cluster.Kill(role);
    const absl::Time begin = absl::Now();
    FL_RETURN_IF_ERROR(cluster.Start(role));
    if (role == Role::kQuery) {
      const auto context = Within(absl::Seconds(60));
      context->set_wait_for_ready(true);
      grpc::Status status(grpc::StatusCode::UNAVAILABLE, "");
      v1::SearchRequest request;
      request.set_query("发展");
      v1::SearchResponse response;
      while (status.error_code() == grpc::StatusCode::UNAVAILABLE && absl::Now() < begin + absl::Seconds(60)) {
        const auto attempt = Within(absl::Seconds(60));
        attempt->set_wait_for_ready(true);
        status = cluster.query().Search(attempt.get(), request, &response);
      }
      FL_RETURN_IF_ERROR(FromGrpc(status));
    }
    if (role != Role::kQuery) {
      // The first call may still find the killed process's connection.
      grpc::Status status(grpc::StatusCode::UNAVAILABLE, "");
      while (status.error_code() == grpc::StatusCode::UNAVAILABLE && absl::Now() < begin + absl::Seconds(60)) {
        const auto attempt = Within(absl::Seconds(60));
        attempt->set_wait_for_ready(true);
        v1::GetLagResponse lag;
        v1::GetIngestStatusResponse ingest;
        status = role == Role::kIndexer ? cluster.admin().GetLag(attempt.get(), {}, &lag)
                                        : cluster.ingest().GetIngestStatus(attempt.get(), {}, &ingest);
      }
      FL_RETURN_IF_ERROR(FromGrpc(status));
    }
    Row(Cat("kill -9 to first answer, ", harness::RoleName(role)), absl::FormatDuration(absl::Now() - begin));
  }
  return absl::OkStatus();
}

// Until neither articles nor merges have changed the index for two seconds.
absl::Status AwaitIdle(harness::Cluster& cluster) {
  uint64_t generation = 0;
  absl::Time since = absl::Now();
  while (absl::Now() < since + absl::Seconds(2)) {
    v1::GetIndexStatsResponse stats;
    FL_RETURN_IF_ERROR(FromGrpc(cluster.admin().GetIndexStats(Within(absl::Seconds(60)).get(), {}, &stats)));
    if (stats.generation() != generation) since = absl::Now();
    generation = stats.generation();
    absl::SleepFor(absl::Milliseconds(100));
  }
  return absl::OkStatus();
}

// Sends the items flat out and waits until queries see them, looking seldom, so that others' queries are not disturbed.
absl::Status IndexAll(harness::Cluster& cluster, const std::vector<v1::IngestRequest>& items,
                      absl::Duration* acknowledged) {
  FL_ASSIGN_OR_RETURN(const LoadResult sent, SendFlatOut(cluster.ingest(), items, absl::GetFlag(FLAGS_streams)));
  *acknowledged = sent.elapsed;
  const absl::Time deadline = absl::Now() + absl::Minutes(30);
  for (v1::GetServerInfoResponse info; info.visible_offset() < sent.end_offset;) {
    if (absl::Now() > deadline) return absl::DeadlineExceededError("the articles are not indexed after half an hour");
    absl::SleepFor(absl::Milliseconds(100));
    FL_RETURN_IF_ERROR(FromGrpc(cluster.query().GetServerInfo(Within(absl::Seconds(60)).get(), {}, &info)));
  }
  return absl::OkStatus();
}

absl::Status MeasureQueriesWhileIndexing(harness::Cluster& cluster, const Corpus& before,
                                         const std::vector<v1::Article>& articles) {
  FL_RETURN_IF_ERROR(cluster.Start());
  const auto requests_of = [](const std::vector<v1::Article>& from) {
    std::vector<v1::IngestRequest> requests;
    for (const v1::Article& article : from) requests.push_back(harness::Request(article));
    return requests;
  };
  absl::Duration acknowledged;
  FL_RETURN_IF_ERROR(cluster.AwaitVisible(0));  // the query service finds the index
  FL_RETURN_IF_ERROR(IndexAll(cluster, requests_of(before.articles), &acknowledged));

  std::vector<v1::SearchRequest> mix;
  for (auto& [kind, requests] : MakeQueries(before, absl::GetFlag(FLAGS_queries))) {
    mix.insert(mix.end(), requests.begin(), requests.end());
  }
  std::shuffle(mix.begin(), mix.end(), std::mt19937_64(12));
  const double rate = absl::GetFlag(FLAGS_query_rate);
  const auto query_idle = [&]() -> absl::StatusOr<QueryLoad> {
    FL_RETURN_IF_ERROR(AwaitIdle(cluster));
    for (const v1::SearchRequest& request : mix) {  // warms the caches
      v1::SearchResponse response;
      FL_RETURN_IF_ERROR(FromGrpc(cluster.query().Search(Within(absl::Seconds(60)).get(), request, &response)));
    }
    const absl::Time end = absl::Now() + absl::Seconds(absl::GetFlag(FLAGS_idle_seconds));
    return QueryAtRate(cluster.query(), mix, rate, [end] { return absl::Now() < end; });
  };
  const auto report = [](const std::string& when, const QueryLoad& load) {
    Row(Cat("queries, ", when), load.answers.Summary());
    Row(Cat("  of it the sender's lateness, ", when), load.lateness.Summary());
  };
  FL_ASSIGN_OR_RETURN(const QueryLoad idle, query_idle());
  report(absl::StrFormat("idle, %d articles, %.0f a second", before.articles.size(), rate), idle);

  const std::vector<v1::IngestRequest> items = requests_of(articles);
  std::atomic<bool> is_indexing = true;
  absl::Status indexed;
  const absl::Time begin = absl::Now();
  std::thread indexing([&] {
    indexed = IndexAll(cluster, items, &acknowledged);
    is_indexing = false;
  });
  const absl::StatusOr<QueryLoad> busy = QueryAtRate(cluster.query(), mix, rate, [&] { return is_indexing.load(); });
  indexing.join();
  const double seconds = absl::ToDoubleSeconds(absl::Now() - begin);
  FL_RETURN_IF_ERROR(indexed);
  FL_RETURN_IF_ERROR(busy.status());
  report("while indexing", *busy);
  Row("indexed meanwhile", absl::StrFormat("%d articles, %.0f a second; acknowledged after %s", items.size(),
                                           items.size() / seconds, absl::FormatDuration(acknowledged)));

  FL_ASSIGN_OR_RETURN(const QueryLoad grown, query_idle());
  report("idle again, all articles", grown);
  Row("p99 while indexing to idle before, to idle after",
      absl::StrFormat("%.2f, %.2f", absl::FDivDuration(busy->answers.Percentile(0.99), idle.answers.Percentile(0.99)),
                      absl::FDivDuration(busy->answers.Percentile(0.99), grown.answers.Percentile(0.99))));
  return absl::OkStatus();
}

absl::Status MeasureAll(const std::string& self, std::vector<std::unique_ptr<harness::Cluster>>* clusters) {
  {
    const std::vector<v1::IngestRequest> items = FourKilobyteItems(absl::GetFlag(FLAGS_ceiling_items));
    FL_ASSIGN_OR_RETURN(const double ceiling, MeasureCeiling(self, items));
    FL_ASSIGN_OR_RETURN(harness::Cluster * ingest, NewCluster("ingest", clusters));
    FL_RETURN_IF_ERROR(MeasureDurableIngest(*ingest, items, ceiling));
  }
  FL_ASSIGN_OR_RETURN(Corpus corpus, LoadCorpus(absl::GetFlag(FLAGS_max_articles)));
  const size_t rated = static_cast<size_t>(absl::GetFlag(FLAGS_rate) * absl::GetFlag(FLAGS_rate_seconds));
  const std::vector<v1::Article> held_out = corpus.TakeLast(rated);
  FL_ASSIGN_OR_RETURN(harness::Cluster * cluster, NewCluster("whole", clusters));
  FL_RETURN_IF_ERROR(MeasureEndToEnd(*cluster, corpus));
  FL_RETURN_IF_ERROR(MeasureQueries(*cluster, corpus));
  FL_RETURN_IF_ERROR(MeasureFreshness(*cluster, held_out));
  return MeasureRestart(*cluster);
}

absl::Status Run(const std::string& self) {
  std::vector<std::unique_ptr<harness::Cluster>> clusters;
  std::printf("| what | figure |\n|---|---|\n");
  if (absl::GetFlag(FLAGS_queries_while_indexing)) {
    FL_ASSIGN_OR_RETURN(Corpus corpus, LoadCorpus(absl::GetFlag(FLAGS_max_articles)));
    const size_t before = std::max(1, absl::GetFlag(FLAGS_indexed_before));
    if (corpus.articles.size() < 2 * before) {
      return absl::InvalidArgumentError(
          Cat("--indexed_before: more than half of ", corpus.articles.size(), " articles"));
    }
    std::vector<v1::Article> rest(std::make_move_iterator(corpus.articles.begin() + before),
                                  std::make_move_iterator(corpus.articles.end()));
    corpus.articles.resize(before);
    FL_ASSIGN_OR_RETURN(harness::Cluster * cluster, NewCluster("queries", &clusters));
    FL_RETURN_IF_ERROR(MeasureQueriesWhileIndexing(*cluster, corpus, rest));
  } else {
    FL_RETURN_IF_ERROR(MeasureAll(self, &clusters));
  }
  clusters.clear();
  std::filesystem::remove_all(Cat(absl::GetFlag(FLAGS_work_dir), "/factline-bench-", getpid()));
  return absl::OkStatus();
}

}  // namespace
}  // namespace factline::bench

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage("Measures the whole pipeline and prints a table; run it by tests/bench/run.");
  absl::ParseCommandLine(argc, argv);
  const std::string noop = absl::GetFlag(FLAGS_noop_server);
  if (!noop.empty()) return factline::bench::RunNoopServer(noop);
  const absl::Status status = factline::bench::Run(argv[0]);
  if (!status.ok()) std::fprintf(stderr, "pipeline_bench: %s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
