#ifndef FACTLINE_INDEXER_SERVICE_ADMIN_SERVICE_H_
#define FACTLINE_INDEXER_SERVICE_ADMIN_SERVICE_H_

#include <functional>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "factline/v1/admin_service.grpc.pb.h"
#include "indexer/apply/progress.h"
#include "indexer/store/writer.h"

namespace factline::service {

// factline.v1.AdminService over a writer and a consumer's progress: translates and nothing else. Reactions read memory
// and RocksDB's properties; they wait for nothing. Thread-safe.
class AdminService final : public v1::AdminService::CallbackService {
 public:
  // `writer` must outlive the service; `progress` and `clock` must be safe to call from any thread.
  AdminService(const store::Writer& writer, store::IndexVersions versions, std::function<apply::Progress()> progress,
               std::function<absl::Time()> clock = absl::Now);

  grpc::ServerUnaryReactor* GetIndexStats(grpc::CallbackServerContext* context, const v1::GetIndexStatsRequest* request,
                                          v1::GetIndexStatsResponse* response) override;
  grpc::ServerUnaryReactor* GetLag(grpc::CallbackServerContext* context, const v1::GetLagRequest* request,
                                   v1::GetLagResponse* response) override;

 private:
  const store::Writer& writer_;
  const store::IndexVersions versions_;
  const std::function<apply::Progress()> progress_;
  const std::function<absl::Time()> clock_;
};

}  // namespace factline::service

#endif  // FACTLINE_INDEXER_SERVICE_ADMIN_SERVICE_H_
