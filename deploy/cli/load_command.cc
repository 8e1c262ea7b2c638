// factline load
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "deploy/cli/client.h"
#include "deploy/cli/command.h"
#include "deploy/cli/item_source.h"
#include "deploy/cli/load/load_run.h"
#include "deploy/formats/open.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"

namespace factline::cli {
namespace {

constexpr uint64_t kMaxTextBytes = 256 << 20;
constexpr int64_t kMaxSeed = 999'999'999'999'999;  // JSON's numbers are exact until there
constexpr absl::Duration kConnectWithin = absl::Seconds(5);
constexpr absl::Duration kLookEvery = absl::Milliseconds(100);

CommandSpec Spec() {
  CommandSpec spec;
  spec.name = "load";
  spec.arguments = "[FILE|FOLDER...]";
  spec.summary = "hold a rate of articles and queries, and measure latencies";
  spec.description =
      "Sends articles and queries at the rates asked for, whatever the servers do, and reports latencies from the "
      "moment at which each request was meant to be sent: a server that stands still makes all requests of that time "
      "slow, not one alone (no coordinated omission).\n"
      "Requests that cannot be sent at their time, since --in_flight of them are unanswered, wait; what finds "
      "--max_backlog waiting already is counted as unsent. In percentiles a request that failed or was not sent counts "
      "as slower than all others: 'never'. Nothing is sent twice.\n"
      "Articles are made up, or those of the files named, in any format that 'factline ingest' reads, again and again "
      "under new ids. They stay in the index: use a server of its own for this.\n"
      "Kinds: article (until it is durable: new ones, newer versions and withdrawals), searchable (from the same "
      "moment until queries see it), query (all), and of it search, facts, get_article, facets.\n"
      "Ctrl-C ends it with the report of what was measured. Exit code 5 if a bound was broken, 3 if nothing was "
      "answered.";
  spec.flags = {
      {"articles_per_second", "RATE", "articles to send; 0: none", "0"},
      {"queries_per_second", "RATE", "queries to ask; 0: none", "0"},
      {"duration", "DURATION", "how long to send, after the warm-up", "60s"},
      {"warmup", "DURATION", "send at the same rates before, and leave it out of the report", "0s"},
      {"arrival", "constant|poisson", "at equal distances, or independent of each other as many clients are",
       "constant"},
      {"seed", "N", "of times, texts and queries", "1"},
      {"searchable", "", "also measure when queries see the articles, by asking every 5 ms", ""},
      {"updates", "SHARE", "of the items that are newer versions of articles before", "0"},
      {"deletes", "SHARE", "of the items that withdraw articles before", "0"},
      {"max_articles", "N", "different ids at most, then newer versions only; 0: no bound", "0"},
      {"body_bytes", "N", "of a made-up article, about", "1500"},
      {"id_prefix", "TEXT", "of the articles' ids; no two runs may share it", "load- and random digits"},
      {"queries", "FILE",
       "ask what it says instead: lines such as {\"Search\": {\"query\": \"words\"}}, with Search, "
       "ListFacts, GetArticle or FacetSearch",
       ""},
      {"mix", "KIND=N[,KIND=N]", "how often each kind is asked", "search=6,facts=2,get_article=1,facets=1"},
      {"in_flight", "N", "articles sent and not answered, and queries, at most", "256"},
      {"max_backlog", "N", "articles due and not sent, and queries, at most", "10000"},
      {"report_every", "DURATION", "a line with the figures since the last one", "10s"},
      {"max_p99", "KIND=DURATION[,...]", "bounds for the exit code: article=50ms,searchable=200ms,query=20ms", ""},
      {"max_errors", "SHARE", "bound for the exit code, of the requests of each kind that failed or were unsent", ""},
      {"format", "table|json|jsonl",
       "the report for people; as one JSON object; or JSON lines, with one a "
       "--report_every too",
       "table"},
  };
  for (FlagSpec& flag : ConnectionFlags("10s")) spec.flags.push_back(std::move(flag));
  spec.examples =
      "  factline load --articles_per_second=100 --queries_per_second=50 --searchable\n"
      "  factline load archive/ --articles_per_second=200 --arrival=poisson --duration=5m --warmup=30s\n"
      "  factline load --queries_per_second=300 --queries=ours.jsonl --max_p99=query=20ms --max_errors=0\n"
      "  factline load --articles_per_second=50 --updates=0.3 --deletes=0.05 --format=jsonl > load.jsonl\n";
  return spec;
}

// "search=6,facts=2" to pairs of a name, no two the same, and what is said of it.
absl::StatusOr<std::vector<std::pair<std::string, std::string>>> Pairs(const Arguments& arguments, const char* flag) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string& piece : arguments.List(flag)) {
    const size_t equals = piece.find('=');
    if (equals == std::string::npos) return absl::InvalidArgumentError(Cat("--", flag, ": ", piece, ": want KIND=..."));
    std::string kind = piece.substr(0, equals);
    if (std::any_of(pairs.begin(), pairs.end(), [&](const auto& pair) { return pair.first == kind; })) {
      return absl::InvalidArgumentError(Cat("--", flag, ": ", kind, " is named twice"));
    }
    pairs.emplace_back(std::move(kind), piece.substr(equals + 1));
  }
  return pairs;
}

