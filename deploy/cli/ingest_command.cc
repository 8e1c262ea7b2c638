// factline ingest
#include <atomic>
#include <mutex>
#include <random>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "deploy/cli/client.h"
#include "deploy/cli/command.h"
#include "deploy/cli/format_text.h"
#include "deploy/cli/ingest_stream.h"
#include "deploy/cli/item_source.h"
#include "deploy/cli/progress.h"
#include "deploy/formats/open.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"
#include "protos/vocab/trace_context.h"

namespace factline::cli {
namespace {

CommandSpec Spec() {
  CommandSpec spec;
  spec.name = "ingest";
  spec.arguments = "FILE|FOLDER|-...";
  spec.summary = "send pages and articles";
  spec.description =
      "Sends news to the ingestor and waits until all of it is durable.\n"
      "It takes JSON lines, IPTC ninjs and NewsML-G2, RSS, Atom, HTML pages, WARC files and the text of pages, which "
      "the ingestor splits into articles; each may be compressed with gzip, xz or zstd. What a file holds is told by "
      "its name (*.txt is a page, *.jsonl and *.ndjson hold an article a line) or else by its content; "
      "deploy/formats/README.md has the fields of each. Folders are searched for files whose names end as theirs do. "
      "'-' is standard input.\n"
      "An article that its source has canceled or withheld is withdrawn. The flags fill in what an item does not say.\n"
      "A broken connection is resumed. Sending twice does no harm, so a run that was stopped can be started again: an "
      "article that the ingestor holds with the same content is 'known already'; one that was deleted or replaced "
      "since comes back.\n"
      "Exit code 4 if the run came to its end but some items were rejected, 3 if the ingestor could not be reached.";
  spec.flags = {
      {"input_format", "FORMAT", Cat("of all inputs: ", formats::FormatNames()), "auto"},
      {"source", "NAME", "who published it, where the format has no name that is made to last (all but JSON lines)",
       ""},
      {"published", "TIME", "when, where an item does not say: 2024-03-24", ""},
      {"language", "TAG", "zh, en; found from the text where neither the item nor this says it", ""},
      {"url", "URL", "where it can be read, where an item does not say", ""},
      {"tags", "TAG[,TAG]", "keywords, where an item has none", ""},
      {"id", "ID", "the id of a page from standard input", ""},
      {"embargoed", "send|reject", "what to do with articles that are still under embargo", "send"},
      {"window", "N", "items sent before their answers must come", "512"},
      {"max_item_bytes", "N", "of input, for one item; longer ones are rejected", "4194304"},
      {"max_errors", "N", "print so many rejections, count the rest", "20"},
      {"retry_for", "DURATION", "give up after so long without progress", "2m"},
      {"traceparent", "TRACE", "W3C trace context of all items; sampled, the servers' logs tell of each article", ""},
      {"quiet", "", "no progress bar and no summary", ""},
      {"format", "table|json|jsonl", "a summary for people, or as JSON; or the answer to each item, one a line",
       "table"},
  };
  for (FlagSpec& flag : ConnectionFlags("60s")) spec.flags.push_back(std::move(flag));
  spec.examples =
      "  factline ingest page-2024-03-18.txt --source=harbour-daily --published=2024-03-18\n"
      "  factline ingest news.jsonl archive/\n"
      "  factline ingest feed.rss agency-item.xml page.html CC-NEWS-20240318.warc.gz\n"
      "  produce-news | factline ingest - --input_format=jsonl\n"
      "  factline ingest news.jsonl --format=jsonl | jq -r 'select(.error) | .error.message'\n";
  return spec;
}

// 128 random bits: no two runs share a request id.
std::string NewRunId() {
  std::random_device random;
  return absl::StrFormat("%08x%08x%08x%08x", random(), random(), random(), random());
}

absl::StatusOr<ItemOptions> ItemOptionsOf(const Arguments& arguments) {
  ItemOptions options;
  const std::string_view format = arguments.Get("input_format");
  options.format = formats::FormatNamed(format);
  if (!options.format.has_value() && format != "auto") {
    return absl::InvalidArgumentError(Cat("--input_format=", format, ": want one of ", formats::FormatNames()));
  }
  const std::string_view embargoed = arguments.Get("embargoed");
  if (embargoed != "send" && embargoed != "reject") {
    return absl::InvalidArgumentError(Cat("--embargoed=", embargoed, ": want send or reject"));
  }
  if (embargoed == "reject") options.embargoed_after = absl::Now();
  options.standard_input_id = std::string(arguments.Get("id"));
  FL_ASSIGN_OR_RETURN(int64_t max_item_bytes, arguments.Integer("max_item_bytes", 1, 1 << 30));
  options.read.max_item_bytes = static_cast<uint64_t>(max_item_bytes);
  options.run_id = NewRunId();
  v1::Page& page = options.read.defaults;
  page.set_source(std::string(arguments.Get("source")));
  page.set_language(std::string(arguments.Get("language")));
  page.set_url(std::string(arguments.Get("url")));
  for (std::string& tag : arguments.List("tags")) page.add_tags(std::move(tag));
  if (arguments.Given("published")) {
    std::optional<absl::Time> time = ParseTime(arguments.Get("published"));
    if (!time.has_value()) {
      return absl::InvalidArgumentError(Cat("--published=", arguments.Get("published"), ": want a date: 2024-03-24"));
    }
    page.mutable_published_time()->set_seconds(absl::ToUnixSeconds(*time));
  }
  return options;
}

// What becomes of the items: counts, messages, and with --format=jsonl a line for each.
class Report {
 public:
  Report(const Arguments& arguments, Format format, int64_t max_errors, uint64_t total_bytes, Console& console)
      : format_(format),
        max_errors_(max_errors),
        console_(console),
        progress_(console.err, console.err_is_tty && !arguments.Switch("quiet"), total_bytes) {}

