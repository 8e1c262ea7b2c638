#ifndef FACTLINE_INDEXER_STORE_WRITER_H_
#define FACTLINE_INDEXER_STORE_WRITER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "factline/storage/v1/index.pb.h"
#include "indexer/store/fields.h"
#include "indexer/store/merge_policy.h"
#include "indexer/store/reader.h"
#include "protos/vocab/engine_stats.h"
#include "protos/vocab/ids.h"
#include "protos/vocab/rocks_backups.h"

namespace rocksdb {
class Env;
}

namespace factline::store {

// One term of one document.
struct DocumentTerm {
  Field field = Field::kBodyWord;
  std::string term;  // 1 to 255 bytes
  uint32_t frequency = 1;
  absl::InlinedVector<uint32_t, 4> positions;  // ascending; only for fields with positions, then `frequency` of them
};

// An article version, analysed: all that one document puts into the index.
struct Document {
  storage::v1::DocRecord record;
  std::vector<DocumentTerm> terms;  // each once
  uint32_t title_tokens = 0;        // lengths for BM25
  uint32_t body_tokens = 0;
};

// What one batch of events does to the index, in event order. A put of an article id ends the live version of the same
// id, if any; so does a delete. A put that is not of a later version than the live one is ignored. Otherwise the last
// word for an id wins, in one batch too.
struct Change {
  enum class Kind : uint8_t { kPut, kDelete, kPage };
  Kind kind = Kind::kPut;
  std::unique_ptr<Document> document;  // kPut
  std::string id;                      // kDelete: the article; kPage: the page; kPut: unused, the record says it
  std::string page_text;               // kPage
};

struct WriterOptions {
  std::string index_dir;   // made if absent
  IndexVersions versions;  // written into a new index; an existing one must agree
  size_t block_cache_bytes = 32 << 20;
  size_t write_buffer_bytes = 64 << 20;              // over all column families
  bool engine_counters = false;                      // counts what EngineStats has since the index was opened
  size_t max_fresh_segments = 24;                    // merged once there are more
  uint64_t merge_bytes_per_second = 64 << 20;        // what merges write; 0: as fast as the disk takes it
  absl::Duration segment_grace = absl::Seconds(30);  // how long dropped segments stay readable for slow readers

  rocksdb::Env* env = nullptr;  // where RocksDB's files lie; null: in the file system. Must outlive the writer

  // For tests: called in MergeOnce when the point named has been passed ("started", "written", "ingested", "flipped",
  // "dropped"). An error ends the merge there, as a crash would, and comes back from MergeOnce.
  std::function<absl::Status(std::string_view point)> after_merge_point;
};

struct SegmentInfo {
  SegmentId id;
  bool fresh = false;
  uint32_t doc_count = 0;      // stored: live and deleted ones, without the holes that merges left
  uint32_t deleted_count = 0;  // of these
  uint64_t bytes = 0;
};

struct IndexInfo {
  uint64_t generation = 0;
  uint64_t live_docs = 0;
  uint64_t deleted_docs = 0;
  uint64_t facts = 0;
  uint64_t entities = 0;
  uint64_t disk_bytes = 0;
  uint64_t merges = 0;
  uint64_t merged_bytes = 0;
  std::vector<SegmentInfo> segments;
  std::vector<std::pair<std::string, uint64_t>> column_family_bytes;
  EngineStats engine;
};

struct MergeRequest {
  MergeScope scope = MergeScope::kAll;
  // Called many times in a merge, by its thread: to pause it, or to end it by an error. Unset: neither.
  std::function<absl::Status()> checkpoint;
};

// The only writer of an index directory (RocksDB's lock enforces it). Commit, MergeOnce of fresh segments and MergeOnce
// of levels may be called by three threads at the same time, each by one; Info by any.
class Writer {
 public:
  // FAILED_PRECONDITION names both if format, analyser or extractor version differ from the index's: rebuild it.
  static absl::StatusOr<std::unique_ptr<Writer>> Open(const WriterOptions& options);
  virtual ~Writer() = default;

  // Events before this offset are in the index, durably.
  virtual Offset consumed_offset() const = 0;

  // Applies the changes and moves the consumed offset, together or not at all, synced to disk on return. A
  // mini-segment, documents, facts, entities and deletions are one RocksDB batch. `changes` may be empty.
  virtual absl::Status Commit(std::vector<Change> changes, Offset consumed) = 0;

  // Does one merge if one is due: writes the larger segment, flips the manifest, drops segments whose grace is over.
  // True if it did something. Never blocks Commit for longer than the flip.
  // An error in dropping keeps no merge from being done; it comes back after it.
  virtual absl::StatusOr<bool> MergeOnce(const MergeRequest& request) = 0;
  absl::StatusOr<bool> MergeOnce() { return MergeOnce(MergeRequest()); }

  // The second half of MergeOnce alone: gives back the space of dropped segments and begins no merge, which would take
  // more first. For when the disk is nearly full. Called by a thread that merges.
  virtual absl::StatusOr<bool> DropReplaced() = 0;

  // The index as of the last commit or flip. Waits for neither.
  virtual absl::StatusOr<IndexInfo> Info() const = 0;

  // The record of the newest document that no merge has purged; nullopt for an index without any. Called by the thread
  // that commits.
  virtual absl::StatusOr<std::optional<storage::v1::DocRecord>> NewestDocument() const { return std::nullopt; }

  // Adds a copy of the index to `backups`, while it is written and read: every commit that has returned before the call
  // is in it. Errors as of RocksBackups::Create. Blocks until it is on disk.
  virtual absl::StatusOr<RocksBackup> Backup(RocksBackups&, std::string_view, Partition) const {
    return absl::UnimplementedError("this index has no backups");
  }
};

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_WRITER_H_
