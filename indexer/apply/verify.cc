#include "indexer/apply/verify.h"

#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "indexer/apply/consumer.h"
#include "indexer/apply/index_dump.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/status.h"

namespace factline::apply {
namespace {

constexpr int kMaxRetries = 80;
constexpr absl::Duration kRetryPause = absl::Milliseconds(250);
constexpr int kCommitsBetweenMerges = 16;

// The log as a tool reads it: what it has read matters to nobody.
class SilentReader : public log::Reader {
 public:
  explicit SilentReader(log::Reader& reader) : reader_(reader) {}

  absl::StatusOr<log::EventBatch> Read(Partition partition, Offset from, const log::ReadLimits& limits) override {
    return reader_.Read(partition, from, limits);
  }
  void ReportConsumed(Partition, Offset) override {}

 private:
  log::Reader& reader_;
};

absl::Status MergeAll(store::Writer& writer) {
  while (true) {
    FL_ASSIGN_OR_RETURN(const bool merged, writer.MergeOnce());
    if (!merged) return absl::OkStatus();
  }
}

absl::StatusOr<std::unique_ptr<store::Reader>> OpenReader(const std::string& index_dir, std::string secondary_dir) {
  store::ReaderOptions options;
  options.index_dir = index_dir;
  options.secondary_dir = std::move(secondary_dir);
  return store::Reader::Open(options);
}

}  // namespace

store::IndexVersions CurrentVersions(const extract::Extractor& extractor) {
  store::IndexVersions versions;
  versions.analyzer_version = std::string(text::Analyzer::Version());
  versions.extractor_version = std::string(extractor.Version());
  return versions;
}

absl::Status Rebuild(log::Reader& reader, const DocumentBuilder& builder, const RebuildOptions& options) {
  FL_ASSIGN_OR_RETURN(const std::unique_ptr<store::Writer> writer, store::Writer::Open(options.writer));
  if (writer->consumed_offset() > options.to_offset) {
    return absl::FailedPreconditionError(
        Cat("the index at ", options.writer.index_dir, " is already beyond offset ", options.to_offset.value()));
  }
  SilentReader silent(reader);
  ConsumerOptions consumer_options;
  consumer_options.partition = options.partition;
  consumer_options.builder_threads = options.builder_threads;
  consumer_options.end_offset_exclusive = options.to_offset;
  Consumer consumer(silent, *writer, builder, consumer_options);
  int retries = 0;
  int commits = 0;
  while (true) {
    FL_ASSIGN_OR_RETURN(const Consumer::Turn turn, consumer.Step());
    const Progress progress = consumer.progress();
    if (options.on_progress) options.on_progress(progress);
    if (turn == Consumer::Turn::kEnded) break;
    if (turn == Consumer::Turn::kIdle && progress.log_end_offset < options.to_offset) {
      return absl::FailedPreconditionError(Cat("the log ends at offset ", progress.log_end_offset.value(),
                                               ", before offset ", options.to_offset.value()));
    }
    if (turn == Consumer::Turn::kRetry) {
      if (++retries > kMaxRetries) return absl::UnavailableError(progress.stall);
      absl::SleepFor(kRetryPause);
      continue;
    }
    retries = 0;
    if (turn != Consumer::Turn::kCommitted) continue;
    if (++commits % kCommitsBetweenMerges == 0) FL_RETURN_IF_ERROR(MergeAll(*writer));
  }
  return MergeAll(*writer);
}

absl::StatusOr<Verification> VerifyIndex(log::Reader& reader, const DocumentBuilder& builder,
                                         const VerifyOptions& options) {
  std::error_code error;
  std::filesystem::create_directories(options.work_dir, error);
  if (error) return absl::UnavailableError(Cat("cannot make ", options.work_dir, ": ", error.message()));
  FL_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> index,
                      OpenReader(options.index_dir, options.work_dir + "/secondary"));
  const std::shared_ptr<const store::IndexView> view = index->View();
  // Dumped first: the longer the view is held, the more of it the running indexer merges away.
  FL_ASSIGN_OR_RETURN(const std::vector<std::string> dump, DumpIndex(*view));

  Verification verification;
  verification.offset = view->visible_offset();
  verification.live_articles = view->stats().live_docs;
  verification.facts = view->facts().fact_count();
  verification.entities = view->facts().entity_count();

  RebuildOptions rebuild;
  rebuild.writer.index_dir = options.work_dir + "/rebuilt";
  rebuild.writer.versions = options.versions;
  rebuild.partition = options.partition;
  rebuild.to_offset = verification.offset;
  rebuild.builder_threads = options.builder_threads;
  rebuild.on_progress = options.on_progress;
  FL_RETURN_IF_ERROR(Rebuild(reader, builder, rebuild));
  FL_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> rebuilt,
                      OpenReader(rebuild.writer.index_dir, options.work_dir + "/rebuilt_secondary"));
  FL_ASSIGN_OR_RETURN(const std::vector<std::string> rebuilt_dump, DumpIndex(*rebuilt->View()));
  verification.differences = CompareDumps(dump, rebuilt_dump, options.max_differences);
  return verification;
}

}  // namespace factline::apply
