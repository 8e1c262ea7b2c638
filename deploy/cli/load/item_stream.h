#ifndef FACTLINE_DEPLOY_CLI_LOAD_ITEM_STREAM_H_
#define FACTLINE_DEPLOY_CLI_LOAD_ITEM_STREAM_H_

#include <grpcpp/client_context.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "deploy/cli/load/turnstile.h"
#include "factline/v1/ingest_service.grpc.pb.h"

namespace factline::load {

// One Ingest stream that settles each item sent exactly once: by its answer, or with the code that the stream ended
// with. It sends nothing twice. One thread sends and closes; Watch is for any.
class ItemStream {
 public:
  // `response` is null where the stream ended before the item was answered. Called by the thread that reads.
  using Settled =
      std::function<void(absl::Duration intended, absl::StatusCode code, const v1::IngestResponse* response)>;

  // `stub` and `watch` must outlive it.
  ItemStream(v1::IngestService::Stub& stub, const StopWatch& watch, absl::Duration timeout, Settled settled);
  ~ItemStream() { Close(); }

  // False: nothing was sent and nothing will be, for the stream has ended or the server refuses what comes on it.
  bool Send(const v1::IngestRequest& request, absl::Duration intended);
  // Waits until all that was sent is settled, and for `timeout` at most until the server ends the stream.
  void Close();
  // To be called now and then while items are sent: ends the stream if the first one that waits for its answer was sent
  // `timeout` ago.
  void Watch();

 private:
  struct Waiting {
    absl::Duration intended, sent;
  };
  void ReadAnswers();
  void End();
  void GiveUp();

  const StopWatch& watch_;
  const absl::Duration timeout_;
  const Settled settled_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::IngestRequest, v1::IngestResponse>> stream_;
  std::atomic<bool> refused_ = false;  // what was sent after something that the server refused for the moment is, too
  std::atomic<bool> timed_out_ = false;

  std::mutex write_mutex_;  // held while writing and finishing, which must not meet; before waiting_mutex_
  bool ended_ = false;      // guarded by it
  bool closed_ = false;     // guarded by it

  std::mutex waiting_mutex_;
  std::condition_variable all_read_changed_;
  std::deque<Waiting> waiting_;  // guarded by it: sent and not settled, in order
  bool all_read_ = false;        // guarded by it: no more answers come

  std::thread reader_;
};

}  // namespace factline::load

#endif  // FACTLINE_DEPLOY_CLI_LOAD_ITEM_STREAM_H_
