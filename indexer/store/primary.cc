#include "indexer/store/primary.h"

#include <algorithm>
#include <utility>

#include "indexer/store/fact_db.h"
#include "indexer/store/keys.h"
#include "indexer/store/manifest.h"
#include "protos/vocab/cat.h"
#include "protos/vocab/rocks_peek.h"
#include "protos/vocab/rocks_stats.h"
#include "protos/vocab/status.h"
#include "rocksdb/convenience.h"
#include "rocksdb/env.h"
#include "rocksdb/sst_file_writer.h"

namespace factline::store {
namespace {

constexpr size_t kDropBatchKeys = 1000;

rocksdb::DBOptions PrimaryOptions(const WriterOptions& options) {
  rocksdb::DBOptions db;
  db.create_if_missing = true;
  if (options.env != nullptr) db.env = options.env;
  db.create_missing_column_families = true;
  db.db_write_buffer_size = options.write_buffer_bytes;
  // A reader replays the write-ahead log when it opens: keep it short.
  db.max_total_wal_size = std::max<uint64_t>(options.write_buffer_bytes / 2, 1 << 20);
  db.recycle_log_file_num = 0;  // a secondary reads logs while they grow
  db.track_and_verify_wals_in_manifest = true;
  db.max_background_jobs = 2;
  db.stats_dump_period_sec = 0;
  db.stats_persist_period_sec = 0;
  if (options.engine_counters) db.statistics = NewEngineCounters();
  db.keep_log_file_num = 4;
  db.max_log_file_size = 4 << 20;
  db.info_log_level = rocksdb::WARN_LEVEL;
  return db;
}

// Files of merges that a crash cut off.
absl::Status EmptyDirectory(const std::string& dir) {
  rocksdb::Env* env = rocksdb::Env::Default();
  FL_RETURN_IF_ERROR(FromRocksDb(env->CreateDirIfMissing(dir), Cat("make ", dir)));
  std::vector<std::string> names;
  FL_RETURN_IF_ERROR(FromRocksDb(env->GetChildren(dir, &names), Cat("list ", dir)));
  for (const std::string& name : names) {
    if (name == "." || name == "..") continue;
    FL_RETURN_IF_ERROR(FromRocksDb(env->DeleteFile(Cat(dir, "/", name)), Cat("remove ", dir, "/", name)));
  }
  return absl::OkStatus();
}

// Opening writes. What is wrong otherwise, opening says.
absl::Status CheckFormat(const WriterOptions& options) {
  const std::optional<std::string> manifest =
      PeekRocks(options.index_dir, "meta", MetaKey{MetaKey::Part::kManifest, {}}.Encode(), options.env);
  if (!manifest.has_value()) return absl::OkStatus();
  const absl::Status status = Manifest::Decode(*manifest).status();
  return absl::IsFailedPrecondition(status) ? status : absl::OkStatus();
}

}  // namespace

rocksdb::WriteBatch NewBatch() {
  return rocksdb::WriteBatch(/*reserved_bytes=*/0, /*max_bytes=*/0, /*protection_bytes_per_key=*/8,
                             /*default_cf_ts_sz=*/0);
}

absl::StatusOr<std::unique_ptr<Primary>> Primary::Open(const WriterOptions& options) {
  FL_RETURN_IF_ERROR(CheckFormat(options));
  std::unique_ptr<Primary> primary(new Primary());
  FL_RETURN_IF_ERROR(
      FromRocksDb(rocksdb::Env::Default()->CreateDirIfMissing(options.index_dir), Cat("make ", options.index_dir)));
  // RocksDB's own compactions take what commits, merges and queries leave them, in the whole process and for good; what
  // they may owe is bounded by RocksDB's write stalls.
  (void)rocksdb::Env::Default()->LowerThreadPoolCPUPriority(rocksdb::Env::LOW, rocksdb::CpuPriority::kLow);
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  const rocksdb::Status opened =
      rocksdb::DB::Open(PrimaryOptions(options), options.index_dir,
                        FamilyDescriptors(rocksdb::NewLRUCache(options.block_cache_bytes)), &handles, &db);
  FL_RETURN_IF_ERROR(FromRocksDb(opened, Cat("open the index in ", options.index_dir)));
  primary->db_.reset(db);
  primary->families_ = FamiliesOf(std::move(handles));
  // RocksDB's lock is ours now: nobody else can be merging.
  primary->bulk_dir_ = options.index_dir + "/merge";
  FL_RETURN_IF_ERROR(EmptyDirectory(primary->bulk_dir_));
  if (options.merge_bytes_per_second > 0) {
    primary->merge_limiter_.reset(rocksdb::NewGenericRateLimiter(static_cast<int64_t>(options.merge_bytes_per_second)));
  }
  return primary;
}

Primary::~Primary() {
  if (db_ == nullptr) return;
  for (rocksdb::ColumnFamilyHandle* family : families_.all)
    db_->DestroyColumnFamilyHandle(family).PermitUncheckedError();
}

absl::StatusOr<SharedValue> Primary::Get(const ValueAddress& address) const {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  std::string value;
  const rocksdb::Status status = db_->Get(options, families_.Of(address.kind), address.EncodeKey(), &value);
  if (status.IsNotFound()) return Missing(address);
  FL_RETURN_IF_ERROR(FromRocksDb(status, "read a segment"));
  return std::make_shared<const std::string>(std::move(value));
}

absl::Status Primary::Missing(const ValueAddress& address) {
  return absl::DataLossError(Cat("segment ", address.segment.value(), " lacks a value of kind ",
                                 static_cast<int>(address.kind), ", number ", address.number));
}

absl::StatusOr<std::optional<std::string>> Primary::Read(rocksdb::ColumnFamilyHandle* family,
                                                         std::string_view key) const {
  return ReadValue(db_.get(), family, key);
}

absl::Status Primary::Write(rocksdb::WriteBatch* batch, bool sync) const {
  rocksdb::WriteOptions options;
  options.sync = sync;
  std::lock_guard lock(write_mutex_);
  return FromRocksDb(db_->Write(options, batch), "write the index");
}

absl::StatusOr<std::vector<SegmentId>> Primary::StoredSegments() const {
  std::vector<SegmentId> segments;
  for (rocksdb::ColumnFamilyHandle* family : families_.OfSegments()) {
    const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(rocksdb::ReadOptions(), family));
    for (it->SeekToFirst(); it->Valid();) {  // one step a segment
      FL_ASSIGN_OR_RETURN(const SegmentId segment, SegmentOfKey(View(it->key())));
      segments.push_back(segment);
      it->Seek(SegmentEndExclusive(segment));
    }
    FL_RETURN_IF_ERROR(FromRocksDb(it->status(), "list segments"));
  }
  std::sort(segments.begin(), segments.end());
  segments.erase(std::unique(segments.begin(), segments.end()), segments.end());
  return segments;
}

