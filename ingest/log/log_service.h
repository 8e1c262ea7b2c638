#ifndef FACTLINE_INGEST_LOG_LOG_SERVICE_H_
#define FACTLINE_INGEST_LOG_LOG_SERVICE_H_

#include <cstddef>
#include <memory>

#include "absl/time/time.h"
#include "factline/storage/v1/log_service.grpc.pb.h"
#include "ingest/log/embedded_log.h"

namespace factline::log {

struct LogServiceOptions {
  size_t max_tails = 64;       // calls at a time; more are refused with RESOURCE_EXHAUSTED
  size_t max_events = 256;     // in one response
  size_t max_bytes = 1 << 20;  // in one response; an event larger than this comes alone
  // Without events a response follows the last one so much later, or up to half as much again.
  absl::Duration heartbeat = absl::Milliseconds(500);
};

// Serves the tail of a log to other processes. One thread of its own reads for all calls; reactions only wake it.
// Each call has one response outstanding: a slow reader costs one response of memory. A partition is read by one call
// at a time under a consumer's name, so that what retention waits for is the progress of one index. The name of a
// process that died is free when its connection has ended: at once where it died alone, after the server's keepalive
// where its machine did.
class LogService final : public storage::v1::LogService::CallbackService {
 public:
  // `log` must outlive the service, and the service the server that it is registered with.
  explicit LogService(EmbeddedLog* log, LogServiceOptions options = {});
  ~LogService() override;

  // Ends every call with UNAVAILABLE and takes no new ones; for a server that shuts down.
  void Stop();

  grpc::ServerBidiReactor<storage::v1::TailRequest, storage::v1::TailResponse>* Tail(
      grpc::CallbackServerContext* context) override;

 private:
  class Pump;
  class Call;

  std::shared_ptr<Pump> pump_;
};

}  // namespace factline::log

#endif  // FACTLINE_INGEST_LOG_LOG_SERVICE_H_
