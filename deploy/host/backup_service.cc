#include "deploy/host/backup_service.h"

#include <system_error>
#include <utility>
#include <vector>

#include "deploy/host/log_line.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"
#include "protos/vocab/timestamp.h"

namespace factline::host {
namespace {

void Fill(const RocksBackup& backup, v1::Backup* out) {
  out->set_name(backup.record.name());
  out->set_store(backup.record.store());
  *out->mutable_create_time() = ToTimestamp(backup.create_time);
  out->set_bytes(backup.bytes);
  out->set_file_count(backup.files);
  out->set_format_version(backup.record.format_version());
  out->set_program_version(backup.record.program_version());
  for (const storage::v1::BackupRange& range : backup.record.partitions()) {
    v1::BackupPartition& partition = *out->add_partitions();
    partition.set_partition(range.partition());
    partition.set_first_offset(range.first_offset());
    partition.set_end_offset(range.end_offset());
  }
}

}  // namespace

BackupService::Desk::~Desk() {
  if (thread_.joinable()) thread_.join();
}

void BackupService::Desk::Serve(grpc::ServerUnaryReactor* reactor, std::function<absl::Status()> work) {
  const std::lock_guard lock(mutex_);
  if (busy_) {
    reactor->Finish(ToGrpc(absl::AbortedError("another such call is being answered: try again when it is")));
    return;
  }
  if (thread_.joinable()) thread_.join();  // it has done its work
  try {
    thread_ = std::thread([this, reactor, work = std::move(work)] {
      const grpc::Status answer = ToGrpc(work());
      Leave();  // first: a caller that has its answer may ask again
      reactor->Finish(answer);
    });
    busy_ = true;
  } catch (const std::system_error& error) {
    reactor->Finish(ToGrpc(absl::ResourceExhaustedError(Cat("no thread for this call: ", error.what()))));
  }
}

void BackupService::Desk::Leave() {
  const std::lock_guard lock(mutex_);
  busy_ = false;
}

BackupService::BackupService(std::unique_ptr<RocksBackups> backups, Create create)
    : backups_(std::move(backups)), create_(std::move(create)) {}

BackupService::~BackupService() { Stop(); }

void BackupService::Stop() {
  if (backups_ != nullptr) backups_->Stop();
}

grpc::ServerUnaryReactor* BackupService::Answer(grpc::CallbackServerContext* context, Desk& desk,
                                                std::function<absl::Status()> work) const {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  if (backups_ == nullptr) {
    reactor->Finish(ToGrpc(WithReason(
        absl::FailedPreconditionError("this server has no directory for backups: start it with --backup_dir"),
        "NO_BACKUP_DIR")));
    return reactor;
  }
  desk.Serve(reactor, std::move(work));
  return reactor;
}

grpc::ServerUnaryReactor* BackupService::CreateBackup(grpc::CallbackServerContext* context,
                                                      const v1::CreateBackupRequest* request,
                                                      v1::CreateBackupResponse* response) {
  return Answer(context, creating_, [this, request, response]() -> absl::Status {
    FL_RETURN_IF_ERROR(RocksBackups::CheckName(request->name()));
    Log(Severity::kInfo, "backup begins", {{"name", request->name()}});
    const absl::StatusOr<RocksBackup> backup = create_(*backups_, request->name());
    if (!backup.ok()) {
      Log(Severity::kWarning, "backup failed",
          {{"name", request->name()}, {"error", std::string(ToStd(backup.status().message()))}});
      return backup.status();
    }
    Log(Severity::kInfo, "backup made", {{"name", request->name()}, {"bytes", Cat(backup->bytes)}});
    Fill(*backup, response->mutable_backup());
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* BackupService::ListBackups(grpc::CallbackServerContext* context,
                                                     const v1::ListBackupsRequest*, v1::ListBackupsResponse* response) {
  return Answer(context, listing_, [this, response]() -> absl::Status {
    FL_ASSIGN_OR_RETURN(const std::vector<RocksBackup> backups, backups_->List());
    for (const RocksBackup& backup : backups) Fill(backup, response->add_backups());
    return absl::OkStatus();
  });
}

}  // namespace factline::host
