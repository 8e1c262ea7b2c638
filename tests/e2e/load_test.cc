// `factline load` against real processes: what it reports, how it ends, and that a server that stands still shows in
// the latencies of all requests that were meant for that time.

#include <signal.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>
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
constexpr char kAnswered[] = "\"OK\"";
constexpr char kNothingWaits[] = "\"waiting\": 0,";

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
  const auto& latency = kind.fields().at("latency_ms").struct_value().fields().at(which);
  return latency.has_null_value() ? std::numeric_limits<double>::infinity() : latency.number_value();
}

// What the intervals of the output say of a kind's member, summed up.
double SumOfIntervals(const std::string& output, const std::string& kind, const std::string& member) {
  double sum = 0;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    const Struct interval = LastWith(line, "interval");
    if (interval.fields_size() == 0) continue;
    const Struct figures = KindOf(interval.fields().at("interval").struct_value(), kind);
    if (figures.fields_size() > 0) sum += Number(figures, member);
  }
  return sum;
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

  // Until the file holds `word` so many times.
  static void AwaitWords(const std::string& file, const std::string& word, size_t times) {
    const absl::Time deadline = absl::Now() + absl::Minutes(2);
    while (absl::Now() < deadline) {
      if (Count(Content(file), word) >= times) return;
      absl::SleepFor(absl::Milliseconds(10));  // polling: the process says it nowhere else
    }
    ADD_FAILURE() << "not " << times << " times '" << word << "': " << Content(file);
  }

  // Until the process stands still.
  void Pause(Role role) {
    cluster_.process(role).Signal(SIGSTOP);
    AwaitWords(Cat("/proc/", cluster_.process(role).pid(), "/stat"), ") T ", 1);  // "PID (NAME) T ..."
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
  constexpr double kRate = 50;
  const std::string log = harness::NewFolder("stall") + "/log";
  absl::StatusOr<harness::Process> load =
      Start({"--articles_per_second=50", "--queries_per_second=50", "--duration=10m", "--in_flight=1",
             "--body_bytes=200", "--report_every=500ms", "--timeout=120s", "--format=jsonl", "--mix=search=1"},
            log);
  ASSERT_TRUE(load.ok());
  AwaitWords(log, kAnswered, 2);
  for (Role role : {Role::kIngestor, Role::kQuery}) Pause(role);
  const size_t before = Count(Content(log), kInterval);
  AwaitWords(log, kInterval, before + 6);
  const size_t idle = Count(Content(log), kNothingWaits);
  for (Role role : {Role::kIngestor, Role::kQuery}) cluster_.process(role).Signal(SIGCONT);
  AwaitWords(log, kNothingWaits, idle + 1);  // it has caught up
  load->Signal(SIGINT);
  ASSERT_EQ(load->Wait(absl::Minutes(4)).value_or(-1), 0) << Content(log);

  // By the load's own clock the stall lasted from before its second line of that time to after its sixth.
  const std::vector<double> at = IntervalTimes(Content(log));
  const double half_s = (at[before + 5] - at[before + 1]) / 2;
  // Those meant for the first half of that waited for at least the other half.
  const double slow = kRate * half_s - 1;
  const Struct report = LastWith(Content(log), "report").fields().at("report").struct_value();
  for (const std::string kind : {"article", "search"}) {
    const Struct figures = KindOf(report, kind);
    const double intended = Number(figures, "intended");
    EXPECT_NEAR(intended, kRate * Number(report, "measured_seconds"), 2) << kind;
    EXPECT_EQ(Number(figures, "answered") + Number(figures, "unsent"), intended) << kind;
    EXPECT_EQ(SumOfIntervals(Content(log), kind, "answered"), Number(figures, "answered")) << kind;
    EXPECT_GE(Latency(figures, "max"), 2000 * half_s - 1000 / kRate) << kind;
    if (slow > 0.01 * intended) {
      EXPECT_GE(Latency(figures, "p99"), 1000 * half_s) << kind;
    }
    if (slow > 0.1 * intended) {
      EXPECT_GE(Latency(figures, "p90"), 1000 * half_s) << kind;
    }
  }
}

