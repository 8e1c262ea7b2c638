// factline admin backup, factline admin backups
#include <string>
#include <vector>

#include "deploy/cli/client.h"
#include "deploy/cli/command.h"
#include "deploy/cli/format_text.h"
#include "deploy/cli/table.h"
#include "factline/v1/backup_service.grpc.pb.h"
#include "protos/vocab/status.h"

namespace factline::cli {
namespace {

FlagSpec OnlyFlag() { return {"only", "log|index", "that store alone", "both"}; }

CommandSpec BackupSpec() {
  CommandSpec spec;
  spec.name = "admin backup";
  spec.arguments = "NAME";
  spec.summary = "copy index and log to the servers' backup directories, while they run";
  spec.description =
      "Asks the indexer, then the ingestor, to add a backup to the directory that its flag --backup_dir names. "
      "Articles may come in meanwhile: every one that was acknowledged before the command is in the backup. The "
      "index is copied first, so that the log holds all that the index has seen. A file that an earlier backup holds "
      "is not copied again. Each server keeps its newest --keep_backups.\n"
      "The log alone is enough: an index is made anew from it, which takes longer than copying it back.";
  spec.flags = {OnlyFlag()};
  for (FlagSpec& flag : ConnectionFlags("60m")) spec.flags.push_back(std::move(flag));
  spec.examples = "  factline admin backup nightly-$(date +%F)\n  factline admin backup before-upgrade --only=log\n";
  return spec;
}

CommandSpec BackupsSpec() {
  CommandSpec spec;
  spec.name = "admin backups";
  spec.summary = "list the servers' backups, with size, time and offsets";
  spec.description =
      "Lists what the ingestor and the indexer have in their backup directories, oldest first. EVENTS is the range of "
      "offsets that a backup holds at least; BYTES counts files that several backups share for each of them.";
  spec.flags = {OnlyFlag(), FormatFlag()};
  for (FlagSpec& flag : ConnectionFlags()) spec.flags.push_back(std::move(flag));
  spec.examples = "  factline admin backups\n";
  return spec;
}

// Of the two servers, the index's first.
absl::StatusOr<std::vector<Role>> RolesOf(const Arguments& arguments) {
  const std::string_view only = arguments.Get("only");
  if (only == "both") return std::vector{Role::kIndexer, Role::kIngestor};
  if (only == "log") return std::vector{Role::kIngestor};
  if (only == "index") return std::vector{Role::kIndexer};
  return absl::InvalidArgumentError(Cat("--only=", only, ": want log or index"));
}

std::string Events(const v1::Backup& backup) {
  std::string words;
  for (const v1::BackupPartition& partition : backup.partitions()) {
    words += Cat(words.empty() ? "" : ", ", backup.partitions_size() > 1 ? Cat(partition.partition(), ": ") : "",
                 Count(partition.first_offset()), " to ", Count(partition.end_offset()));
  }
  return words;
}

// A log whose retention has dropped events that the index had not consumed when it was copied is no pair with it.
absl::Status CheckPair(const v1::Backup& index, const v1::Backup& log) {
  for (const v1::BackupPartition& of_index : index.partitions()) {
    for (const v1::BackupPartition& of_log : log.partitions()) {
      if (of_index.partition() != of_log.partition() || of_index.end_offset() >= of_log.first_offset()) continue;
      return absl::UnavailableError(Cat("the log dropped events from ", of_index.end_offset(), " to ",
                                        of_log.first_offset(),
                                        " between the two copies (retention), and the index's "
                                        "copy lacks them: make another backup"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> RunBackup(const Arguments& arguments, Console& console) {
  if (arguments.positional().size() != 1) return absl::InvalidArgumentError("want one name for the backup");
  FL_ASSIGN_OR_RETURN(const std::vector<Role> roles, RolesOf(arguments));
  v1::CreateBackupRequest request;
  request.set_name(arguments.positional()[0]);
  std::vector<v1::Backup> made;
  for (const Role role : roles) {
    FL_ASSIGN_OR_RETURN(auto connection, Connection<v1::BackupService>::Open(role, arguments));
    v1::CreateBackupResponse response;
    if (absl::Status status = connection.Call(&v1::BackupService::Stub::CreateBackup, request, &response);
        !status.ok()) {
      if (!made.empty()) {
        console.err << "the copy of the " << made[0].store()
                    << " is made and keeps the name; --only=log makes the other\n";
      }
      return status;
    }
    const v1::Backup& backup = made.emplace_back(response.backup());
    console.out << backup.store() << ": events " << Events(backup) << ", " << Bytes(backup.bytes()) << " in "
                << Count(backup.file_count()) << " files" << std::endl;
  }
  if (made.size() == 2) FL_RETURN_IF_ERROR(CheckPair(made[0], made[1]));
  return kOk;
}

absl::StatusOr<ExitCode> RunBackups(const Arguments& arguments, Console& console) {
  FL_ASSIGN_OR_RETURN(const Format format, FormatOf(arguments));
  FL_ASSIGN_OR_RETURN(const std::vector<Role> roles, RolesOf(arguments));
  v1::ListBackupsResponse all;
  for (const Role role : roles) {
    FL_ASSIGN_OR_RETURN(auto connection, Connection<v1::BackupService>::Open(role, arguments));
    v1::ListBackupsResponse response;
    FL_RETURN_IF_ERROR(connection.Call(&v1::BackupService::Stub::ListBackups, {}, &response));
    all.MergeFrom(response);
  }
  if (format != Format::kTable) {
    PrintJson(format, all, all.backups(), console.out);
    return kOk;
  }
  using Align = Table::Align;
  Table table(
      {{"NAME"}, {"STORE"}, {"MADE"}, {"EVENTS"}, {"BYTES", Align::kRight}, {"FORMAT", Align::kRight}, {"RELEASE"}});
  for (const v1::Backup& backup : all.backups()) {
    table.AddRow({backup.name(), backup.store(), Moment(backup.create_time()), Events(backup), Bytes(backup.bytes()),
                  Cat(backup.format_version()), backup.program_version()});
  }
  console.out << (table.empty() ? "no backups\n" : table.Render(console.columns));
  return kOk;
}

}  // namespace

Command AdminBackupCommand() { return {BackupSpec(), RunBackup}; }
Command AdminBackupsCommand() { return {BackupsSpec(), RunBackups}; }

}  // namespace factline::cli
