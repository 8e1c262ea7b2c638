#ifndef FACTLINE_INDEXER_STORE_SECONDARY_H_
#define FACTLINE_INDEXER_STORE_SECONDARY_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "factline/storage/v1/index.pb.h"
#include "indexer/store/clock_cache.h"
#include "indexer/store/fact_reader.h"
#include "indexer/store/families.h"
#include "indexer/store/reader.h"
#include "indexer/store/value_store.h"
#include "rocksdb/db.h"

namespace factline::store {

// An index opened as a RocksDB secondary instance: what it shows changes with CatchUp only. A read that meets a file
// which the primary has dropped catches up and tries again, a few times. Thread-safe.
class Secondary final : public ValueStore {
 public:
  // NOT_FOUND if there is no index, or not all of it yet.
  static absl::StatusOr<std::shared_ptr<Secondary>> Open(const ReaderOptions& options);
  ~Secondary() override;
  Secondary(const Secondary&) = delete;
  Secondary& operator=(const Secondary&) = delete;

  // NOT_FOUND: another index, or none, has come to stand in the directory; it wants to be opened anew.
  absl::Status CatchUp() const;

  // UNAVAILABLE if a segment's value is gone: the primary has merged the segment away.
  absl::StatusOr<SharedValue> Get(const ValueAddress& address) const override;

  // The present value of a key that may be written more than once: in every family but those of segments and `docs`.
  absl::StatusOr<std::optional<std::string>> ReadLatest(rocksdb::ColumnFamilyHandle* family,
                                                        std::string_view key) const;

  absl::StatusOr<std::optional<uint32_t>> FindArticle(std::string_view article_id) const;
  absl::StatusOr<std::optional<storage::v1::DocRecord>> Document(uint32_t doc) const;

  const Families& families() const { return families_; }
  const FactReader& facts() const { return *facts_; }
  EngineStats engine_stats() const;

 private:
  // Tells a RocksDB directory from another one in its place, at the price of a look at one file's metadata.
  struct Identity {
    uint64_t inode = 0;
    int64_t made_ns = 0;
    bool operator==(const Identity&) const = default;
  };
  static Identity IdentityOf(const std::string& index_dir);  // zeros: there is none

  explicit Secondary(const ReaderOptions& options)
      : index_dir_(options.index_dir), identity_(IdentityOf(index_dir_)), cache_(options.posting_cache_bytes) {}

  // Catches up and repeats a read that the primary got in the way of.
  template <typename ReadOne>
  absl::StatusOr<std::optional<std::string>> Retry(ReadOne read) const;
  // The value of a key that is written once.
  absl::StatusOr<std::optional<std::string>> ReadOnce(rocksdb::ColumnFamilyHandle* family, std::string_view key) const;

  const std::string index_dir_;
  const Identity identity_;          // as the index was opened
  std::unique_ptr<rocksdb::DB> db_;  // a LatestValueDb around the instance
  Families families_;
  std::unique_ptr<FactReader> facts_;
  // Copies, because a pinned value of RocksDB holds its whole block.
  mutable ClockCache<ValueAddress, std::string> cache_;
  mutable std::mutex catch_up_mutex_;  // RocksDB wants one catch-up at a time
};

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_SECONDARY_H_
