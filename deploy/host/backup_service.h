#ifndef FACTLINE_DEPLOY_HOST_BACKUP_SERVICE_H_
#define FACTLINE_DEPLOY_HOST_BACKUP_SERVICE_H_

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "absl/status/statusor.h"
#include "deploy/host/byte_size.h"
#include "factline/v1/backup_service.grpc.pb.h"
#include "protos/vocab/rocks_backups.h"

namespace factline::host {

// factline.v1.BackupService of one store: translates and nothing else. Thread-safe.
//
// Reactions wait for nothing: one backup and one list at a time have a thread each, and a second one is ABORTED.
class BackupService final : public v1::BackupService::CallbackService {
 public:
  using Create = std::function<absl::StatusOr<RocksBackup>(RocksBackups& backups, std::string_view name)>;

  // `backups`: null where the server has no directory for them. `create` makes one of the store.
  BackupService(std::unique_ptr<RocksBackups> backups, Create create);
  ~BackupService() override;  // as Stop; the server must take no more calls by then

  grpc::ServerUnaryReactor* CreateBackup(grpc::CallbackServerContext* context, const v1::CreateBackupRequest* request,
                                         v1::CreateBackupResponse* response) override;
  grpc::ServerUnaryReactor* ListBackups(grpc::CallbackServerContext* context, const v1::ListBackupsRequest* request,
                                        v1::ListBackupsResponse* response) override;

  // Part of a drain: a backup that is being made ends now and leaves nothing; its caller gets UNAVAILABLE.
  void Stop();

 private:
  // Work of one kind, one at a time, on a thread of its own.
  class Desk {
   public:
    ~Desk();
    // Answers `reactor` with what `work` returns; ABORTED if the desk is taken, RESOURCE_EXHAUSTED if the system has
    // no thread for it.
    void Serve(grpc::ServerUnaryReactor* reactor, std::function<absl::Status()> work);

   private:
    void Leave();

    std::mutex mutex_;
    bool busy_ = false;   // guarded by mutex_
    std::thread thread_;  // likewise
  };
  grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context, Desk& desk,
                                   std::function<absl::Status()> work) const;

  const std::unique_ptr<RocksBackups> backups_;
  const Create create_;
  Desk creating_, listing_;  // last: their threads use the rest
};

// --backup_dir/STORE with --keep_backups and --backup_rate, which these two define; null without --backup_dir.
std::unique_ptr<RocksBackups> BackupsFromFlags(std::string_view store, ByteSize min_free_bytes);

}  // namespace factline::host

#endif  // FACTLINE_DEPLOY_HOST_BACKUP_SERVICE_H_
