// `factline load` against real processes: what it reports, how it ends, and that a server that stands still shows in
// the latencies of all requests that were meant for that time.

#include <signal.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"
#include "tests/harness/cluster.h"
#include "tests/harness/process.h"

namespace factline {
namespace {

using google::protobuf::Struct;
using harness::Role;
using harness::Within;
using ::testing::HasSubstr;

constexpr absl::Duration kCall = absl::Seconds(30);
constexpr char kInterval[] = "{\"interval\"";

std::string Content(const std::string& path) {
  std::ifstream in(path);
  return std::string((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
}

size_t Count(const std::string& text, const std::string& word) {
  size_t count = 0;
  for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

// The last line that holds a JSON object with this member, as it stands there.
Struct LastWith(const std::string& output, const std::string& member) {
  Struct last;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    Struct object;
    if (!line.starts_with("{") || !google::protobuf::util::JsonStringToMessage(line, &object).ok()) continue;
    if (object.fields().contains(member)) last = object;
  }
  return last;
}

// The report's kind of that name; empty if it has none.
Struct KindOf(const Struct& report, const std::string& name) {
  for (const auto& kind : report.fields().at("kinds").list_value().values()) {
    if (kind.struct_value().fields().at("kind").string_value() == name) return kind.struct_value();
  }
  return {};
}

// When each interval of the output ended, by the load's clock.
std::vector<double> IntervalTimes(const std::string& output) {
  std::vector<double> times;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    const Struct interval = LastWith(line, "interval");
    if (interval.fields_size() == 0) continue;
    times.push_back(interval.fields().at("interval").struct_value().fields().at("at_seconds").number_value());
  }
  return times;
}

double Number(const Struct& object, const std::string& member) { return object.fields().at(member).number_value(); }
double Latency(const Struct& kind, const std::string& which) {
  return Number(kind.fields().at("latency_ms").struct_value(), which);
}

class LoadTest : public ::testing::Test {
 protected:
  LoadTest() : cluster_({.data_dir = harness::NewFolder("load")}) {}

  void SetUp() override { ASSERT_EQ(cluster_.Start(), absl::OkStatus()); }

  // `factline load` with these flags and --format=json, to its end.
  Struct Load(std::vector<std::string> arguments, int want_exit = 0) {
    arguments.insert(arguments.begin(), {"load", "--format=json", "--timeout=60s"});
    std::string output;
    EXPECT_EQ(cluster_.RunClient(arguments, &output), want_exit) << output;
    return LastWith(output, "kinds");
  }

  absl::StatusOr<harness::Process> Start(std::vector<std::string> arguments, const std::string& log) {
    std::vector<std::string> argv = {harness::Runfile("deploy/factline"), "load"};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    argv.push_back(Cat("--ingest_address=", cluster_.address(Role::kIngestor)));
    argv.push_back(Cat("--query_address=", cluster_.address(Role::kQuery)));
    return harness::Process::Start({.argv = argv, .log_file = log});
  }

  // Until the file holds so many lines with `word`.
  void AwaitLines(const std::string& file, const std::string& word, size_t lines) {
    const absl::Time deadline = absl::Now() + absl::Minutes(2);
    while (absl::Now() < deadline) {
      if (Count(Content(file), word) >= lines) return;
      absl::SleepFor(absl::Milliseconds(10));  // polling: the process says it nowhere else
    }
    ADD_FAILURE() << "no " << lines << " lines with '" << word << "': " << Content(file);
  }

  harness::Cluster cluster_;
};

TEST_F(LoadTest, CountsEveryRequestOfTheRatesAskedFor) {
  const Struct report = Load({"--articles_per_second=20", "--queries_per_second=20", "--duration=3s", "--warmup=1s",
                              "--searchable", "--updates=0.3", "--deletes=0.1", "--body_bytes=300"});
  const Struct article = KindOf(report, "article");
  EXPECT_EQ(Number(article, "intended"), 60);
  EXPECT_EQ(Number(article, "answered"), 60);
  EXPECT_EQ(Number(article, "asked_per_second"), 20);
  EXPECT_GT(Latency(article, "p50"), 0);
  EXPECT_GE(Latency(article, "max"), Latency(article, "p99"));
  const Struct searchable = KindOf(report, "searchable");
  EXPECT_EQ(Number(searchable, "answered"), 60);
  EXPECT_GE(Latency(searchable, "max"), Latency(article, "p50")) << "nothing is searchable before it is durable";
  const Struct query = KindOf(report, "query");
  EXPECT_EQ(Number(query, "intended"), 60);
  EXPECT_EQ(Number(query, "answered"), 60);
  double parts = 0;
  for (const std::string kind : {"search", "facts", "get_article", "facets"}) {
    const Struct part = KindOf(report, kind);
    if (part.fields_size() > 0) parts += Number(part, "answered");
  }
  EXPECT_EQ(parts, 60);

  const Struct items = report.fields().at("items").struct_value();
  EXPECT_EQ(Number(items, "articles") + Number(items, "updates") + Number(items, "deletes"), 80);
  v1::GetIngestStatusResponse status;
  ASSERT_TRUE(cluster_.ingest().GetIngestStatus(Within(kCall).get(), {}, &status).ok());
  EXPECT_EQ(status.accepted_items(), 80u);
  EXPECT_EQ(status.duplicate_items(), 0u);
  ASSERT_EQ(cluster_.AwaitVisible(status.partitions(0).end_offset()), absl::OkStatus());
  v1::GetServerInfoResponse info;
  ASSERT_TRUE(cluster_.query().GetServerInfo(Within(kCall).get(), {}, &info).ok());
  EXPECT_EQ(info.article_count(), Number(items, "articles") - Number(items, "deletes"));
}

// No coordinated omission: one query at a time is let out, so that a clock started at sending would find one slow
// query.
TEST_F(LoadTest, AServerThatStandsStillSlowsAllRequestsOfThatTime) {
  constexpr double kSeconds = 8;
  const std::string log = harness::NewFolder("stall") + "/log";
  absl::StatusOr<harness::Process> load =
      Start({"--articles_per_second=50", "--queries_per_second=50", "--duration=8s", "--in_flight=1",
             "--body_bytes=200", "--report_every=500ms", "--timeout=120s", "--format=jsonl", "--mix=search=1"},
            log);
  ASSERT_TRUE(load.ok());
  AwaitLines(log, kInterval, 2);
  const Role kStopped[] = {Role::kIngestor, Role::kQuery};
  for (Role role : kStopped) cluster_.process(role).Signal(SIGSTOP);
  for (Role role : kStopped) {  // "PID (NAME) T ...": stands still
    const std::string stat = Cat("/proc/", cluster_.process(role).pid(), "/stat");
    while (Content(stat).find(") T ") == std::string::npos) absl::SleepFor(absl::Milliseconds(1));
  }
  const size_t before = Count(Content(log), kInterval);
  AwaitLines(log, kInterval, before + 6);
  for (Role role : kStopped) cluster_.process(role).Signal(SIGCONT);
  ASSERT_EQ(load->Wait(absl::Minutes(4)).value_or(-1), 0) << Content(log);

  // By the load's own clock the stall lasted from before its second line of that time to after its sixth.
  const std::vector<double> at = IntervalTimes(Content(log));
  const double begin_s = at[before + 1];
  const double half_s = (at[before + 5] - begin_s) / 2;
  // Those meant for the first half of that waited for at least the other half.
  const double slow = 50 * (std::min(kSeconds, begin_s + half_s) - begin_s) - 1;
  ASSERT_GT(slow, 0) << "the load was over before the stall began: this machine stood still for seconds";
  const Struct report = LastWith(Content(log), "report").fields().at("report").struct_value();
  for (const std::string kind : {"article", "search"}) {
    const Struct figures = KindOf(report, kind);
    EXPECT_EQ(Number(figures, "intended"), 50 * kSeconds) << kind;
    EXPECT_EQ(Number(figures, "answered"), 50 * kSeconds) << kind;
    EXPECT_GE(Latency(figures, "max"), 2000 * half_s - 20) << kind;
    if (slow > 0.01 * 50 * kSeconds) {
      EXPECT_GE(Latency(figures, "p99"), 1000 * half_s) << kind;
    }
    if (slow > 0.1 * 50 * kSeconds) {
      EXPECT_GE(Latency(figures, "p90"), 1000 * half_s) << kind;
    }
  }
}

TEST_F(LoadTest, WhatTheBacklogHasNoRoomForIsCountedAsUnsent) {
  cluster_.process(Role::kQuery).Signal(SIGSTOP);
  const std::string log = harness::NewFolder("unsent") + "/log";
  absl::StatusOr<harness::Process> load =
      Start({"--queries_per_second=100", "--duration=2s", "--in_flight=4", "--max_backlog=10", "--timeout=3s",
             "--report_every=500ms", "--format=jsonl", "--max_errors=0.5", "--max_p99=query=1s"},
            log);
  ASSERT_TRUE(load.ok());
  EXPECT_EQ(load->Wait(absl::Minutes(2)).value_or(-1), 3) << "reaching a server that stands still: " << Content(log);
  cluster_.process(Role::kQuery).Signal(SIGCONT);

  // One that takes nothing in, after it was reached.
  absl::StatusOr<harness::Process> later =
      Start({"--queries_per_second=100", "--duration=8s", "--in_flight=4", "--max_backlog=10", "--timeout=3s",
             "--report_every=200ms", "--format=jsonl", "--max_errors=0.1", "--max_p99=query=1s"},
            log);
  ASSERT_TRUE(later.ok());
  AwaitLines(log, kInterval, 1);
  cluster_.process(Role::kQuery).Signal(SIGSTOP);
  EXPECT_EQ(later->Wait(absl::Minutes(2)).value_or(-1), 5) << Content(log);
  cluster_.process(Role::kQuery).Signal(SIGCONT);
  const Struct report = LastWith(Content(log), "report").fields().at("report").struct_value();
  const Struct query = KindOf(report, "query");
  EXPECT_EQ(Number(query, "intended"), 800);
  EXPECT_EQ(Number(query, "sent") + Number(query, "unsent"), 800);
  EXPECT_EQ(Number(query, "answered") + Number(query, "failed"), Number(query, "sent"));
  EXPECT_GT(Number(query, "unsent"), 0);
  EXPECT_GT(Number(query.fields().at("codes").struct_value(), "DEADLINE_EXCEEDED"), 0);
  EXPECT_TRUE(query.fields().at("latency_ms").struct_value().fields().at("p99").has_null_value()) << "never";
}

TEST_F(LoadTest, ItGoesOnOnceAServerThatWasKilledIsBack) {
  const std::string log = harness::NewFolder("killed") + "/log";
  absl::StatusOr<harness::Process> load =
      Start({"--articles_per_second=50", "--duration=10m", "--report_every=200ms", "--format=jsonl"}, log);
  ASSERT_TRUE(load.ok());
  AwaitLines(log, kInterval, 1);
  cluster_.Kill(Role::kIngestor);
  AwaitLines(log, "\"UNAVAILABLE\"", 1);
  ASSERT_EQ(cluster_.Start(Role::kIngestor), absl::OkStatus());
  v1::GetIngestStatusResponse status;  // of the new process
  const absl::Time deadline = absl::Now() + absl::Minutes(2);
  while (status.accepted_items() < 10 && absl::Now() < deadline) {
    cluster_.ingest().GetIngestStatus(Within(kCall).get(), {}, &status);
    absl::SleepFor(absl::Milliseconds(10));  // polling: no call waits for that
  }
  EXPECT_GE(status.accepted_items(), 10u);
  load->Signal(SIGINT);
  EXPECT_EQ(load->Wait(absl::Minutes(1)).value_or(-1), 0) << Content(log);
  const Struct article = KindOf(LastWith(Content(log), "report").fields().at("report").struct_value(), "article");
  EXPECT_GE(Number(article, "answered"), 10);
  EXPECT_GT(Number(article, "failed"), 0);
  EXPECT_EQ(Number(article, "answered") + Number(article, "failed"), Number(article, "sent"));
}

TEST_F(LoadTest, ASignalEndsItWithTheReportOfWhatWasMeasured) {
  const std::string log = harness::NewFolder("signal") + "/log";
  absl::StatusOr<harness::Process> load =
      Start({"--articles_per_second=20", "--duration=10m", "--report_every=200ms", "--format=jsonl"}, log);
  ASSERT_TRUE(load.ok());
  AwaitLines(log, kInterval, 2);
  load->Signal(SIGINT);
  EXPECT_EQ(load->Wait(absl::Minutes(1)).value_or(-1), 0) << Content(log);
  const Struct report = LastWith(Content(log), "report").fields().at("report").struct_value();
  EXPECT_TRUE(report.fields().at("interrupted").bool_value());
  const Struct article = KindOf(report, "article");
  EXPECT_GT(Number(article, "answered"), 0);
  EXPECT_EQ(Number(article, "intended"), Number(article, "answered"));
}

TEST_F(LoadTest, SendsTheArticlesAndAsksTheQueriesOfFiles) {
  const std::string folder = harness::NewFolder("files");
  std::ofstream(folder + "/news.jsonl")
      << "{\"id\": \"a1\", \"title\": \"Lanternfish Foods\", \"body\": \"Lanternfish Foods hires a baker.\"}\n";
  std::ofstream(folder + "/queries") << "{\"Search\": {\"query\": \"Lanternfish\"}}\n";
  const Struct report = Load({folder + "/news.jsonl", "--articles_per_second=10", "--queries_per_second=10",
                              "--duration=1s", "--queries", folder + "/queries", "--id_prefix=again"});
  EXPECT_EQ(Number(KindOf(report, "search"), "answered"), 10);
  EXPECT_EQ(Number(KindOf(report, "article"), "answered"), 10);
  ASSERT_EQ(cluster_.AwaitVisible(10), absl::OkStatus());
  v1::GetArticleRequest request;
  request.set_id("again-9");
  v1::GetArticleResponse response;
  ASSERT_TRUE(cluster_.query().GetArticle(Within(kCall).get(), request, &response).ok());
  EXPECT_EQ(response.article().title(), "Lanternfish Foods 10");
  EXPECT_EQ(response.article().body(), "Lanternfish Foods hires a baker.");
}

TEST_F(LoadTest, SaysWhatIsWrongBeforeItStarts) {
  const struct {
    std::vector<std::string> arguments;
    int want_exit;
    std::string want;
  } kRows[] = {
      {{}, 2, "want --articles_per_second, --queries_per_second or both"},
      {{"--articles_per_second=nan"}, 2, "--articles_per_second=nan: want a number from 0 to 1"},
      {{"--queries_per_second=1", "--mix=searches=1"}, 2, "--mix: searches=1: want search, facts"},
      {{"--queries_per_second=1", "--mix=search=0"}, 2, "--mix: want a kind with a number above 0"},
      {{"--queries_per_second=1", "--queries=/nowhere"}, 2, "--queries=/nowhere: cannot be read"},
      {{"--queries_per_second=1", "--max_p99=query"}, 2, "--max_p99: query: want KIND="},
      {{"--queries_per_second=1", "--max_p99=query=fast"}, 2, "--max_p99: query=fast: want article"},
      {{"--queries_per_second=1", "--max_errors=2"}, 2, "--max_errors=2: want a number from 0 to 1"},
      {{"--articles_per_second=1", "--updates=0.6", "--deletes=0.6"}, 2, "want no more than 1 together"},
      {{"--articles_per_second=1", "--arrival=bursts"}, 2, "--arrival=bursts: want constant or poisson"},
      {{"--articles_per_second=1", "/nowhere"}, 2, "/nowhere: cannot be read"},
  };
  for (const auto& row : kRows) {
    std::vector<std::string> arguments = row.arguments;
    arguments.insert(arguments.begin(), "load");
    std::string output;
    EXPECT_EQ(cluster_.RunClient(arguments, &output), row.want_exit);
    EXPECT_THAT(output, HasSubstr(row.want));
  }
  cluster_.Kill(Role::kQuery);
  std::string output;
  EXPECT_EQ(cluster_.RunClient({"load", "--queries_per_second=1"}, &output), 3);
  EXPECT_THAT(output, HasSubstr("cannot reach 'query'"));
}

}  // namespace
}  // namespace factline