  void Answer(const Item& item, const v1::IngestResponse& response) {
    ProgressCounts counts{.bytes = item.bytes};
    const bool is_gone =  // a withdrawal of what is not there, or not any more
        item.request.has_delete_id() && response.error().code() == static_cast<int>(absl::StatusCode::kNotFound);
    if (is_gone) {
      counts.duplicates = 1;
    } else if (response.has_error()) {
      counts.rejected = 1;
      Reject(item.label, FromRpcStatus(response.error()));
    } else if (response.acceptance().duplicate()) {
      counts.duplicates = 1;
    } else {
      counts.accepted = 1;
    }
    (item.request.has_delete_id() ? withdrawn_ : articles_) += response.acceptance().articles_size();
    progress_.Add(counts);
    if (format_ == Format::kJsonLines) PrintLine(response);
  }

  void Bad(const BadItem& bad) {
    Reject(bad.label, bad.status);
    progress_.Add({.rejected = 1, .bytes = bad.bytes});
    if (format_ != Format::kJsonLines) return;
    v1::IngestResponse response;
    *response.mutable_error() = ToRpcStatus(bad.status);
    PrintLine(response);
  }

  Progress& progress() { return progress_; }
  uint64_t articles() const { return articles_; }
  uint64_t withdrawn() const { return withdrawn_; }

 private:
  void Reject(const std::string& label, const absl::Status& status) {
    int64_t errors = ++errors_;
    if (errors > max_errors_) return;
    std::string line = Cat(label, ": ", std::string(status.message()));
    progress_.Say(errors == max_errors_ ? Cat(line, " (further rejections are counted only)") : line);
  }

  void PrintLine(const v1::IngestResponse& response) {
    std::lock_guard lock(out_mutex_);
    console_.out << ToJson(response, false) << "\n";
  }

