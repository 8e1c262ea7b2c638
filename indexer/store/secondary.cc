#include "indexer/store/secondary.h"

#include <sys/stat.h>

#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "indexer/store/fact_db.h"
#include "indexer/store/stored_text.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/rocks_stats.h"
#include "protos/vocab/status.h"
#include "rocksdb/env.h"
#include "rocksdb/utilities/stackable_db.h"

namespace factline::store {
namespace {

constexpr int kOpenTries = 20;
constexpr int kReadTries = 5;

// What a secondary meets when the primary removes files in the middle of a read.
bool MayPass(const rocksdb::Status& status) {
  return status.IsIOError() || status.IsPathNotFound() || status.IsTryAgain() || status.IsIncomplete();
}

rocksdb::DBOptions SecondaryOptions(bool engine_counters) {
  rocksdb::DBOptions options;
  options.max_open_files = -1;           // files stay readable once they are open, whatever the primary removes
  options.max_file_opening_threads = 1;  // otherwise each catch-up starts threads by the dozen
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  if (engine_counters) options.statistics = NewEngineCounters();
  options.keep_log_file_num = 2;
  options.max_log_file_size = 1 << 20;
  options.info_log_level = rocksdb::WARN_LEVEL;
  return options;
}

bool IsCached(ValueAddress::Kind kind) {
  return kind == ValueAddress::Kind::kDictionaryBlock || kind == ValueAddress::Kind::kPostings ||
         kind == ValueAddress::Kind::kPositions;
}

// Looks keys up by iterator. A secondary keeps what it has replayed of a write-ahead log in memory even if the primary
// has since written newer values of the same keys, flushed them to a file and removed the log before the secondary read
// its end. A plain Get believes the memory, which it takes for newer than any file; an iterator orders by sequence.
class LatestValueDb final : public rocksdb::StackableDB {
 public:
  using rocksdb::StackableDB::Get;
  using rocksdb::StackableDB::MultiGet;
  using rocksdb::StackableDB::StackableDB;

  rocksdb::Status Get(const rocksdb::ReadOptions& options, rocksdb::ColumnFamilyHandle* family,
                      const rocksdb::Slice& key, rocksdb::PinnableSlice* value) override {
    const std::unique_ptr<rocksdb::Iterator> it(NewIterator(options, family));
    return Find(it.get(), key, value);
  }

  void MultiGet(const rocksdb::ReadOptions& options, rocksdb::ColumnFamilyHandle* family, const size_t num_keys,
                const rocksdb::Slice* keys, rocksdb::PinnableSlice* values, rocksdb::Status* statuses,
                const bool /*sorted_input*/) override {
    const std::unique_ptr<rocksdb::Iterator> it(NewIterator(options, family));
    for (size_t i = 0; i < num_keys; ++i) statuses[i] = Find(it.get(), keys[i], &values[i]);
  }

