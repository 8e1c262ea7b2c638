#include "deploy/cli/rebuilding.h"

#include <filesystem>

#include "absl/time/clock.h"
#include "deploy/cli/client.h"
#include "deploy/cli/format_text.h"
#include "deploy/host/rule_packs.h"
#include "indexer/apply/verify.h"
#include "ingest/log/embedded_log.h"
#include "ingest/log/remote_reader.h"
#include "protos/vocab/status.h"

namespace factline::cli {
namespace {

constexpr absl::Duration kDialTimeout = absl::Seconds(2);

// The files of a log, and a reader of them.
class FileLog final : public log::Reader {
 public:
  explicit FileLog(std::unique_ptr<log::EmbeddedLog> log) : log_(std::move(log)), reader_(log_->NewReader("")) {}

  absl::StatusOr<log::EventBatch> Read(Partition partition, Offset from, const log::ReadLimits& limits) override {
    return reader_->Read(partition, from, limits);
  }
  void ReportConsumed(Partition, Offset) override {}

 private:
  std::unique_ptr<log::EmbeddedLog> log_;
  std::unique_ptr<log::Reader> reader_;
};

}  // namespace

std::vector<FlagSpec> RebuildingFlags() {
  return {
      {"rules", "FILE[,FILE]", "the rule packs that the indexer was given, in the same order", ""},
      {"tagged_names", "", "as the indexer was given it", ""},
      {"partition", "N", "the partition of the log that the index holds", "0"},
      {"workers", "N", "threads that analyse and extract", "2"},
  };
}

absl::StatusOr<std::unique_ptr<Rebuilder>> Rebuilder::Create(const Arguments& arguments) {
  FL_ASSIGN_OR_RETURN(std::vector<extract::RulePackSource> packs, host::LoadRulePacks(arguments.List("rules")));
  auto rebuilder = std::unique_ptr<Rebuilder>(new Rebuilder());
  FL_ASSIGN_OR_RETURN(rebuilder->extractor_,
                      extract::Extractor::Create(packs, {.tagged_names = arguments.Switch("tagged_names")}));
  rebuilder->builder_ = std::make_unique<apply::DocumentBuilder>(rebuilder->analyzer_, *rebuilder->extractor_);
  return rebuilder;
}

store::IndexVersions Rebuilder::versions() const { return apply::CurrentVersions(*extractor_); }

absl::StatusOr<std::unique_ptr<log::Reader>> OpenLog(const Arguments& arguments) {
  std::string address = AddressOf(Role::kIngestor, arguments);
  FL_ASSIGN_OR_RETURN(std::shared_ptr<grpc::Channel> channel, DialServer(address, arguments));
  if (channel->WaitForConnected(absl::ToChronoTime(absl::Now() + kDialTimeout))) {
    return std::make_unique<log::RemoteReader>(std::move(channel), log::RemoteReaderOptions{});
  }
  std::filesystem::path path = std::filesystem::path(arguments.Get("data_dir")) / "log";
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) {
    return absl::UnavailableError(Cat("no ingestor answers at ", address, ", and there is no log in ", path.string(),
                                      "; say --ingest_address or --data_dir"));
  }
  return OpenLogFiles(path.string());
}

absl::StatusOr<std::unique_ptr<log::Reader>> OpenLogFiles(const std::string& path) {
  FL_ASSIGN_OR_RETURN(std::unique_ptr<log::EmbeddedLog> log,
                      log::EmbeddedLog::Open({.path = path, .maintenance_interval = absl::ZeroDuration()}));
  return std::make_unique<FileLog>(std::move(log));
}

absl::StatusOr<Offset> LogEnd(log::Reader& log, Partition partition) {
  absl::StatusOr<log::EventBatch> batch = log.Read(partition, Offset(0), {.max_events = 1, .wait = absl::Seconds(5)});
  if (batch.ok()) return batch->end_offset;
  if (absl::IsOutOfRange(batch.status())) {
    return absl::DataLossError(
        Cat("the log has dropped its first events (retention), so that an index cannot be made of "
            "it: ",
            std::string(batch.status().message())));
  }
  return batch.status();
}

std::function<void(const apply::Progress&)> ShowProgress(Console& console) {
  if (!console.err_is_tty) return nullptr;
  return [&console](const apply::Progress& progress) {
    console.err << "\r\x1b[K" << Count(progress.indexed_offset.value()) << " of "
                << Count(progress.log_end_offset.value()) << " events" << std::flush;
  };
}

void EndProgress(Console& console) {
  if (console.err_is_tty) console.err << "\r\x1b[K" << std::flush;
}

}  // namespace factline::cli
