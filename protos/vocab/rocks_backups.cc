#include "protos/vocab/rocks_backups.h"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/utilities/backup_engine.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <system_error>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "protos/vocab/rocks_status.h"
#include "protos/vocab/status.h"

namespace factline {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxNameBytes = 64;

bool IsAlphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

rocksdb::BackupEngineOptions EngineOptions(const RocksBackupsOptions& options) {
  rocksdb::BackupEngineOptions engine(options.dir);
  engine.backup_env = rocksdb::Env::Default();
  engine.backup_rate_limit = options.max_bytes_per_second;
  return engine;
}

absl::StatusOr<RocksBackup> Described(const rocksdb::BackupInfo& info) {
  RocksBackup backup;
  if (!backup.record.ParseFromString(info.app_metadata) || backup.record.name().empty()) {
    return absl::DataLossError(Cat("backup number ", info.backup_id, " does not say what it is"));
  }
  backup.create_time = absl::FromUnixSeconds(info.timestamp);
  backup.bytes = info.size;
  backup.files = info.number_files;
  return backup;
}

// Two stores of one kind whose copies went to one directory would push each other's out.
absl::Status CheckSameStore(const storage::v1::BackupRecord& known, const storage::v1::BackupRecord& record,
                            const std::string& dir) {
  if (known.partitions().empty() || record.partitions().empty()) return absl::OkStatus();
  for (const storage::v1::BackupRange& theirs : known.partitions()) {
    for (const storage::v1::BackupRange& ours : record.partitions()) {
      if (theirs.partition() == ours.partition()) return absl::OkStatus();
    }
  }
  return absl::FailedPreconditionError(Cat(dir, " has backups of partition ", known.partitions(0).partition(),
                                           ", and this store is of partition ", record.partitions(0).partition(),
                                           ": give each server a --backup_dir of its own"));
}

// What a backup directory of ours is left to do by its users at the same time: one process writes.
class DirectoryLock {
 public:
  DirectoryLock() = default;
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;
  ~DirectoryLock() {
    if (lock_ != nullptr) rocksdb::Env::Default()->UnlockFile(lock_).PermitUncheckedError();
  }

  absl::Status Take(const std::string& dir) {
    const rocksdb::Status status = rocksdb::Env::Default()->LockFile(dir + "/LOCK", &lock_);
    if (status.ok()) return absl::OkStatus();
    return absl::AbortedError(Cat(dir, " is in use by another process that makes a backup: ", status.ToString()));
  }

 private:
  rocksdb::FileLock* lock_ = nullptr;
};

absl::StatusOr<std::unique_ptr<rocksdb::BackupEngineReadOnly>> OpenToRead(const RocksBackupsOptions& options) {
  rocksdb::BackupEngineReadOnly* engine = nullptr;
  FL_RETURN_IF_ERROR(
      FromRocks(rocksdb::BackupEngineReadOnly::Open(EngineOptions(options), rocksdb::Env::Default(), &engine),
                Cat("opening the backups in ", options.dir)));
  return std::unique_ptr<rocksdb::BackupEngineReadOnly>(engine);
}

// As FromRocks; but a server that cannot write its backup can be reached.
absl::Status Failure(const rocksdb::Status& status, std::string_view doing) {
  absl::Status failure = FromRocks(status, doing);
  return absl::IsUnavailable(failure) ? absl::InternalError(failure.message()) : failure;
}

absl::Status Stopping() { return absl::UnavailableError("the server is stopping"); }

bool HasBackups(const std::string& dir) {
  std::error_code error;
  return fs::is_directory(fs::path(dir) / "meta", error);
}

}  // namespace

absl::Status RocksBackups::CheckName(std::string_view name) {
  const bool is_good = !name.empty() && name.size() <= kMaxNameBytes && IsAlphanumeric(name[0]) &&
                       std::all_of(name.begin(), name.end(),
                                   [](char c) { return IsAlphanumeric(c) || c == '-' || c == '_' || c == '.'; });
  if (is_good) return absl::OkStatus();
  return FieldError("name", Cat("a backup's name has 1 to ", kMaxNameBytes,
                                " letters, digits, '-', '_' and '.', the first one a letter or digit"));
}

absl::StatusOr<RocksBackup> RocksBackups::Create(rocksdb::DB* db, const storage::v1::BackupRecord& record) {
  FL_RETURN_IF_ERROR(CheckName(record.name()));
  const std::unique_lock one(create_mutex_, std::try_to_lock);
  if (!one.owns_lock()) return absl::AbortedError("another backup is being made");
  std::error_code error;
  fs::create_directories(options_.dir, error);
  if (error) return absl::FailedPreconditionError(Cat("making ", options_.dir, ": ", error.message()));
  DirectoryLock lock;
  FL_RETURN_IF_ERROR(lock.Take(options_.dir));
  rocksdb::BackupEngine* opened = nullptr;
  FL_RETURN_IF_ERROR(Failure(rocksdb::BackupEngine::Open(EngineOptions(options_), db->GetEnv(), &opened),
                             Cat("opening the backups in ", options_.dir)));
  const std::unique_ptr<rocksdb::BackupEngine> engine(opened);
  // What a backup that was cut off has left counts as room that is taken.
  FL_RETURN_IF_ERROR(Failure(engine->GarbageCollect(), "removing what an unfinished backup left"));
  std::vector<rocksdb::BackupInfo> infos;
  engine->GetBackupInfo(&infos);
  for (const rocksdb::BackupInfo& info : infos) {
    const absl::StatusOr<RocksBackup> known = Described(info);
    if (!known.ok()) continue;
    FL_RETURN_IF_ERROR(CheckSameStore(known->record, record, options_.dir));
    if (known->record.name() == record.name()) {
      return absl::AlreadyExistsError(Cat("there is a backup '", record.name(), "' in ", options_.dir, " already"));
    }
  }
  FL_RETURN_IF_ERROR(CheckRoom(db));

  FL_RETURN_IF_ERROR(Begin(engine.get()));
  const absl::Cleanup end = [this] { End(); };
  rocksdb::CreateBackupOptions create;
  create.flush_before_backup = true;
  create.decrease_background_thread_cpu_priority = true;
  create.background_thread_cpu_priority = rocksdb::CpuPriority::kLow;
  rocksdb::BackupID id = 0;
  const rocksdb::Status made = engine->CreateNewBackupWithMetadata(create, db, record.SerializeAsString(), &id);
  if (!made.ok() && IsStopped()) return Stopping();
  FL_RETURN_IF_ERROR(Failure(made, Cat("making the backup '", record.name(), "' in ", options_.dir)));
  FL_RETURN_IF_ERROR(FromRocks(engine->PurgeOldBackups(static_cast<uint32_t>(std::max<size_t>(options_.keep, 1))),
                               "the new backup is made; removing old ones"));
  rocksdb::BackupInfo info;
  FL_RETURN_IF_ERROR(FromRocks(engine->GetBackupInfo(id, &info), "reading the new backup"));
  return Described(info);
}

