#ifndef FACTLINE_INDEXER_SERVICE_ADMIN_SERVICE_H_
#define FACTLINE_INDEXER_SERVICE_ADMIN_SERVICE_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "factline/v1/admin_service.grpc.pb.h"
#include "indexer/apply/progress.h"
#include "indexer/store/writer.h"

namespace factline::service {

// factline.v1.AdminService over a writer and a consumer's progress: translates and nothing else. Thread-safe.
//
// Reactions wait for nothing. Statistics look at files, so a thread of the service's own gathers them, one request
// after the other; a few may wait, one more is RESOURCE_EXHAUSTED.
class AdminService final : public v1::AdminService::CallbackService {
 public:
  // `writer` must outlive the service; `progress` and `clock` must be safe to call from any thread.
  AdminService(const store::Writer& writer, store::IndexVersions versions, std::function<apply::Progress()> progress,
               std::function<absl::Time()> clock = absl::Now);
  // Answers those that wait. The server must take no more by then.
  ~AdminService() override;

  grpc::ServerUnaryReactor* GetIndexStats(grpc::CallbackServerContext* context, const v1::GetIndexStatsRequest* request,
                                          v1::GetIndexStatsResponse* response) override;
  grpc::ServerUnaryReactor* GetLag(grpc::CallbackServerContext* context, const v1::GetLagRequest* request,
                                   v1::GetLagResponse* response) override;

 private:
  static constexpr size_t kMaxWaiting = 16;

  struct StatsRequest {
    grpc::ServerUnaryReactor* reactor;
    v1::GetIndexStatsResponse* response;
  };
  void AnswerStats();  // on stats_thread_
  grpc::Status FillStats(v1::GetIndexStatsResponse* response) const;

  const store::Writer& writer_;
  const store::IndexVersions versions_;
  const std::function<apply::Progress()> progress_;
  const std::function<absl::Time()> clock_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<StatsRequest> waiting_;
  bool stopping_ = false;
  std::thread stats_thread_;  // last: it uses the rest
};

}  // namespace factline::service

#endif  // FACTLINE_INDEXER_SERVICE_ADMIN_SERVICE_H_