absl::Status Primary::DropSegment(SegmentId segment) const {
  const std::string begin = SegmentBegin(segment), end = SegmentEndExclusive(segment);
  const rocksdb::Slice begin_slice(begin), end_slice(end);
  for (rocksdb::ColumnFamilyHandle* family : families_.OfSegments()) {
    FL_RETURN_IF_ERROR(
        FromRocksDb(rocksdb::DeleteFilesInRange(db_.get(), family, &begin_slice, &end_slice, /*include_end=*/false),
                    "drop a segment's files"));
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    options.iterate_upper_bound = &end_slice;
    const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(options, family));
    rocksdb::WriteBatch batch = NewBatch();
    for (it->Seek(begin_slice); it->Valid(); it->Next()) {
      batch.Delete(family, it->key());
      if (batch.Count() < kDropBatchKeys) continue;
      FL_RETURN_IF_ERROR(Write(&batch, /*sync=*/false));
      batch.Clear();
    }
    FL_RETURN_IF_ERROR(FromRocksDb(it->status(), "drop a segment"));
    if (batch.Count() > 0) FL_RETURN_IF_ERROR(Write(&batch, /*sync=*/false));
  }
  return absl::OkStatus();
}

absl::Status Primary::CompactFresh() const {
  return FromRocksDb(db_->CompactRange(rocksdb::CompactRangeOptions(), families_.fresh, nullptr, nullptr),
                     "compact the fresh segments");
}

std::unique_ptr<Primary::Bulk> Primary::NewBulk(SegmentId segment) const {
  return std::make_unique<Bulk>(this, Cat(bulk_dir_, "/", segment.value(), "-"));
}

struct Primary::Bulk::File {
  rocksdb::ColumnFamilyHandle* family = nullptr;
  std::string path;
  rocksdb::Options options;
  std::unique_ptr<rocksdb::SstFileWriter> writer;
  bool is_ingested = false;
};

Primary::Bulk::Bulk(const Primary* primary, std::string file_prefix)
    : primary_(primary), file_prefix_(std::move(file_prefix)) {}

Primary::Bulk::~Bulk() {
  for (const std::unique_ptr<File>& file : files_) {
    file->writer.reset();
    if (!file->is_ingested) rocksdb::Env::Default()->DeleteFile(file->path).PermitUncheckedError();
  }
}

absl::StatusOr<Primary::Bulk::File*> Primary::Bulk::FileOf(rocksdb::ColumnFamilyHandle* family) {
  for (const std::unique_ptr<File>& file : files_) {
    if (file->family == family) return file.get();
  }
  auto file = std::make_unique<File>();
  file->family = family;
  file->path = Cat(file_prefix_, family->GetName(), ".sst");
  file->options = primary_->db_->GetOptions(family);
  file->options.rate_limiter = primary_->merge_limiter_;
  file->writer = std::make_unique<rocksdb::SstFileWriter>(rocksdb::EnvOptions(file->options), file->options, family,
                                                          /*invalidate_page_cache=*/false, rocksdb::Env::IO_LOW);
  FL_RETURN_IF_ERROR(FromRocksDb(file->writer->Open(file->path), Cat("make ", file->path)));
  files_.push_back(std::move(file));
  return files_.back().get();
}

absl::Status Primary::Bulk::Put(const ValueAddress& address, std::string_view value) {
  FL_ASSIGN_OR_RETURN(File* const file, FileOf(primary_->families_.Of(address.kind)));
  return FromRocksDb(file->writer->Put(address.EncodeKey(), ToSlice(value)), "write a merged segment");
}

absl::Status Primary::Bulk::Finish() {
  for (const std::unique_ptr<File>& file : files_) {
    FL_RETURN_IF_ERROR(FromRocksDb(file->writer->Finish(), Cat("finish ", file->path)));
  }
  return absl::OkStatus();
}

absl::Status Primary::Bulk::Ingest() {
  std::vector<rocksdb::IngestExternalFileArg> args;
  for (const std::unique_ptr<File>& file : files_) {
    rocksdb::IngestExternalFileArg arg;
    arg.column_family = file->family;
    arg.external_files = {file->path};
    arg.options.move_files = true;
    arg.options.failed_move_fall_back_to_copy = true;
    arg.options.write_global_seqno = false;
    args.push_back(std::move(arg));
  }
  FL_RETURN_IF_ERROR(FromRocksDb(primary_->db_->IngestExternalFiles(args), "add a merged segment"));
  for (const std::unique_ptr<File>& file : files_) file->is_ingested = true;
  return absl::OkStatus();
}

}  // namespace factline::store