 private:
  static rocksdb::Status Find(rocksdb::Iterator* it, const rocksdb::Slice& key, rocksdb::PinnableSlice* value) {
    it->Seek(key);
    if (!it->Valid()) return it->status().ok() ? rocksdb::Status::NotFound() : it->status();
    if (it->key() != key) return rocksdb::Status::NotFound();
    value->PinSelf(it->value());
    return rocksdb::Status::OK();
  }
};

}  // namespace

absl::StatusOr<std::shared_ptr<Secondary>> Secondary::Open(const ReaderOptions& options) {
  rocksdb::Env* env = rocksdb::Env::Default();
  if (!env->FileExists(options.index_dir + "/CURRENT").ok()) {
    return absl::NotFoundError(Cat("there is no index in ", options.index_dir));
  }
  FL_RETURN_IF_ERROR(FromRocksDb(env->CreateDirIfMissing(options.secondary_dir), "make the reader's directory"));
  std::shared_ptr<Secondary> secondary(new Secondary(options));
  const auto families = FamilyDescriptors(rocksdb::NewLRUCache(options.block_cache_bytes));
  rocksdb::Status opened;
  for (int i = 0; i < kOpenTries; ++i) {
    rocksdb::DB* db = nullptr;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    opened = rocksdb::DB::OpenAsSecondary(SecondaryOptions(options.engine_counters), options.index_dir,
                                          options.secondary_dir, families, &handles, &db);
    if (opened.ok()) {
      secondary->db_ = std::make_unique<LatestValueDb>(db);
      secondary->families_ = FamiliesOf(std::move(handles));
      break;
    }
    if (!MayPass(opened)) break;
    absl::SleepFor(absl::Milliseconds(10));
  }
  if (opened.IsInvalidArgument()) {
    // A family is missing: the writer is making the index right now.
    return absl::NotFoundError(Cat("the index in ", options.index_dir, " is not complete: ", opened.ToString()));
  }
  FL_RETURN_IF_ERROR(FromRocksDb(opened, Cat("open ", options.index_dir, " as a secondary")));
  const Secondary* reader = secondary.get();
  secondary->facts_ =
      MakeFactReader(secondary->db_.get(), secondary->families_.facts,
                     [reader](std::string_view article_id) -> absl::StatusOr<std::optional<storage::v1::DocRecord>> {
                       FL_ASSIGN_OR_RETURN(const std::optional<uint32_t> doc, reader->FindArticle(article_id));
                       if (!doc.has_value()) return std::nullopt;
                       return reader->Document(*doc);
                     });
  return secondary;
}

EngineStats Secondary::engine_stats() const {
  EngineStats stats = ReadEngineStats(db_.get(), families_.all);
  stats.is_write_stopped = false;  // RocksDB says so of what a secondary has replayed, since it never flushes
  return stats;
}

Secondary::~Secondary() {
  facts_.reset();
  if (db_ == nullptr) return;
  for (rocksdb::ColumnFamilyHandle* family : families_.all)
    db_->DestroyColumnFamilyHandle(family).PermitUncheckedError();
}

Secondary::Identity Secondary::IdentityOf(const std::string& index_dir) {
  struct stat file {};
  if (stat((index_dir + "/IDENTITY").c_str(), &file) != 0) return {};
  return {file.st_ino, int64_t{file.st_mtim.tv_sec} * 1'000'000'000 + file.st_mtim.tv_nsec};
}

absl::Status Secondary::CatchUp() const {
  std::lock_guard lock(catch_up_mutex_);
  // RocksDB takes the manifest of another index for a continuation of this one's, and aborts on what it finds there.
  if (IdentityOf(index_dir_) != identity_) {
    return absl::NotFoundError(Cat("the index in ", index_dir_, " is no longer the one that was opened"));
  }
  rocksdb::Status caught_up;
  for (int i = 0; i < kReadTries; ++i) {
    caught_up = db_->TryCatchUpWithPrimary();
    if (caught_up.ok() || !MayPass(caught_up)) break;
    absl::SleepFor(absl::Milliseconds(1 << i));
  }
  return FromRocksDb(caught_up, "catch up with the writer");
}

absl::StatusOr<SharedValue> Secondary::Get(const ValueAddress& address) const {
  const bool is_cached = IsCached(address.kind);
  if (is_cached) {
    if (SharedValue value = cache_.Find(address); value != nullptr) return value;
  }
  FL_ASSIGN_OR_RETURN(std::optional<std::string> read, ReadOnce(families_.Of(address.kind), address.EncodeKey()));
  if (!read.has_value()) {
    return absl::UnavailableError(
        Cat("segment ", address.segment.value(), " is no longer there in this form; a newer view has its documents"));
  }
  auto value = std::make_shared<const std::string>(*std::move(read));
  if (is_cached) cache_.Insert(address, value, value->size());
  return value;
}

template <typename ReadOne>
absl::StatusOr<std::optional<std::string>> Secondary::Retry(ReadOne read) const {
  rocksdb::Status status;
  for (int i = 0; i < kReadTries; ++i) {
    std::string value;
    status = read(&value);
    if (status.ok()) return value;
    if (status.IsNotFound()) return std::nullopt;
    if (!MayPass(status)) break;
    absl::SleepFor(absl::Milliseconds(1 << i));
    CatchUp().IgnoreError();  // the next read says whether it helped
  }
  return FromRocksDb(status, "read the index");
}

absl::StatusOr<std::optional<std::string>> Secondary::ReadOnce(rocksdb::ColumnFamilyHandle* family,
                                                               std::string_view key) const {
  return Retry(
      [&](std::string* value) { return db_->GetRootDB()->Get(rocksdb::ReadOptions(), family, ToSlice(key), value); });
}

absl::StatusOr<std::optional<std::string>> Secondary::ReadLatest(rocksdb::ColumnFamilyHandle* family,
                                                                 std::string_view key) const {
  return Retry([&](std::string* value) { return db_->Get(rocksdb::ReadOptions(), family, ToSlice(key), value); });
}

absl::StatusOr<std::optional<uint32_t>> Secondary::FindArticle(std::string_view article_id) const {
  FL_ASSIGN_OR_RETURN(const std::optional<std::string> value, ReadLatest(families_.articles, article_id));
  if (!value.has_value()) return std::nullopt;
  FL_ASSIGN_OR_RETURN(const LiveVersion live, LiveVersion::Decode(*value));
  return live.doc;
}

absl::StatusOr<std::optional<storage::v1::DocRecord>> Secondary::Document(uint32_t doc) const {
  FL_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                      ReadOnce(families_.docs, DocKey{DocNumber(doc)}.Encode()));
  if (!value.has_value()) return std::nullopt;
  return DecodeDocRecord(*value);
}

}  // namespace factline::store