// Counts what the copy will add: table files that no backup has by number and size, and what the flush will write.
absl::Status RocksBackups::CheckRoom(rocksdb::DB* db) const {
  if (options_.disk_reserve_bytes == 0) return absl::OkStatus();
  std::set<std::pair<std::string, std::string>> known;  // "000012", "4711" of 000012_sSESSION_4711.sst
  std::error_code error;
  for (const fs::directory_entry& file : fs::directory_iterator(fs::path(options_.dir) / "shared_checksum", error)) {
    const std::string stem = file.path().stem().string();
    const size_t first = stem.find('_'), last = stem.rfind('_');
    if (first != last) known.emplace(stem.substr(0, first), stem.substr(last + 1));
  }
  uint64_t needed = 0, memory = 0;
  std::vector<rocksdb::LiveFileMetaData> files;
  db->GetLiveFilesMetaData(&files);
  for (const rocksdb::LiveFileMetaData& file : files) {
    if (!known.contains({fs::path(file.relative_filename).stem().string(), Cat(file.size)})) needed += file.size;
  }
  db->GetAggregatedIntProperty(rocksdb::DB::Properties::kCurSizeAllMemTables, &memory);
  needed += memory;
  FL_ASSIGN_OR_RETURN(const uint64_t free, options_.free_bytes(options_.dir));
  if (free >= needed && free - needed >= options_.disk_reserve_bytes) return absl::OkStatus();
  return WithReason(
      absl::ResourceExhaustedError(Cat("a backup would add ", needed, " bytes to ", options_.dir, ", where ", free,
                                       " are free, and ", options_.disk_reserve_bytes, " must stay so")),
      "DISK_NEARLY_FULL");
}

bool RocksBackups::IsStopped() {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

absl::Status RocksBackups::Begin(rocksdb::BackupEngine* engine) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return Stopping();
  running_ = engine;
  return absl::OkStatus();
}

void RocksBackups::End() {
  const std::lock_guard lock(mutex_);
  running_ = nullptr;
}

void RocksBackups::Stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  if (running_ != nullptr) running_->StopBackup();
}

absl::StatusOr<std::vector<RocksBackup>> RocksBackups::List() const {
  std::vector<RocksBackup> backups;
  if (!HasBackups(options_.dir)) return backups;
  FL_ASSIGN_OR_RETURN(const std::unique_ptr<rocksdb::BackupEngineReadOnly> engine, OpenToRead(options_));
  std::vector<rocksdb::BackupInfo> infos;
  engine->GetBackupInfo(&infos);
  for (const rocksdb::BackupInfo& info : infos) {
    if (absl::StatusOr<RocksBackup> backup = Described(info); backup.ok()) backups.push_back(*std::move(backup));
  }
  return backups;
}

absl::Status RocksBackups::Restore(std::string_view name, const std::string& target_dir) const {
  std::error_code error;
  if (fs::exists(target_dir, error) && !fs::is_empty(target_dir, error)) {
    return absl::FailedPreconditionError(Cat(target_dir, " is not empty"));
  }
  if (!HasBackups(options_.dir)) return absl::NotFoundError(Cat("there are no backups in ", options_.dir));
  FL_ASSIGN_OR_RETURN(const std::unique_ptr<rocksdb::BackupEngineReadOnly> engine, OpenToRead(options_));
  std::vector<rocksdb::BackupInfo> infos;
  engine->GetBackupInfo(&infos);
  std::string names;
  for (const rocksdb::BackupInfo& info : infos) {
    const absl::StatusOr<RocksBackup> backup = Described(info);
    if (!backup.ok()) continue;
    names += Cat(names.empty() ? "" : ", ", backup->record.name());
    if (backup->record.name() != name) continue;
    return FromRocks(engine->RestoreDBFromBackup(info.backup_id, target_dir, target_dir),
                     Cat("restoring the backup '", name, "' of ", options_.dir));
  }
  std::vector<rocksdb::BackupID> damaged;
  engine->GetCorruptedBackups(&damaged);
  return absl::NotFoundError(Cat("there is no backup '", name, "' in ", options_.dir, "; there is ",
                                 names.empty() ? "none" : names,
                                 damaged.empty() ? ""
                                                 : Cat(", and ", damaged.size(),
                                                       " that cannot be used: files of "
                                                       "it are gone or have another size")));
}

}  // namespace factline
