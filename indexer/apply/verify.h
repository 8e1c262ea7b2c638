#ifndef FACTLINE_INDEXER_APPLY_VERIFY_H_
#define FACTLINE_INDEXER_APPLY_VERIFY_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "indexer/apply/document_builder.h"
#include "indexer/apply/progress.h"
#include "indexer/store/reader.h"
#include "indexer/store/writer.h"
#include "ingest/log/reader.h"
#include "protos/vocab/ids.h"

namespace factline::apply {

// The versions that an index made by this program with this extractor carries.
store::IndexVersions CurrentVersions(const extract::Extractor& extractor);

struct RebuildOptions {
  store::WriterOptions writer;  // the index to make or to go on with; its versions are CurrentVersions
  Partition partition;
  Offset to_offset;         // exclusive: events before it are applied
  int builder_threads = 1;  // as ConsumerOptions
  // Called now and then, with the progress so far, for a progress bar. Unset: not told.
  std::function<void(const Progress&)> on_progress;
};

// Makes an index from the log alone, merging as it goes. Nothing is reported to the log as consumed. DATA_LOSS with
// reason EVENTS_DROPPED if the log no longer has all events; FAILED_PRECONDITION if it ends before `to_offset`;
// UNAVAILABLE if it did not answer for some 20 seconds. May be run again: it goes on where it stopped.
absl::Status Rebuild(log::Reader& reader, const DocumentBuilder& builder, const RebuildOptions& options);

struct VerifyOptions {
  std::string index_dir;  // may be in use by its writer meanwhile
  std::string work_dir;   // made if absent; the rebuilt index and RocksDB's own files go there and are left there
  store::IndexVersions versions;
  Partition partition;
  int builder_threads = 1;
  size_t max_differences = 20;
  std::function<void(const Progress&)> on_progress;  // of the rebuild
};

struct Verification {
  Offset offset;  // the index was compared as of the events before it
  uint64_t live_articles = 0;
  uint64_t facts = 0;
  uint64_t entities = 0;
  std::vector<std::string> differences;  // "the first" is the index, "the second" is the rebuild; empty: they are equal
};

// Rebuilds the index from the log beside it, up to where it stands, and compares the two.
absl::StatusOr<Verification> VerifyIndex(log::Reader& reader, const DocumentBuilder& builder,
                                         const VerifyOptions& options);

}  // namespace factline::apply

#endif  // FACTLINE_INDEXER_APPLY_VERIFY_H_