absl::StatusOr<load::QueryWeights> WeightsOf(const Arguments& arguments) {
  load::QueryWeights weights = {};
  FL_ASSIGN_OR_RETURN(const auto pairs, Pairs(arguments, "mix"));
  for (const auto& [kind, number] : pairs) {
    const auto* const found = std::find(load::kQueryKindNames.begin(), load::kQueryKindNames.end(), kind);
    uint32_t weight;
    if (found == load::kQueryKindNames.end() || !absl::SimpleAtoi(number, &weight) || weight > 1'000'000) {
      return absl::InvalidArgumentError(
          Cat("--mix: ", kind, "=", number, ": want search, facts, get_article or facets, and a number to 1,000,000"));
    }
    weights[static_cast<size_t>(found - load::kQueryKindNames.begin())] = weight;
  }
  if (std::count(weights.begin(), weights.end(), 0u) == static_cast<ptrdiff_t>(weights.size()))
    return absl::InvalidArgumentError("--mix: want a kind with a number above 0");
  return weights;
}

struct P99Bound {
  std::string kind;
  absl::Duration limit;
};

absl::StatusOr<std::vector<P99Bound>> P99BoundsOf(const Arguments& arguments) {
  std::vector<P99Bound> bounds;
  FL_ASSIGN_OR_RETURN(const auto pairs, Pairs(arguments, "max_p99"));
  for (const auto& [kind, limit] : pairs) {
    const bool is_kind = kind == "article" || kind == "searchable" || kind == "query" ||
                         std::count(load::kQueryKindNames.begin(), load::kQueryKindNames.end(), kind) > 0;
    absl::Duration duration;
    if (!is_kind || !absl::ParseDuration(limit, &duration) || duration <= absl::ZeroDuration()) {
      return absl::InvalidArgumentError(Cat("--max_p99: ", kind, "=", limit,
                                            ": want article, searchable, query, search, facts, get_article or facets, "
                                            "and a length of time, such as 50ms"));
    }
    bounds.push_back({kind, duration});
  }
  return bounds;
}

