#include "indexer/store/secondary.h"

#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "indexer/store/fact_db.h"
#include "indexer/store/stored_text.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/status.h"
#include "rocksdb/env.h"

namespace factline::store {
namespace {

constexpr int kOpenTries = 20;
constexpr int kReadTries = 5;

// What a secondary meets when the primary removes files in the middle of a read.
bool MayPass(const rocksdb::Status& status) {
  return status.IsIOError() || status.IsPathNotFound() || status.IsTryAgain() || status.IsIncomplete();
}

rocksdb::DBOptions SecondaryOptions() {
  rocksdb::DBOptions options;
  options.max_open_files = -1;           // files stay readable once they are open, whatever the primary removes
  options.max_file_opening_threads = 1;  // otherwise each catch-up starts threads by the dozen
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.keep_log_file_num = 2;
  options.max_log_file_size = 1 << 20;
  options.info_log_level = rocksdb::WARN_LEVEL;
  return options;
}

bool IsCached(ValueAddress::Kind kind) {
  return kind == ValueAddress::Kind::kDictionaryBlock || kind == ValueAddress::Kind::kPostings ||
         kind == ValueAddress::Kind::kPositions;
}

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
    opened = rocksdb::DB::OpenAsSecondary(SecondaryOptions(), options.index_dir, options.secondary_dir, families,
                                          &handles, &db);
    if (opened.ok()) {
      secondary->db_.reset(db);
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

Secondary::~Secondary() {
  facts_.reset();
  if (db_ == nullptr) return;
  for (rocksdb::ColumnFamilyHandle* family : families_.all)
    db_->DestroyColumnFamilyHandle(family).PermitUncheckedError();
}

absl::Status Secondary::CatchUp() const {
  absl::MutexLock lock(&catch_up_mutex_);
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
  FL_ASSIGN_OR_RETURN(std::optional<std::string> read, Read(families_.Of(address.kind), address.EncodeKey()));
  if (!read.has_value()) {
    return absl::UnavailableError(
        Cat("segment ", address.segment.value(), " is no longer there in this form; a newer view has its documents"));
  }
  auto value = std::make_shared<const std::string>(*std::move(read));
  if (is_cached) cache_.Insert(address, value);
  return value;
}

absl::StatusOr<std::optional<std::string>> Secondary::Read(rocksdb::ColumnFamilyHandle* family,
                                                           std::string_view key) const {
  rocksdb::Status status;
  for (int i = 0; i < kReadTries; ++i) {
    std::string value;
    status = db_->Get(rocksdb::ReadOptions(), family, ToSlice(key), &value);
    if (status.ok()) return value;
    if (status.IsNotFound()) return std::nullopt;
    if (!MayPass(status)) break;
    absl::SleepFor(absl::Milliseconds(1 << i));
    CatchUp().IgnoreError();  // the next read says whether it helped
  }
  return FromRocksDb(status, "read the index");
}

absl::StatusOr<std::optional<uint32_t>> Secondary::FindArticle(std::string_view article_id) const {
  FL_ASSIGN_OR_RETURN(const std::optional<std::string> value, Read(families_.articles, article_id));
  if (!value.has_value()) return std::nullopt;
  FL_ASSIGN_OR_RETURN(const LiveVersion live, LiveVersion::Decode(*value));
  return live.doc;
}

absl::StatusOr<std::optional<storage::v1::DocRecord>> Secondary::Document(uint32_t doc) const {
  FL_ASSIGN_OR_RETURN(const std::optional<std::string> value, Read(families_.docs, DocKey{DocNumber(doc)}.Encode()));
  if (!value.has_value()) return std::nullopt;
  return DecodeDocRecord(*value);
}

}  // namespace factline::store