TEST_F(LoadTest, WhatTheBacklogHasNoRoomForIsCountedAsUnsent) {
  Pause(Role::kQuery);
  const std::string log = harness::NewFolder("unsent") + "/log";
  const std::vector<std::string> arguments = {
      "--queries_per_second=100", "--duration=10m",      "--in_flight=4",  "--max_backlog=10",     "--timeout=3s",
      "--report_every=200ms",     "--max_errors=0.0001", "--format=jsonl", "--max_p99=query=100s",
  };
  absl::StatusOr<harness::Process> load = Start(arguments, log);
  ASSERT_TRUE(load.ok());
  EXPECT_EQ(load->Wait(absl::Minutes(2)).value_or(-1), 3) << "reaching a server that stands still: " << Content(log);
  cluster_.process(Role::kQuery).Signal(SIGCONT);

  // One that takes nothing in, after it was reached.
  absl::StatusOr<harness::Process> later = Start(arguments, log);
  ASSERT_TRUE(later.ok());
  AwaitWords(log, kAnswered, 1);
  Pause(Role::kQuery);
  AwaitWords(log, "\"DEADLINE_EXCEEDED\"", 1);
  later->Signal(SIGINT);
  EXPECT_EQ(later->Wait(absl::Minutes(2)).value_or(-1), 5) << Content(log);
  cluster_.process(Role::kQuery).Signal(SIGCONT);
  const Struct report = LastWith(Content(log), "report").fields().at("report").struct_value();
  const Struct query = KindOf(report, "query");
  EXPECT_NEAR(Number(query, "intended"), 100 * Number(report, "measured_seconds"), 2);
  EXPECT_EQ(Number(query, "sent") + Number(query, "unsent"), Number(query, "intended"));
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
  AwaitWords(log, kAnswered, 1);
  cluster_.Kill(Role::kIngestor);
  AwaitWords(log, "\"UNAVAILABLE\"", 1);
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
  AwaitWords(log, kAnswered, 1);
  load->Signal(SIGINT);
  EXPECT_EQ(load->Wait(absl::Minutes(1)).value_or(-1), 0) << Content(log);
  const Struct report = LastWith(Content(log), "report").fields().at("report").struct_value();
  EXPECT_TRUE(report.fields().at("interrupted").bool_value());
  const Struct article = KindOf(report, "article");
  EXPECT_GT(Number(article, "answered"), 0);
  EXPECT_EQ(Number(article, "intended"), Number(article, "answered") + Number(article, "unsent"));
}

TEST(LoadOfPartitions, WhatQueriesDoNotSeeIsNotMeasuredAsSearchable) {
  harness::Cluster cluster({.data_dir = harness::NewFolder("partitions"), .ingestor_flags = {"--partitions=2"}});
  ASSERT_EQ(cluster.Start(), absl::OkStatus());
  std::string output;
  EXPECT_EQ(cluster.RunClient({"load", "--articles_per_second=10", "--duration=1s", "--searchable"}, &output), 2);
  EXPECT_THAT(output, HasSubstr("--searchable: the log has 2 partitions, of which queries see one alone"));
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
      {{"--queries_per_second=1", "--mix=search=5,search=0"}, 2, "--mix: search is named twice"},
      {{"--queries_per_second=1", "--mix=search=1", "--queries=x"}, 2, "--mix has no effect beside --queries"},
      {{"--articles_per_second=1", "--mix=search=1"}, 2, "--mix has no effect without --queries_per_second"},
      {{"--queries_per_second=1", "--updates=0.1"}, 2, "--updates has no effect without --articles_per_second"},
      {{"--queries_per_second=1", "--searchable"}, 2, "--searchable has no effect without --articles_per_second"},
      {{"--articles_per_second=1", "--max_p99=searchable=1s"}, 2, "--max_p99=searchable has no effect without --sear"},
      {{"--articles_per_second=1", "--max_p99=facts=1s"}, 2, "--max_p99=facts has no effect without --queries_per_"},
      {{"--articles_per_second=2e6", "--warmup=0s"}, 2, "--articles_per_second=2e6: want a number from 0 to 1000000"},
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
