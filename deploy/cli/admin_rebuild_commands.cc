// factline admin verify, factline admin rebuild
#include <unistd.h>

#include <filesystem>

#include "absl/cleanup/cleanup.h"
#include "absl/time/clock.h"
#include "deploy/cli/client.h"
#include "deploy/cli/command.h"
#include "deploy/cli/format_text.h"
#include "deploy/cli/index_files.h"
#include "deploy/cli/rebuilding.h"
#include "indexer/apply/verify.h"
#include "protos/vocab/json_writer.h"
#include "protos/vocab/status.h"

namespace factline::cli {
namespace {

namespace fs = std::filesystem;

void AddCommonFlags(CommandSpec& spec) {
  for (FlagSpec& flag : RebuildingFlags()) spec.flags.push_back(std::move(flag));
  for (FlagSpec& flag : ConnectionFlags()) spec.flags.push_back(std::move(flag));
}

CommandSpec VerifySpec() {
  CommandSpec spec;
  spec.name = "admin verify";
  spec.summary = "compare the index with a rebuild from the log";
  spec.description =
      "Rebuilds the index from the log in a temporary directory, up to where the index in DATA_DIR/index stands, and "
      "compares the two in meaning: every article with its terms and positions, every fact with its evidences, every "
      "entity. The indexer may run and write meanwhile. Needs as much free disk space as the index takes.\n"
      "The log is read from the ingestor, or where none answers from the files in DATA_DIR/log.\n"
      "Exit code 0 if they are equal, 1 with the differences listed if not, 2 if the index was made by another "
      "analyser, "
      "extractor or rule packs.";
  spec.flags = {
      {"work_dir", "DIR", "rebuild in DIR/PID, which is removed afterwards", "DATA_DIR/verify"},
      {"max_differences", "N", "list so many differences at most", "20"},
      {"format", "table|json", "for people, or one JSON object", "table"},
  };
  AddCommonFlags(spec);
  spec.examples = "  factline admin verify --data_dir=/var/lib/factline\n";
  return spec;
}

CommandSpec RebuildSpec() {
  CommandSpec spec;
  spec.name = "admin rebuild";
  spec.summary = "make the index anew from the log, and put it in place";
  spec.description =
      "Makes a new index from the log beside the old one, then swaps the two and removes the old one. The indexer must "
      "be "
      "stopped; ingestor and query may run: queries are answered from the old index to the last moment. Wanted after a "
      "change of analyser, extractor or rule packs, and where an index is damaged. If it is interrupted, call it "
      "again: "
      "it goes on where it stopped, or anew if analyser, extractor or rule packs have changed since.\n"
      "The log is read from the ingestor, or where none answers from the files in DATA_DIR/log.";
  AddCommonFlags(spec);
  spec.examples = "  factline admin rebuild --data_dir=/var/lib/factline --rules=my.rules\n";
  return spec;
}

struct Inputs {
  fs::path data_dir;
  Partition partition;
  int workers = 1;
  std::unique_ptr<Rebuilder> rebuilder;
  std::unique_ptr<log::Reader> log;
};

absl::StatusOr<Inputs> OpenInputs(const Arguments& arguments) {
  Inputs inputs;
  inputs.data_dir = arguments.Get("data_dir");
  FL_ASSIGN_OR_RETURN(int64_t partition, arguments.Integer("partition", 0, 1023));
  inputs.partition = Partition(static_cast<uint32_t>(partition));
  FL_ASSIGN_OR_RETURN(int64_t workers, arguments.Integer("workers", 0, 256));
  inputs.workers = static_cast<int>(workers);
  FL_ASSIGN_OR_RETURN(inputs.rebuilder, Rebuilder::Create(arguments));
  FL_ASSIGN_OR_RETURN(inputs.log, OpenLog(arguments));
  return inputs;
}

void PrintVerification(const apply::Verification& result, bool json, Console& console) {
  if (json) {
    std::string out;
    JsonWriter writer(&out);
    writer.BeginObject();
    writer.Key("equal");
    writer.Boolean(result.differences.empty());
    for (auto [name, number] : {std::pair<std::string_view, uint64_t>{"offset", result.offset.value()},
                                {"articles", result.live_articles},
                                {"facts", result.facts},
                                {"entities", result.entities}}) {
      writer.Key(name);
      writer.Number(static_cast<double>(number));
    }
    writer.Member("differences", result.differences);
    writer.EndObject();
    console.out << out << "\n";
    return;
  }
  for (const std::string& difference : result.differences) console.out << difference << "\n";
  console.out << (result.differences.empty() ? "equal: the index is what the log says" : "DIFFERENT from a rebuild")
              << ", as of event " << Count(result.offset.value()) << ": " << Count(result.live_articles)
              << " articles, " << Count(result.facts) << " facts, " << Count(result.entities) << " entities\n";
}

// An index of another analyser, extractor or rule pack differs from our rebuild everywhere, and that proves nothing.
absl::Status CheckVersions(const std::string& index_dir, const std::string& secondary_dir,
                           const store::IndexVersions& ours) {
  std::error_code ignored;  // opening says so too
  fs::create_directories(secondary_dir, ignored);
  FL_ASSIGN_OR_RETURN(std::unique_ptr<store::Reader> reader,
                      store::Reader::Open({.index_dir = index_dir, .secondary_dir = secondary_dir}));
  const store::IndexVersions& theirs = reader->versions();
  if (theirs.analyzer_version == ours.analyzer_version && theirs.extractor_version == ours.extractor_version) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      Cat("the index was made by analyser '", theirs.analyzer_version, "' and extractor '", theirs.extractor_version,
          "', this program has '", ours.analyzer_version, "' and '", ours.extractor_version,
          "': give the --rules and --tagged_names that the indexer was given, or rebuild the index"));
}

absl::StatusOr<ExitCode> RunVerify(const Arguments& arguments, Console& console) {
  std::string_view format = arguments.Get("format");
  if (format != "table" && format != "json") {
    return absl::InvalidArgumentError(Cat("--format=", format, ": want table or json"));
  }
  FL_ASSIGN_OR_RETURN(int64_t max_differences, arguments.Integer("max_differences", 1, 1'000'000));
  FL_ASSIGN_OR_RETURN(Inputs inputs, OpenInputs(arguments));
  apply::VerifyOptions options;
  options.index_dir = (inputs.data_dir / "index").string();
  // Of this process alone: two verifications at a time do not meet, and a killed one leaves nothing that another
  // trusts. Removed afterwards, and the directory around it only if that is our own and empty then.
  fs::path base = arguments.Given("work_dir") ? fs::path(arguments.Get("work_dir")) : inputs.data_dir / "verify";
  options.work_dir = (base / Cat(getpid())).string();
  options.versions = inputs.rebuilder->versions();
  options.partition = inputs.partition;
  options.builder_threads = inputs.workers;
  options.max_differences = static_cast<size_t>(max_differences);
  options.on_progress = ShowProgress(console);
  absl::Cleanup remove = [&] {
    std::error_code ignored;
    fs::remove_all(options.work_dir, ignored);
    if (!arguments.Given("work_dir")) fs::remove(base, ignored);
  };
  FL_RETURN_IF_ERROR(CheckVersions(options.index_dir, Cat(options.work_dir, "/versions"), options.versions));
  absl::StatusOr<apply::Verification> result = apply::VerifyIndex(*inputs.log, inputs.rebuilder->builder(), options);
  EndProgress(console);
  FL_RETURN_IF_ERROR(result.status());
  PrintVerification(*result, format == "json", console);
  return result->differences.empty() ? kOk : kNotFound;
}

absl::StatusOr<ExitCode> RunRebuild(const Arguments& arguments, Console& console) {
  FL_ASSIGN_OR_RETURN(Inputs inputs, OpenInputs(arguments));
  IndexFiles files(inputs.data_dir);
  IndexLock lock;
  std::error_code error;
  if (fs::exists(files.Index(), error)) FL_RETURN_IF_ERROR(lock.Take(files.Index()));
  FL_RETURN_IF_ERROR(files.DiscardLeftovers(inputs.rebuilder->versions()));
  FL_ASSIGN_OR_RETURN(Offset end, LogEnd(*inputs.log, inputs.partition));
  apply::RebuildOptions options;
  options.writer.index_dir = files.Fresh().string();
  options.writer.versions = inputs.rebuilder->versions();
  options.partition = inputs.partition;
  options.to_offset = end;
  options.builder_threads = inputs.workers;
  options.on_progress = ShowProgress(console);
  absl::Time start = absl::Now();
  absl::Status rebuilt = apply::Rebuild(*inputs.log, inputs.rebuilder->builder(), options);
  EndProgress(console);
  FL_RETURN_IF_ERROR(rebuilt);
  FL_RETURN_IF_ERROR(files.Exchange());
  console.out << "rebuilt from " << Count(end.value()) << " events in " << Short(absl::Now() - start)
              << "; the new index is in place: start the indexer\n";
  return kOk;
}

}  // namespace

Command AdminVerifyCommand() { return {VerifySpec(), RunVerify}; }
Command AdminRebuildCommand() { return {RebuildSpec(), RunRebuild}; }

}  // namespace factline::cli
