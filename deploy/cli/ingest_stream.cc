#include "deploy/cli/ingest_stream.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <thread>

#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"

namespace factline::cli {
namespace {

using ItemPointer = std::shared_ptr<const Item>;
using ClientStream = grpc::ClientReaderWriter<v1::IngestRequest, v1::IngestResponse>;

bool IsForTheMoment(const v1::IngestResponse& response) {
  if (!response.has_error()) return false;
  auto code = static_cast<absl::StatusCode>(response.error().code());
  return code == absl::StatusCode::kResourceExhausted || code == absl::StatusCode::kUnavailable;
}

// One run: what is waiting for an answer, over as many connections as it takes.
class Run {
 public:
  Run(const IngestStreamOptions& options, const IngestStream::Source& source, const IngestStream::Sink& sink)
      : options_(options), source_(source), sink_(sink), progress_(absl::Now()) {}

  // Everything is read, sent and answered.
  bool Done() {
    absl::MutexLock lock(&mutex_);
    return exhausted_ && waiting_.empty() && refused_.empty();
  }

  // Since an item was last answered for good.
  absl::Duration SinceProgress() {
    absl::MutexLock lock(&mutex_);
    return absl::Now() - progress_;
  }

  bool AnyProgress() {
    absl::MutexLock lock(&mutex_);
    return any_progress_;
  }

  // How long the server asked to wait with what it refused.
  absl::Duration TakeDelay() {
    absl::MutexLock lock(&mutex_);
    return std::exchange(delay_, absl::ZeroDuration());
  }

  // Runs one connection to its end.
  absl::Status Connect(v1::IngestService::Stub& stub) {
    grpc::ClientContext context;
    std::unique_ptr<ClientStream> stream = stub.Ingest(&context);
    Begin();
    std::thread reader([&] { ReadAnswers(*stream); });
    std::thread watchdog([&] { Watch(context); });
    SendAll(*stream);
    reader.join();
    watchdog.join();
    absl::Status status = FromGrpc(stream->Finish());
    if (!protocol_error_.ok()) return protocol_error_;
    if (timed_out_) return absl::UnavailableError(Cat("no answer for ", absl::FormatDuration(options_.answer_timeout)));
    return status;
  }

 private:
  void Begin() {
    absl::MutexLock lock(&mutex_);
    // In the order in which they were first sent: a newer version of an article must not go before an older one.
    waiting_.insert(waiting_.begin(), refused_.begin(), refused_.end());
    refused_.clear();
    sent_ = 0;
    broken_ = timed_out_ = false;
    answered_ = absl::Now();
  }

  // Writes what is waiting, then new items as the window allows; half-closes at the end.
  void SendAll(ClientStream& stream) {
    while (ItemPointer item = NextToSend()) {
      if (!stream.Write(item->request)) return;
    }
    stream.WritesDone();
  }

  // Null once nothing is left to be sent on this connection.
  ItemPointer NextToSend() {
    {
      absl::MutexLock lock(&mutex_);
      if (broken_ || !refused_.empty()) return nullptr;  // nothing may overtake what was refused
      if (sent_ < waiting_.size()) return waiting_[sent_++];
      if (exhausted_) return nullptr;
      auto room = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return broken_ || !refused_.empty() ||
               (waiting_.size() < options_.window_items &&
                (waiting_.empty() || waiting_bytes_ < options_.window_bytes));
      };
      mutex_.Await(absl::Condition(&room));
      if (broken_ || !refused_.empty()) return nullptr;
    }
    std::optional<Item> item = source_();  // may wait for standard input: without the lock
    absl::MutexLock lock(&mutex_);
    if (!item.has_value()) {
      exhausted_ = true;
      return nullptr;
    }
    if (waiting_.empty()) answered_ = absl::Now();
    waiting_bytes_ += item->bytes;
    waiting_.push_back(std::make_shared<const Item>(*std::move(item)));
    ++sent_;
    return waiting_.back();
  }

  void ReadAnswers(ClientStream& stream) {
    v1::IngestResponse response;
    while (stream.Read(&response)) {
      ItemPointer item = Answered(response);
      if (item == nullptr) break;
      if (!IsForTheMoment(response)) sink_(*item, response);
    }
    absl::MutexLock lock(&mutex_);
    broken_ = true;
  }