// INVALID_ARGUMENT: a flag that would change nothing, beside the others.
absl::Status CheckEffects(const Arguments& arguments, const load::LoadOptions& options,
                          const std::vector<P99Bound>& bounds) {
  const auto need = [&](std::string_view flag, std::string_view what) {
    return absl::InvalidArgumentError(Cat("--", flag, " has no effect without --", what));
  };
  if (options.articles_per_second == 0) {
    for (const char* flag : {"searchable", "updates", "deletes", "max_articles", "id_prefix"}) {
      if (arguments.Given(flag)) return need(flag, "articles_per_second");
    }
  }
  if (options.queries_per_second == 0) {
    for (const char* flag : {"queries", "mix"}) {
      if (arguments.Given(flag)) return need(flag, "queries_per_second");
    }
  }
  if (arguments.Given("mix") && arguments.Given("queries")) {
    return absl::InvalidArgumentError("--mix has no effect beside --queries, which are asked in turn");
  }
  for (const P99Bound& bound : bounds) {
    const std::string flag = Cat("max_p99=", bound.kind);
    if (bound.kind == "searchable") {
      if (!options.searchable) return need(flag, "searchable");
    } else if (bound.kind == "article") {
      if (options.articles_per_second == 0) return need(flag, "articles_per_second");
    } else if (options.queries_per_second == 0) {
      return need(flag, "queries_per_second");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<absl::Duration> WarmupOf(const Arguments& arguments) {
  absl::Duration warmup;
  const bool is_zero = absl::ParseDuration(std::string(arguments.Get("warmup")), &warmup) && warmup == absl::Duration();
  if (is_zero) return warmup;
  return arguments.Duration("warmup");
}

absl::StatusOr<load::LoadOptions> LoadOptionsOf(const Arguments& arguments) {
  load::LoadOptions options;
  FL_ASSIGN_OR_RETURN(options.articles_per_second, arguments.Number("articles_per_second", 0, 1e6));
  FL_ASSIGN_OR_RETURN(options.queries_per_second, arguments.Number("queries_per_second", 0, 1e6));
  if (options.articles_per_second == 0 && options.queries_per_second == 0) {
    return absl::InvalidArgumentError("want --articles_per_second, --queries_per_second or both");
  }
  const std::string_view arrival = arguments.Get("arrival");
  if (arrival != "constant" && arrival != "poisson") {
    return absl::InvalidArgumentError(Cat("--arrival=", arrival, ": want constant or poisson"));
  }
  options.arrival = arrival == "poisson" ? load::Arrival::kPoisson : load::Arrival::kConstant;
  FL_ASSIGN_OR_RETURN(const int64_t seed, arguments.Integer("seed", 0, kMaxSeed));
  options.seed = static_cast<uint64_t>(seed);
  FL_ASSIGN_OR_RETURN(options.duration, arguments.Duration("duration"));
  FL_ASSIGN_OR_RETURN(options.warmup, WarmupOf(arguments));
  FL_ASSIGN_OR_RETURN(options.timeout, TimeoutOf(arguments));
  FL_ASSIGN_OR_RETURN(const int64_t in_flight, arguments.Integer("in_flight", 1, 100'000));
  options.max_in_flight = static_cast<size_t>(in_flight);
  FL_ASSIGN_OR_RETURN(const int64_t max_backlog, arguments.Integer("max_backlog", 1, 10'000'000));
  options.max_backlog = static_cast<size_t>(max_backlog);
  options.searchable = arguments.Switch("searchable");
  return options;
}

absl::StatusOr<load::FeedOptions> FeedOptionsOf(const Arguments& arguments, uint64_t seed) {
  load::FeedOptions options;
  options.seed = seed;
  std::random_device random;
  options.id_prefix = arguments.Given("id_prefix") ? std::string(arguments.Get("id_prefix"))
                                                   : absl::StrFormat("load-%08x%08x", random(), random());
  FL_ASSIGN_OR_RETURN(options.updates, arguments.Number("updates", 0, 1));
  FL_ASSIGN_OR_RETURN(options.deletes, arguments.Number("deletes", 0, 1));
  if (options.updates + options.deletes > 1) {
    return absl::InvalidArgumentError("--updates and --deletes: want no more than 1 together");
  }
  FL_ASSIGN_OR_RETURN(const int64_t max_articles, arguments.Integer("max_articles", 0, 1'000'000'000));
  options.max_articles = static_cast<uint64_t>(max_articles);
  FL_ASSIGN_OR_RETURN(const int64_t body_bytes, arguments.Integer("body_bytes", 1, 1 << 20));
  options.body_bytes = static_cast<size_t>(body_bytes);
  options.now = absl::Now();
  return options;
}

// The articles and pages of the files named, in memory. Withdrawals are left out.
absl::StatusOr<std::vector<v1::IngestRequest>> ReadTexts(const Arguments& arguments, Console& console) {
  std::vector<v1::IngestRequest> texts;
  if (arguments.positional().empty()) return texts;
  ItemOptions options;
  options.standard_input_id = "standard-input";
  options.read.defaults.set_source("load");
  FL_ASSIGN_OR_RETURN(ItemSource source, ItemSource::Open(arguments.positional(), console.in, std::move(options)));
  uint64_t bytes = 0;
  while (std::optional<ItemSource::Next> next = source.Read()) {
    if (next->bad.has_value()) {
      console.err << "factline: " << next->bad->label << ": " << next->bad->status.message() << " (left out)\n";
      continue;
    }
    if (next->item->request.has_delete_id()) continue;
    bytes += next->item->request.ByteSizeLong();
    if (bytes > kMaxTextBytes) {
      console.err << "factline: " << Cat(texts.size(), " items fill ", kMaxTextBytes, " bytes; the rest is left out\n");
      break;
    }
    texts.push_back(std::move(next->item->request));
  }
  if (texts.empty()) return absl::InvalidArgumentError("the files named hold no article");
  return texts;
}

absl::StatusOr<std::vector<load::QueryRequest>> ReadQueryFile(const std::string& path) {
  std::ifstream file(path);
  if (!file) return absl::InvalidArgumentError(Cat("--queries=", path, ": cannot be read"));
  return load::ReadQueries(file, path);
}

// A channel to a server that is there.
absl::StatusOr<std::shared_ptr<grpc::Channel>> Reach(Role role, const Arguments& arguments) {
  const std::string address = AddressOf(role, arguments);
  FL_ASSIGN_OR_RETURN(std::shared_ptr<grpc::Channel> channel, DialServer(address, arguments));
  if (!channel->WaitForConnected(absl::ToChronoTime(absl::Now() + kConnectWithin))) {
    return CallError(grpc::Status(grpc::StatusCode::UNAVAILABLE, "no connection"), role, address);
  }
  return channel;
}

// FAILED_PRECONDITION: the log has several partitions, and queries see one alone.
absl::Status CheckOnePartition(v1::IngestService::Stub& ingest, const Arguments& arguments) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + kConnectWithin));
  v1::GetIngestStatusResponse status;
  FL_RETURN_IF_ERROR(
      CallError(ingest.GetIngestStatus(&context, {}, &status), Role::kIngestor, AddressOf(Role::kIngestor, arguments)));
  if (status.partitions_size() <= 1) return absl::OkStatus();
  return absl::FailedPreconditionError(Cat("--searchable: the log has ", status.partitions_size(),
                                           " partitions, of which queries see one alone; leave --searchable out"));
}

// Ctrl-C and TERM, taken by the thread that waits for them instead of ending the process; the second one ends it. Made
// before any other thread is, so that all inherit it.
class Interrupts {
 public:
  Interrupts() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, &before_);
  }
  ~Interrupts() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  // Whether one came within `timeout`.
  bool Await(absl::Duration timeout) {
    const timespec time = absl::ToTimespec(timeout);
    if (sigtimedwait(&signals_, nullptr, &time) < 0) return false;
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    return true;
  }

 private:
  sigset_t signals_, before_;
};

// Looks on until the run is done, with a line every now and then and one of the rest.
void LookOn(load::LoadRun& run, Interrupts& interrupts, absl::Duration report_every, Format format, Console& console) {
  const load::StopWatch watch;
  absl::Duration next_line = report_every;
  bool interrupted = false;
  const auto say = [&](const load::Interval& interval) {
    if (format == Format::kJsonLines) {
      console.out << "{\"interval\": " << load::IntervalJson(interval) << "}" << std::endl;
    } else {
      console.err << load::IntervalText(interval) << std::endl;
    }
  };
  while (!run.Done()) {
    if (interrupted) {
      absl::SleepFor(kLookEvery);
    } else if (interrupts.Await(std::min(kLookEvery, report_every))) {
      interrupted = true;
      run.Stop();
    }
    run.Watch();
    if (watch.elapsed() < next_line) continue;
    next_line += report_every;
    say(run.TakeInterval());
  }
  const load::Interval rest = run.TakeInterval();
  if (rest.any()) say(rest);
}

absl::StatusOr<std::vector<load::Report::Bound>> BoundsOf(const Arguments& arguments,
                                                          const std::vector<P99Bound>& p99_bounds,
                                                          const load::Report& report) {
  std::vector<load::Report::Bound> bounds;
  for (const P99Bound& bound : p99_bounds) {
    const load::Report::Kind* const kind = report.Find(bound.kind);
    // Of a kind that nothing was asked of, nothing is known.
    const absl::Duration p99 =
        kind == nullptr || kind->totals.intended() == 0 ? absl::InfiniteDuration() : kind->totals.Percentile(0.99);
    bounds.push_back(
        {Cat(bound.kind, " p99"), absl::ToDoubleMilliseconds(bound.limit), absl::ToDoubleMilliseconds(p99), "ms"});
  }
  if (!arguments.Given("max_errors")) return bounds;
  FL_ASSIGN_OR_RETURN(const double limit, arguments.Number("max_errors", 0, 1));
  for (const load::Report::Kind& kind : report.kinds) {
    bounds.push_back({Cat(kind.name, " errors"), limit, kind.totals.error_ratio(), ""});
  }
  return bounds;
}

absl::StatusOr<ExitCode> Run(const Arguments& arguments, Console& console) {
  FL_ASSIGN_OR_RETURN(const Format format, FormatOf(arguments));
  FL_ASSIGN_OR_RETURN(const load::LoadOptions options, LoadOptionsOf(arguments));
  FL_ASSIGN_OR_RETURN(load::FeedOptions feed_options, FeedOptionsOf(arguments, options.seed));
  FL_ASSIGN_OR_RETURN(const load::QueryWeights weights, WeightsOf(arguments));
  FL_ASSIGN_OR_RETURN(const std::vector<P99Bound> p99_bounds, P99BoundsOf(arguments));
  FL_ASSIGN_OR_RETURN(const absl::Duration report_every, arguments.Duration("report_every"));
  FL_RETURN_IF_ERROR(CheckEffects(arguments, options, p99_bounds));
  FL_RETURN_IF_ERROR(BoundsOf(arguments, {}, {}).status());
  std::vector<load::QueryRequest> queries;
  if (arguments.Given("queries")) {
    FL_ASSIGN_OR_RETURN(queries, ReadQueryFile(std::string(arguments.Get("queries"))));
  }
  FL_ASSIGN_OR_RETURN(std::vector<v1::IngestRequest> texts, ReadTexts(arguments, console));
  load::ArticleFeed feed(std::move(feed_options), std::move(texts));
  const auto text_of = [&feed](uint64_t n) {
    const v1::IngestRequest item = feed.Text(n);
    return item.has_page() ? item.page().text() : item.article().body();
  };
  load::QueryWords words;
  if (options.queries_per_second > 0 && queries.empty()) {
    FL_ASSIGN_OR_RETURN(words, load::DrawWords(options.seed, text_of));
  }
  load::QueryMix mix =
      queries.empty() ? load::QueryMix(options.seed, weights, std::move(words)) : load::QueryMix(std::move(queries));

  Interrupts interrupts;
  std::unique_ptr<v1::IngestService::Stub> ingest;
  std::unique_ptr<v1::QueryService::Stub> query;
  if (options.articles_per_second > 0) {
    FL_ASSIGN_OR_RETURN(auto channel, Reach(Role::kIngestor, arguments));
    ingest = v1::IngestService::NewStub(std::move(channel));
    if (options.searchable) FL_RETURN_IF_ERROR(CheckOnePartition(*ingest, arguments));
  }
  if (options.queries_per_second > 0 || options.searchable) {
    FL_ASSIGN_OR_RETURN(auto channel, Reach(Role::kQuery, arguments));
    query = v1::QueryService::NewStub(std::move(channel));
  }
  load::LoadRun run(options, ingest.get(), query.get(), feed, mix);
  LookOn(run, interrupts, report_every, format, console);
  load::Report report = run.Finish();
  FL_ASSIGN_OR_RETURN(report.bounds, BoundsOf(arguments, p99_bounds, report));
  if (format == Format::kTable) {
    console.out << load::ReportText(report);
  } else {
    console.out << (format == Format::kJson ? load::ReportJson(report)
                                            : Cat("{\"report\": ", load::ReportJson(report), "}"))
                << "\n";
  }
  const bool any_answer = std::any_of(report.kinds.begin(), report.kinds.end(),
                                      [](const load::Report::Kind& kind) { return kind.totals.answered > 0; });
  if (!any_answer && !report.interrupted) return absl::UnavailableError("no request was answered");
  return report.bounds_held() ? kOk : kBoundBroken;
}

}  // namespace

Command LoadCommand() { return {Spec(), Run}; }

}  // namespace factline::cli
