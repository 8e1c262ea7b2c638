// The flags of the servers that have something to back up.
#include <algorithm>
#include <string>

#include "absl/flags/flag.h"
#include "deploy/host/backup_service.h"
#include "protos/vocab/cat.h"

ABSL_FLAG(std::string, backup_dir, "",
          "Directory of backups, of one ingestor and one indexer at most: log/ and index/ in it. Made when the first "
          "backup is; better on another disk than --data_dir. Empty: backups are refused.");
ABSL_FLAG(uint32_t, keep_backups, 3,
          "Backups that are kept, 1 or more: older ones are removed once a new one is on disk.");
ABSL_FLAG(factline::host::ByteSize, backup_rate, factline::host::MiB(64),
          "Bytes a second that a backup may write; 0: as fast as the disk takes it.");

namespace factline::host {

std::unique_ptr<RocksBackups> BackupsFromFlags(std::string_view store, ByteSize min_free_bytes) {
  const std::string dir = absl::GetFlag(FLAGS_backup_dir);
  if (dir.empty()) return nullptr;
  return std::make_unique<RocksBackups>(
      RocksBackupsOptions{.dir = Cat(dir, "/", store),
                          .keep = std::max<uint32_t>(1, absl::GetFlag(FLAGS_keep_backups)),
                          .max_bytes_per_second = absl::GetFlag(FLAGS_backup_rate).bytes,
                          .disk_reserve_bytes = min_free_bytes.bytes});
}

}  // namespace factline::host