  // The item that this answer belongs to; null if the server breaks the protocol.
  ItemPointer Answered(const v1::IngestResponse& response) {
    absl::MutexLock lock(&mutex_);
    if (sent_ == 0 || waiting_.front()->request.request_id() != response.request_id()) {
      protocol_error_ = absl::InternalError("the server answered an item that was not the next one sent");
      return nullptr;
    }
    ItemPointer item = waiting_.front();
    waiting_.pop_front();
    --sent_;
    answered_ = absl::Now();
    if (IsForTheMoment(response)) {
      refused_.push_back(item);  // stays in waiting_bytes_
      delay_ = std::max(delay_, RetryDelayOf(FromRpcStatus(response.error())).value_or(absl::Seconds(1)));
    } else {
      waiting_bytes_ -= item->bytes;
      progress_ = answered_;
      any_progress_ = true;
    }
    return item;
  }

  // Breaks a connection that stays silent while answers are due.
  void Watch(grpc::ClientContext& context) {
    absl::MutexLock lock(&mutex_);
    while (!mutex_.AwaitWithTimeout(absl::Condition(&broken_), absl::Milliseconds(200))) {
      if (sent_ == 0 || absl::Now() - answered_ < options_.answer_timeout) continue;
      timed_out_ = true;
      context.TryCancel();
      return;
    }
  }

  const IngestStreamOptions& options_;
  const IngestStream::Source& source_;
  const IngestStream::Sink& sink_;

  absl::Mutex mutex_;
  std::deque<ItemPointer> waiting_ ABSL_GUARDED_BY(mutex_);  // not answered, in order
  size_t sent_ ABSL_GUARDED_BY(mutex_) = 0;                  // so many of them on this connection
  std::deque<ItemPointer> refused_ ABSL_GUARDED_BY(mutex_);  // for the moment
  uint64_t waiting_bytes_ ABSL_GUARDED_BY(mutex_) = 0;       // of both
  bool exhausted_ ABSL_GUARDED_BY(mutex_) = false;           // the source has no more
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;              // nothing more comes on this connection
  absl::Time answered_ ABSL_GUARDED_BY(mutex_);              // the last answer, or since when one is due
  absl::Time progress_ ABSL_GUARDED_BY(mutex_);              // the last answer for good
  bool any_progress_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Duration delay_ ABSL_GUARDED_BY(mutex_) = absl::ZeroDuration();
  bool timed_out_ = false;
  absl::Status protocol_error_;
};

}  // namespace

absl::Status IngestStream::Run(const Source& source, const Sink& sink, const Notice& notice) {
  class Run run(options_, source, sink);
  absl::Duration backoff = options_.first_backoff;
  while (true) {
    absl::Duration stalled_before = run.SinceProgress();
    absl::Status status = run.Connect(stub_);
    if (run.Done()) return absl::OkStatus();
    absl::Duration delay = run.TakeDelay();
    bool progressed = run.SinceProgress() < stalled_before;
    if (status.ok() && delay == absl::ZeroDuration()) {
      status = absl::UnavailableError("the server ended the stream before it had answered every item");
    }
    // What no retry can mend.
    if (absl::IsInvalidArgument(status) || absl::IsUnimplemented(status) || absl::IsInternal(status)) return status;
    if (run.SinceProgress() > (run.AnyProgress() || status.ok() ? options_.retry_for : options_.first_retry_for)) {
      return status.ok() ? absl::ResourceExhaustedError("the server keeps refusing items for want of resources")
                         : status;
    }
    backoff = progressed ? options_.first_backoff : std::min(backoff * 2, options_.max_backoff);
    absl::Duration wait = std::max(delay, backoff);
    notice(status.ok() ? Cat("the server asks to wait ", absl::FormatDuration(wait))
                       : Cat("connection lost (", std::string(status.message()), "); resuming in ",
                             absl::FormatDuration(wait)));
    absl::SleepFor(wait);
  }
}

}  // namespace factline::cli
