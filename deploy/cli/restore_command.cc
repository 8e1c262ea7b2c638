// factline restore
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "deploy/cli/command.h"
#include "deploy/cli/format_text.h"
#include "indexer/store/reader.h"
#include "ingest/log/embedded_log.h"
#include "protos/vocab/rocks_backups.h"
#include "protos/vocab/status.h"

namespace factline::cli {
namespace {

namespace fs = std::filesystem;

CommandSpec Spec() {
  CommandSpec spec;
  spec.name = "restore";
  spec.summary = "make a data directory from a backup; the servers on it must be stopped";
  spec.description =
      "Copies log and index of a backup (factline admin backup) to DATA_DIR/log and DATA_DIR/index, which must be "
      "absent or empty. Every file is held against its checksum. Both are opened before they are put in place, and "
      "an index that is ahead of the log, or that the log no longer continues, is refused. An index older than its "
      "log is as good: the indexer catches up.\n"
      "Works on files alone: no server is asked. Start the servers with --data_dir=DATA_DIR afterwards; 'factline "
      "admin verify' compares log and index.\n"
      "The ingestor of a restored log gives out offsets again that the lost one gave to newer articles. An index of "
      "the lost log is not to be used with it; the indexer refuses it.";
  spec.flags = {
      {"from", "DIR", "the servers' --backup_dir, or a copy of it", ""},
      {"name", "NAME", "of the backup", "the newest that DIR has of every store wanted"},
      {"data_dir", "DIR", "where the data shall be", ""},
      {"only", "log|index", "that store alone", "both, or what DIR has"},
      {"list", "", "list what DIR has, and restore nothing", ""},
  };
  spec.examples =
      "  factline restore --from=/backup/factline --data_dir=/var/lib/factline\n"
      "  factline restore --from=/backup/factline --list\n"
      "  factline restore --from=/backup/factline --name=nightly-2024-03-24 --only=log --data_dir=/tmp/look\n";
  return spec;
}

struct Store {
  std::string name;  // "log"
  RocksBackups backups;
  std::vector<RocksBackup> list;

