#ifndef FACTLINE_INDEXER_STORE_PRIMARY_H_
#define FACTLINE_INDEXER_STORE_PRIMARY_H_

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "indexer/store/families.h"
#include "indexer/store/segment_merger.h"
#include "indexer/store/value_store.h"
#include "indexer/store/writer.h"
#include "rocksdb/db.h"
#include "rocksdb/rate_limiter.h"
#include "rocksdb/write_batch.h"

namespace factline::store {

// The index as its writer has it open. Thread-safe as RocksDB is.
class Primary final : public ValueStore {
 public:
  static absl::StatusOr<std::unique_ptr<Primary>> Open(const WriterOptions& options);
  ~Primary() override;
  Primary(const Primary&) = delete;
  Primary& operator=(const Primary&) = delete;

  rocksdb::DB* db() const { return db_.get(); }
  const Families& families() const { return families_; }

  // For merges: does not fill the block cache.
  absl::StatusOr<SharedValue> Get(const ValueAddress& address) const override;
  static absl::Status Missing(const ValueAddress& address);  // DATA_LOSS that names the value
  absl::StatusOr<std::optional<std::string>> Read(rocksdb::ColumnFamilyHandle* family, std::string_view key) const;
  absl::Status Write(rocksdb::WriteBatch* batch, bool sync) const;

  // Ids of all segments that have a key in any family.
  absl::StatusOr<std::vector<SegmentId>> StoredSegments() const;

  // Removes all keys of a segment: whole files at once, what is left key by key.
  absl::Status DropSegment(SegmentId segment) const;

  // Gives back what dropped segments take in files that were flushed but never compacted.
  absl::Status CompactFresh() const;

  // Writes the values of a segment into files of their own, which Ingest adds to the index all at once. Nobody sees the
  // segment before the manifest names it.
  class Bulk;
  std::unique_ptr<Bulk> NewBulk(SegmentId segment) const;

 private:
  Primary() = default;

  std::string bulk_dir_;
  std::unique_ptr<rocksdb::DB> db_;
  Families families_;
  std::shared_ptr<rocksdb::RateLimiter> merge_limiter_;  // null: no limit

  // RocksDB would let one thread write the batches of others, by locks that ThreadSanitizer cannot see.
  mutable std::mutex write_mutex_;
};

class Primary::Bulk final : public SegmentSink {
 public:
  Bulk(const Primary* primary, std::string file_prefix);
  ~Bulk() override;  // removes files that were not ingested

  absl::Status Put(const ValueAddress& address, std::string_view value) override;
  absl::Status Finish();  // all files are on disk
  absl::Status Ingest();

 private:
  struct File;
  absl::StatusOr<File*> FileOf(rocksdb::ColumnFamilyHandle* family);

  const Primary* const primary_;
  const std::string file_prefix_;
  std::vector<std::unique_ptr<File>> files_;
};

// A write batch with checksums on its entries, so that memory gone bad on the way to the disk is found.
rocksdb::WriteBatch NewBatch();

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_PRIMARY_H_
