#ifndef FACTLINE_INDEXER_STORE_FACT_TABLE_H_
#define FACTLINE_INDEXER_STORE_FACT_TABLE_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "factline/storage/v1/index.pb.h"
#include "indexer/store/fact_reader.h"
#include "rocksdb/cache.h"
#include "rocksdb/db.h"
#include "rocksdb/write_batch.h"

// The facts and entities of an index: what all live articles say, keyed for look-up (FACTS_FORMAT.md).
namespace factline::store {

// Flushes of a family that are compacted at once. A compaction of keys in no order writes the whole level below anew:
// the more flushes share it, the less a commit costs, and the more files a read looks into (filters spare most).
inline constexpr int kFilesBeforeCompaction = 8;

// Names of the column families, in the order of FactHandles. Frozen.
inline constexpr std::string_view kFactsFamily = "facts";
inline constexpr std::string_view kFactIndexFamily = "fact_index";
inline constexpr std::string_view kEntitiesFamily = "entities";

// Descriptors of the three families, in that order; `block_cache` is shared with the rest of the index. A caller may
// change options that do not touch the format (buffer sizes, compaction).
std::vector<rocksdb::ColumnFamilyDescriptor> FactFamilies(std::shared_ptr<rocksdb::Cache> block_cache);

struct FactHandles {
  rocksdb::ColumnFamilyHandle* facts = nullptr;
  rocksdb::ColumnFamilyHandle* fact_index = nullptr;
  rocksdb::ColumnFamilyHandle* entities = nullptr;
};

// The change that one commit makes to facts and entities. Use it once, by one thread, while nobody else writes the
// three families:
//
//   FactDelta delta(db, handles);
//   delta.Remove(old_version);   // the record as it was given to Add, in this commit or an earlier one
//   delta.Add(new_version);
//   status = delta.Finish(&batch);
//
// What the families hold after the batch is written depends on nothing but the records added and not removed.
class FactDelta {
 public:
  // Both must outlive the delta.
  FactDelta(rocksdb::DB* db, const FactHandles& handles);
  ~FactDelta();
  FactDelta(const FactDelta&) = delete;
  FactDelta& operator=(const FactDelta&) = delete;

  // An article version that becomes live, or ceases to be. Of one article id at most one version is live at a time.
  // Neither reads the database nor keeps a reference to `record`.
  void Add(const storage::v1::DocRecord& record);
  void Remove(const storage::v1::DocRecord& record);

  // Reads what the change touches and appends all writes to `batch`. DATA_LOSS, with nothing appended, if the families
  // do not hold what was removed.
  absl::Status Finish(rocksdb::WriteBatch* batch);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// How many facts and entities there are, for Info.
struct FactCounts {
  uint64_t facts = 0;
  uint64_t entities = 0;
};
absl::StatusOr<FactCounts> ReadFactCounts(rocksdb::DB* db, const FactHandles& handles);

// The live version of an article; nullopt if there is none.
using DocumentLookup =
    std::function<absl::StatusOr<std::optional<storage::v1::DocRecord>>(std::string_view article_id)>;

// Reads through `db`, a primary or a secondary, as it is at the time of each call. Evidence texts come from the bodies
// that `lookup` finds; an evidence whose article version is gone by then is left out. `db` and the handles must outlive
// the reader, and `lookup` must be safe to call from many threads.
std::unique_ptr<FactReader> MakeFactReader(rocksdb::DB* db, const FactHandles& handles, DocumentLookup lookup);

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_FACT_TABLE_H_