  Store(std::string store, const fs::path& from) : name(std::move(store)), backups({.dir = (from / name).string()}) {}
  bool Has(std::string_view backup) const {
    return std::any_of(list.begin(), list.end(), [&](const RocksBackup& b) { return b.record.name() == backup; });
  }
};

absl::Status Missing(const fs::path& from) {
  return absl::NotFoundError(Cat("there are no backups in ", from.string(),
                                 ": want the directory that the servers were given as --backup_dir"));
}

// The stores to restore: those that were asked for, or that the directory has.
absl::StatusOr<std::vector<std::unique_ptr<Store>>> OpenStores(const Arguments& arguments, const fs::path& from) {
  const std::string_view only = arguments.Given("only") ? arguments.Get("only") : "";
  if (!only.empty() && only != "log" && only != "index") {
    return absl::InvalidArgumentError(Cat("--only=", only, ": want log or index"));
  }
  std::vector<std::unique_ptr<Store>> stores;
  for (const char* name : {"log", "index"}) {
    if (!only.empty() && only != name) continue;
    auto store = std::make_unique<Store>(name, from);
    FL_ASSIGN_OR_RETURN(store->list, store->backups.List());
    if (!store->list.empty() || !only.empty()) stores.push_back(std::move(store));
  }
  if (stores.empty() || stores[0]->list.empty()) return Missing(from);
  return stores;
}

absl::StatusOr<std::string> NameOf(const Arguments& arguments, const std::vector<std::unique_ptr<Store>>& stores) {
  if (arguments.Given("name")) return std::string(arguments.Get("name"));
  const std::vector<RocksBackup>& list = stores[0]->list;
  for (auto backup = list.rbegin(); backup != list.rend(); ++backup) {
    const std::string& name = backup->record.name();
    if (!std::all_of(stores.begin(), stores.end(), [&](const auto& store) { return store->Has(name); })) continue;
    if (backup == list.rbegin()) return name;
    // stores[0] is the log: what it has acknowledged since the pair was made would be left out in silence.
    const std::string& newest = list.back().record.name();
    return absl::FailedPreconditionError(
        Cat("the newest backup of the ", stores[0]->name, " is '", newest,
            "', which the other store lacks: --only=", stores[0]->name, " --name=", newest,
            " restores it, and the indexer makes the index anew; --name=", name, " restores the older pair"));
  }
  return absl::NotFoundError("no backup has both log and index: give --only, or --name and --only");
}

void PrintList(const std::vector<std::unique_ptr<Store>>& stores, Console& console) {
  for (const auto& store : stores) {
    for (const RocksBackup& backup : store->list) {
      console.out << store->name << "  " << backup.record.name() << "  "
                  << absl::FormatTime("%Y-%m-%d %H:%M:%S", backup.create_time, absl::UTCTimeZone()) << "  "
                  << Bytes(backup.bytes) << "  format " << backup.record.format_version() << "  release "
                  << backup.record.program_version() << "\n";
    }
  }
}

bool IsFree(const fs::path& path) {
  std::error_code error;
  return !fs::exists(path, error) || (fs::is_directory(path, error) && fs::is_empty(path, error));
}

// Makes what was renamed or made in the directory outlast a loss of power.
absl::Status SyncDirectory(const fs::path& path) {
  const int directory = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return absl::InternalError(Cat("open ", path.string(), ": ", std::strerror(errno)));
  absl::Cleanup close_it = [directory] { close(directory); };
  if (fsync(directory) == 0) return absl::OkStatus();
  return absl::InternalError(Cat("sync ", path.string(), ": ", std::strerror(errno)));
}

// What the files say once they are opened, which mends nothing: a backup's write-ahead log is applied.
struct Restored {
  std::optional<std::vector<log::PartitionState>> log;
  std::optional<Offset> index;
};

absl::Status Open(const std::string& store, const fs::path& path, Restored* restored) {
  if (store == "log") {
    FL_ASSIGN_OR_RETURN(const std::unique_ptr<log::EmbeddedLog> log,
                        log::EmbeddedLog::Open({.path = path.string(), .maintenance_interval = absl::ZeroDuration()}));
    restored->log = log->Describe().partitions;
    return absl::OkStatus();
  }
  const std::string work_dir = Cat(path.string(), ".look");
  absl::Cleanup remove = [&work_dir] {
    std::error_code ignored;
    fs::remove_all(work_dir, ignored);
  };
  FL_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> reader,
                      store::Reader::Open({.index_dir = path.string(), .secondary_dir = work_dir}));
  restored->index = reader->View()->visible_offset();
  return absl::OkStatus();
}

// Of the partition that the index says it holds.
absl::Status CheckPair(const Restored& restored, uint32_t partition) {
  if (!restored.log.has_value() || !restored.index.has_value()) return absl::OkStatus();
  for (const log::PartitionState& log : *restored.log) {
    if (log.partition.value() != partition) continue;
    if (*restored.index > log.end_offset) {
      return absl::FailedPreconditionError(Cat("the index has consumed the events before ", restored.index->value(),
                                               ", but the log ends at ", log.end_offset.value(),
                                               ": restore --only=log, and the indexer makes the index anew"));
    }
    if (*restored.index < log.first_offset) {
      return absl::FailedPreconditionError(Cat("the index wants the events from ", restored.index->value(),
                                               " on, but the log's first is ", log.first_offset.value(),
                                               " (retention): restore another backup"));
    }
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(Cat("the index is of partition ", partition,
                                           ", which the log does not have: restore another backup, or one "
                                           "store with --only"));
}

absl::StatusOr<ExitCode> Run(const Arguments& arguments, Console& console) {
  if (!arguments.Given("from")) return absl::InvalidArgumentError("want --from=DIR, the directory of backups");
  const fs::path from = arguments.Get("from");
  FL_ASSIGN_OR_RETURN(const std::vector<std::unique_ptr<Store>> stores, OpenStores(arguments, from));
  if (arguments.Switch("list")) {
    PrintList(stores, console);
    return kOk;
  }
  if (!arguments.Given("data_dir")) return absl::InvalidArgumentError("want --data_dir=DIR, where the data shall be");
  FL_ASSIGN_OR_RETURN(const std::string name, NameOf(arguments, stores));
  const fs::path data_dir = arguments.Get("data_dir");
  for (const auto& store : stores) {
    if (IsFree(data_dir / store->name)) continue;
    return absl::FailedPreconditionError(Cat((data_dir / store->name).string(),
                                             " is not empty, and nothing is restored over it: give another --data_dir, "
                                             "or move it away with the servers stopped"));
  }
  std::error_code error;
  fs::create_directories(data_dir, error);
  if (error) return absl::FailedPreconditionError(Cat("making ", data_dir.string(), ": ", error.message()));

  // Beside the place they shall have, and moved there when all are whole.
  const auto unfinished = [&](const Store& store) { return data_dir / Cat(store.name, ".restore.", getpid()); };
  absl::Cleanup remove = [&] {
    std::error_code ignored;
    for (const auto& store : stores) fs::remove_all(unfinished(*store), ignored);
  };
  Restored restored;
  uint32_t partition = 0;
  for (const auto& store : stores) {
    const fs::path path = unfinished(*store);
    FL_RETURN_IF_ERROR(store->backups.Restore(name, path.string()));
    FL_RETURN_IF_ERROR(Open(store->name, path, &restored));
    for (const RocksBackup& backup : store->list) {
      const storage::v1::BackupRecord& record = backup.record;
      if (store->name == "index" && record.name() == name && record.partitions_size() > 0) {
        partition = record.partitions(0).partition();
      }
    }
  }
  FL_RETURN_IF_ERROR(CheckPair(restored, partition));
  for (const auto& store : stores) {
    FL_RETURN_IF_ERROR(SyncDirectory(unfinished(*store)));
    fs::rename(unfinished(*store), data_dir / store->name, error);
    if (error) return absl::InternalError(Cat("rename to ", (data_dir / store->name).string(), ": ", error.message()));
  }
  for (const fs::path& directory : {data_dir, fs::absolute(data_dir / "..")}) {
    FL_RETURN_IF_ERROR(SyncDirectory(directory));
  }
  console.out << "restored '" << name << "' to " << data_dir.string();
  if (restored.log.has_value()) {
    uint64_t events = 0;
    for (const log::PartitionState& log : *restored.log) events += log.end_offset.value() - log.first_offset.value();
    console.out << "; log: " << Count(events) << " events";
  }
  if (restored.index.has_value()) console.out << "; index: events before " << Count(restored.index->value());
  console.out << "\n";
  return kOk;
}

}  // namespace

Command RestoreCommand() { return {Spec(), Run}; }

}  // namespace factline::cli
