#ifndef FACTLINE_INGEST_LOG_REMOTE_READER_H_
#define FACTLINE_INGEST_LOG_REMOTE_READER_H_

#include <grpcpp/channel.h>

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "absl/time/time.h"
#include "ingest/log/reader.h"

namespace factline::log {

struct RemoteReaderOptions {
  std::string consumer;                                   // as TailRequest.consumer; "" reports no progress
  size_t read_ahead_bytes = 16 << 20;                     // of events held here; one response may exceed it
  absl::Duration first_backoff = absl::Milliseconds(50);  // after a broken connection; doubles each time
  absl::Duration max_backoff = absl::Seconds(2);
  absl::Duration stall_timeout = absl::Seconds(5);  // silence after which a connection is given up
};

// Reads an ingestor's log over gRPC. Each partition that is read has a thread of its own, which holds a Tail call open,
// reads ahead within its bound, and connects again by itself. Thread-safe over partitions, as Reader says.
class RemoteReader final : public Reader {
 public:
  // The channel's message cap must admit the largest event.
  RemoteReader(std::shared_ptr<grpc::Channel> channel, RemoteReaderOptions options);
  ~RemoteReader() override;

  // UNAVAILABLE after `limits.wait` while no connection is to be had and nothing read ahead is left.
  absl::StatusOr<EventBatch> Read(Partition partition, Offset from, const ReadLimits& limits) override;
  void ReportConsumed(Partition partition, Offset consumed) override;

 private:
  class Tail;

  Tail* TailOf(Partition partition);

  const std::shared_ptr<grpc::Channel> channel_;
  const RemoteReaderOptions options_;
  std::mutex mutex_;
  std::map<Partition, std::unique_ptr<Tail>> tails_;
};

}  // namespace factline::log

#endif  // FACTLINE_INGEST_LOG_REMOTE_READER_H_
