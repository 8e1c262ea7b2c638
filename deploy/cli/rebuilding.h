#ifndef FACTLINE_DEPLOY_CLI_REBUILDING_H_
#define FACTLINE_DEPLOY_CLI_REBUILDING_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "deploy/cli/arguments.h"
#include "deploy/cli/console.h"
#include "indexer/apply/document_builder.h"
#include "indexer/apply/progress.h"
#include "indexer/extract/extractor.h"
#include "indexer/store/reader.h"
#include "indexer/text/analyzer.h"
#include "ingest/log/reader.h"

namespace factline::cli {

// --rules, --tagged_names, --partition, --workers: what an index is a function of, beside the log.
std::vector<FlagSpec> RebuildingFlags();

// What makes documents of events, as the indexer with the same flags does.
class Rebuilder {
 public:
  static absl::StatusOr<std::unique_ptr<Rebuilder>> Create(const Arguments& arguments);

  const apply::DocumentBuilder& builder() const { return *builder_; }
  store::IndexVersions versions() const;

 private:
  Rebuilder() = default;

  text::Analyzer analyzer_;
  std::unique_ptr<extract::Extractor> extractor_;
  std::unique_ptr<apply::DocumentBuilder> builder_;
};

// The log: of the ingestor that --ingest_address and --data_dir name; where none answers, the files in DATA_DIR/log.
// Reports nothing as consumed.
absl::StatusOr<std::unique_ptr<log::Reader>> OpenLog(const Arguments& arguments);

// The log of any number of partitions in the files of `path`, which nobody else may have open.
absl::StatusOr<std::unique_ptr<log::Reader>> OpenLogFiles(const std::string& path);

// The end of the log now. DATA_LOSS if its first events are gone.
absl::StatusOr<Offset> LogEnd(log::Reader& log, Partition partition);

// Shows "12,345 of 40,000 events" on a terminal, in place. Empty where `console.err` is none.
std::function<void(const apply::Progress&)> ShowProgress(Console& console);
void EndProgress(Console& console);

}  // namespace factline::cli

#endif  // FACTLINE_DEPLOY_CLI_REBUILDING_H_