  const Format format_;
  const int64_t max_errors_;
  Console& console_;
  std::atomic<int64_t> errors_ = 0;
  std::atomic<uint64_t> articles_ = 0;   // durable
  std::atomic<uint64_t> withdrawn_ = 0;  // articles
  std::mutex out_mutex_;
  Progress progress_;
};

void PrintSummary(const Arguments& arguments, Format format, const Report& report, const ProgressCounts& counts,
                  uint64_t skipped, absl::Duration elapsed, Console& console) {
  if (format == Format::kJson) {
    console.out << Cat("{\"accepted\": ", counts.accepted, ", \"duplicates\": ", counts.duplicates,
                       ", \"rejected\": ", counts.rejected, ", \"articles\": ", report.articles(),
                       ", \"withdrawn\": ", report.withdrawn(), ", \"skipped\": ", skipped,
                       ", \"bytes\": ", counts.bytes, ", \"seconds\": ", absl::ToDoubleSeconds(elapsed), "}\n");
  } else if (format == Format::kTable && !arguments.Switch("quiet")) {
    console.out << ProgressLine(counts, 0, elapsed) << "  " << Count(report.articles()) << " articles durable after "
                << Short(elapsed);
    if (report.withdrawn() > 0) console.out << ", " << Count(report.withdrawn()) << " withdrawn";
    if (skipped > 0) console.out << ", " << Count(skipped) << " records skipped that hold no article";
    console.out << "\n";
  }
}

absl::StatusOr<ExitCode> Run(const Arguments& arguments, Console& console) {
  FL_ASSIGN_OR_RETURN(Format format, FormatOf(arguments));
  if (arguments.positional().empty()) return absl::InvalidArgumentError("want files, folders or '-' to send");
  FL_ASSIGN_OR_RETURN(ItemOptions item_options, ItemOptionsOf(arguments));
  FL_ASSIGN_OR_RETURN(ItemSource opened, ItemSource::Open(arguments.positional(), console.in, std::move(item_options)));
  auto items = std::make_shared<ItemSource>(std::move(opened));  // its reader may wait for input to the last
  IngestStreamOptions options;
  FL_ASSIGN_OR_RETURN(int64_t window, arguments.Integer("window", 1, 100'000));
  options.window_items = static_cast<size_t>(window);
  FL_ASSIGN_OR_RETURN(options.answer_timeout, TimeoutOf(arguments));
  FL_ASSIGN_OR_RETURN(options.retry_for, arguments.Duration("retry_for"));
  if (arguments.Given("traceparent")) {
    options.traceparent = NormalTraceparent(arguments.Get("traceparent"));
    if (options.traceparent.empty()) {
      return absl::InvalidArgumentError(
          Cat("--traceparent=", arguments.Get("traceparent"),
              ": want VERSION-TRACE-PARENT-FLAGS: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
    }
  }
  FL_ASSIGN_OR_RETURN(int64_t max_errors, arguments.Integer("max_errors", 0, 1'000'000'000));

  std::string address = AddressOf(Role::kIngestor, arguments);
  FL_ASSIGN_OR_RETURN(std::shared_ptr<grpc::Channel> channel, DialServer(address, arguments));
  auto stub = v1::IngestService::NewStub(std::move(channel));
  Report report(arguments, format, max_errors, items->total_bytes(), console);
  IngestStream::Listener listener;
  listener.answered = [&](const Item& item, const v1::IngestResponse& response) { report.Answer(item, response); };
  listener.bad = [&](const BadItem& bad) { report.Bad(bad); };
  listener.notice = [&](const std::string& words) { report.progress().Say(Cat("factline: ", words)); };
  absl::Status status = IngestStream(*stub, options).Run([items] { return items->Read(); }, listener);
  ProgressCounts counts = report.progress().counts();
  absl::Duration elapsed = report.progress().elapsed();
  report.progress().Stop();
  if (counts.items() > 0 || status.ok())
    PrintSummary(arguments, format, report, counts, items->skipped_records(), elapsed, console);
  FL_RETURN_IF_ERROR(CallError(ToGrpc(status), Role::kIngestor, address));
  return counts.rejected > 0 ? kRejected : kOk;
}

}  // namespace

Command IngestCommand() { return {Spec(), Run}; }

}  // namespace factline::cli
