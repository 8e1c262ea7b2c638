#ifndef FACTLINE_PROTOS_VOCAB_ROCKS_BACKUPS_H_
#define FACTLINE_PROTOS_VOCAB_ROCKS_BACKUPS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "factline/storage/v1/backup.pb.h"
#include "protos/vocab/disk_space.h"

namespace rocksdb {
class BackupEngine;
class DB;
}  // namespace rocksdb

namespace factline {

struct RocksBackupsOptions {
  std::string dir;                             // of one store alone; made when the first backup is
  size_t keep = 3;                             // older backups are removed once a new one is whole; at least 1
  uint64_t max_bytes_per_second = 64 << 20;    // written; zero: as fast as the disk takes it
  uint64_t disk_reserve_bytes = 512ull << 20;  // no backup is begun that would leave less free; zero: any is
  std::function<absl::StatusOr<uint64_t>(const std::string&)> free_bytes = FreeDiskBytes;
};

struct RocksBackup {
  storage::v1::BackupRecord record;
  absl::Time create_time;
  uint64_t bytes = 0;  // of all its files, those that other backups share among them
  uint32_t files = 0;
};

// Copies of one RocksDB that is in use, each of them whole: a directory of RocksDB's BackupEngine, which holds a table
// file once however many backups have it, knows the checksum of every file, and takes a backup for one only when all of
// it is on disk. Thread-safe.
//
// The flush before a copy makes what it takes of the write-ahead log short; what was written without a sync is in it
// too. RocksDB 7.8 must not read by mmap meanwhile, and the copy is made of the writer's DB alone, never of a
// secondary.
class RocksBackups {
 public:
  explicit RocksBackups(RocksBackupsOptions options) : options_(std::move(options)) {}
  RocksBackups(const RocksBackups&) = delete;
  RocksBackups& operator=(const RocksBackups&) = delete;

  // 1 to 64 letters, digits, '-', '_' and '.', the first one a letter or digit; else INVALID_ARGUMENT.
  static absl::Status CheckName(std::string_view name);

  // Everything written to `db` before the call is in the backup. `record` has the backup's name and says what the
  // store holds at least. Blocks. ALREADY_EXISTS: a backup has that name; ABORTED: another one is being made, here or
  // by another process; FAILED_PRECONDITION: the directory has backups of other partitions alone; RESOURCE_EXHAUSTED:
  // too little room; UNAVAILABLE after Stop.
  absl::StatusOr<RocksBackup> Create(rocksdb::DB* db, const storage::v1::BackupRecord& record);

  // Oldest first; empty if there never was one. What is not whole is left out.
  absl::StatusOr<std::vector<RocksBackup>> List() const;

  // Ends a Create that runs, soon, and lets none begin. For the end of the process.
  void Stop();

  // Writes the files of a backup to `target_dir`, which must be absent or empty, and holds each against its checksum.
  // NOT_FOUND: no such backup; DATA_LOSS: a file of it is damaged or gone. `target_dir` does not open as a RocksDB
  // before all of it is there.
  absl::Status Restore(std::string_view name, const std::string& target_dir) const;

 private:
  absl::Status CheckRoom(rocksdb::DB* db) const;
  bool IsStopped();
  absl::Status Begin(rocksdb::BackupEngine* engine);  // makes it the one that Stop ends
  void End();

  const RocksBackupsOptions options_;
  std::mutex create_mutex_;  // one Create at a time
  std::mutex mutex_;         // guards what follows
  rocksdb::BackupEngine* running_ = nullptr;
  bool stopped_ = false;
};

}  // namespace factline

#endif  // FACTLINE_PROTOS_VOCAB_ROCKS_BACKUPS_H_
