// factline ingest
#include <atomic>
#include <mutex>
#include <random>

#include "absl/strings/str_format.h"
#include "deploy/cli/client.h"
#include "deploy/cli/command.h"
#include "deploy/cli/format_text.h"
#include "deploy/cli/ingest_stream.h"
#include "deploy/cli/item_source.h"
#include "deploy/cli/progress.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"

namespace factline::cli {
namespace {

CommandSpec Spec() {
  CommandSpec spec;
  spec.name = "ingest";
  spec.arguments = "FILE|FOLDER|-...";
  spec.summary = "send pages and articles";
  spec.description =
      "Sends news to the ingestor and waits until all of it is durable.\n"
      "*.jsonl and *.ndjson hold an article a line, with the keys id, title, body, source, published, url, language, "
      "tags, "
      "authors. Any other file is one page as received, which the ingestor splits into articles; its id is the file's "
      "name "
      "without .txt. Folders are searched for *.txt and *.jsonl. '-' is standard input: JSON lines, or with "
      "--stdin=page a "
      "page.\n"
      "A broken connection is resumed. Sending twice does no harm, so a run that was stopped can be started again: an "
      "article that the ingestor holds with the same content is 'known already'; one that was deleted or replaced "
      "since "
      "comes back.\n"
      "Exit code 4 if the run came to its end but some items were rejected, 3 if the ingestor could not be reached.";
  spec.flags = {
      {"source", "NAME", "Page.source: who published the pages", ""},
      {"published", "TIME", "Page.published_time: 2024-03-24", ""},
      {"language", "TAG", "Page.language: zh, en; found from the text where it is not given", ""},
      {"url", "URL", "Page.url", ""},
      {"tags", "TAG[,TAG]", "Page.tags", ""},
      {"stdin", "jsonl|page", "what '-' holds", "jsonl"},
      {"id", "ID", "the id of a page from standard input", ""},
      {"window", "N", "items sent before their answers must come", "512"},
      {"max_item_bytes", "N", "longer lines and pages are rejected here; at most what the ingestor takes", "4194304"},
      {"max_errors", "N", "print so many rejections, count the rest", "20"},
      {"retry_for", "DURATION", "give up after so long without progress", "2m"},
      {"quiet", "", "no progress bar and no summary", ""},
      {"format", "table|json|jsonl", "a summary for people, or as JSON; or the answer to each item, one a line",
       "table"},
  };
  for (FlagSpec& flag : ConnectionFlags("60s")) spec.flags.push_back(std::move(flag));
  spec.examples =
      "  factline ingest page-2024-03-18.txt --source=harbour-daily --published=2024-03-18\n"
      "  factline ingest news.jsonl archive/\n"
      "  xzcat news.jsonl.xz | factline ingest -\n"
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
  std::string_view standard_input = arguments.Get("stdin");
  if (standard_input != "jsonl" && standard_input != "page") {
    return absl::InvalidArgumentError(Cat("--stdin=", standard_input, ": want jsonl or page"));
  }
  options.standard_input_is_page = standard_input == "page";
  options.page_id = std::string(arguments.Get("id"));
  if (options.standard_input_is_page && options.page_id.empty()) {
    return absl::InvalidArgumentError("a page from standard input has no name: say --id=ID");
  }
  FL_ASSIGN_OR_RETURN(int64_t max_item_bytes, arguments.Integer("max_item_bytes", 1, 1 << 30));
  options.max_item_bytes = static_cast<uint64_t>(max_item_bytes);
  options.run_id = NewRunId();
  v1::Page& page = options.page_defaults;
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
    if (response.has_error()) {
      counts.rejected = 1;
      Reject(item.label, FromRpcStatus(response.error()));
    } else if (response.acceptance().duplicate()) {
      counts.duplicates = 1;
    } else {
      counts.accepted = 1;
    }
    articles_ += response.has_error() ? 0 : response.acceptance().articles_size();
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
  std::atomic<uint64_t> articles_ = 0;
  std::mutex out_mutex_;
  Progress progress_;
};

void PrintSummary(const Arguments& arguments, Format format, const Report& report, const ProgressCounts& counts,
                  absl::Duration elapsed, Console& console) {
  if (format == Format::kJson) {
    console.out << Cat("{\"accepted\": ", counts.accepted, ", \"duplicates\": ", counts.duplicates,
                       ", \"rejected\": ", counts.rejected, ", \"articles\": ", report.articles(),
                       ", \"bytes\": ", counts.bytes, ", \"seconds\": ", absl::ToDoubleSeconds(elapsed), "}\n");
  } else if (format == Format::kTable && !arguments.Switch("quiet")) {
    console.out << ProgressLine(counts, 0, elapsed) << "  " << Count(report.articles()) << " articles durable after "
                << Short(elapsed) << "\n";
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
  if (counts.items() > 0 || status.ok()) PrintSummary(arguments, format, report, counts, elapsed, console);
  FL_RETURN_IF_ERROR(CallError(ToGrpc(status), Role::kIngestor, address));
  return counts.rejected > 0 ? kRejected : kOk;
}

}  // namespace

Command IngestCommand() { return {Spec(), Run}; }

}  // namespace factline::cli
