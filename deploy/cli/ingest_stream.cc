#include "deploy/cli/ingest_stream.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

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

// Whether a stream ended for what one item is, so that sending it again is no use. RESOURCE_EXHAUSTED alone may be
// want of memory for the moment; gRPC says of a message above the receiver's cap that it is "larger than max".
bool IsForAnItem(const absl::Status& status) {
  return absl::IsInvalidArgument(status) ||
         (absl::IsResourceExhausted(status) && ToStd(status.message()).find("larger than max") != std::string::npos);
}

bool NoRetryMends(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsUnimplemented(status) || absl::IsInternal(status) ||
         absl::IsUnauthenticated(status) || absl::IsPermissionDenied(status);
}

// One run: what is waiting for an answer, over as many connections as it takes. Shared with the thread that reads the
// source, which may outlive it.
class ItemRun {
 public:
  ItemRun(const IngestStreamOptions& options, IngestStream::Source source, const IngestStream::Listener& listener)
      : options_(options), source_(std::move(source)), listener_(&listener), progress_(absl::Now()) {}

  // Reads ahead, into the window, until the source ends or the run does.
  void ReadAhead() {
    while (true) {
      {
        std::unique_lock lock(mutex_);
        in_source_ = false;
        changed_.notify_all();
        changed_.wait(lock, [this] { return stopped_ || HasRoom(); });
        if (stopped_) return;
        in_source_ = true;
      }
      std::optional<ItemSource::Next> next = source_();
      std::lock_guard lock(mutex_);
      if (!next.has_value()) exhausted_ = true;
      if (!next.has_value() || stopped_) {
        in_source_ = false;
        changed_.notify_all();
        return;
      }
      if (next->item.has_value()) {
        Enqueue(*std::move(next->item));
      } else {
        listener_->bad(*next->bad);
      }
    }
  }

  // Ends ReadAhead and the use of the listener. False if the source is still waiting for its input.
  bool StopReading() {
    std::unique_lock lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
    return changed_.wait_for(lock, kFileReadTime, [this] { return !in_source_; });
  }

  // Everything is read, sent and answered.
  bool Done() {
    std::lock_guard lock(mutex_);
    return exhausted_ && waiting_.empty() && refused_.empty();
  }

  // Since an item was last answered for good, or for as long as items wait; zero while none does.
  absl::Duration SinceProgress() {
    std::lock_guard lock(mutex_);
    return IsIdle() ? absl::ZeroDuration() : absl::Now() - progress_;
  }

  // For good.
  uint64_t answered_items() {
    std::lock_guard lock(mutex_);
    return answered_items_;
  }

  // How long the server asked to wait with what it refused.
  absl::Duration TakeDelay() {
    std::lock_guard lock(mutex_);
    return std::exchange(delay_, absl::ZeroDuration());
  }

  // Runs one connection to its end.
  absl::Status Connect(v1::IngestService::Stub& stub) {
    grpc::ClientContext context;
    if (!options_.traceparent.empty()) context.AddMetadata("traceparent", options_.traceparent);
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

  // What to do about a stream that ended for an item: had only one been sent, that one is answered with an error; else
  // as many as had been sent go one at a time, to find out which it is. False if no item was sent at all.
  bool SingleOut(const absl::Status& status) {
    ItemPointer item;
    {
      std::lock_guard lock(mutex_);
      if (sent_ == 0) return false;
      if (alone_ == 0) {
        alone_ = sent_;
        return true;
      }
      item = waiting_.front();
      TakeAnswered();
      AnsweredForGood(*item);
    }
    v1::IngestResponse response;
    response.set_request_id(item->request.request_id());
    *response.mutable_error() = ToRpcStatus(
        absl::InvalidArgumentError(Cat("the server ended the stream over this item: ", ToStd(status.message()))));
    listener_->answered(*item, response);
    return true;
  }

 private:
  // As long as a file's next item may take to be read; longer waits are for input that may never come.
  static constexpr std::chrono::seconds kFileReadTime{1};

  void Begin() {
    std::lock_guard lock(mutex_);
    // In the order in which they were first sent: a newer version of an article must not go before an older one.
    waiting_.insert(waiting_.begin(), refused_.begin(), refused_.end());
    refused_.clear();
    sent_ = 0;
    broken_ = timed_out_ = false;
    answered_ = absl::Now();
  }

  // Writes what is waiting, then new items as they come; half-closes at the end.
  void SendAll(ClientStream& stream) {
    while (ItemPointer item = NextToSend()) {
      if (!stream.Write(item->request)) return;
    }
    stream.WritesDone();
  }

  // Null once nothing is left to be sent on this connection; nothing may overtake what was refused.
  ItemPointer NextToSend() {
    std::unique_lock lock(mutex_);
    changed_.wait(
        lock, [this] { return broken_ || !refused_.empty() || MaySend() || (exhausted_ && sent_ == waiting_.size()); });
    if (broken_ || !refused_.empty() || !MaySend()) return nullptr;
    if (sent_ == 0) answered_ = absl::Now();
    return waiting_[sent_++];
  }

  void ReadAnswers(ClientStream& stream) {
    v1::IngestResponse response;
    while (stream.Read(&response)) {
      ItemPointer item = Answered(response);
      if (item == nullptr) break;
      if (!IsForTheMoment(response)) listener_->answered(*item, response);
    }
    std::lock_guard lock(mutex_);
    broken_ = true;
    changed_.notify_all();
    connection_ended_.notify_all();
  }

  // The item that this answer belongs to; null if the server breaks the protocol.
  ItemPointer Answered(const v1::IngestResponse& response) {
    std::lock_guard lock(mutex_);
    if (sent_ == 0 || waiting_.front()->request.request_id() != response.request_id()) {
      protocol_error_ = absl::InternalError("the server answered an item that was not the next one sent");
      return nullptr;
    }
    ItemPointer item = waiting_.front();
    TakeAnswered();
    if (IsForTheMoment(response)) {
      refused_.push_back(item);  // stays in waiting_bytes_
      delay_ = std::max(delay_, RetryDelayOf(FromRpcStatus(response.error())).value_or(absl::Seconds(1)));
    } else {
      AnsweredForGood(*item);
    }
    return item;
  }

  // Breaks a connection that stays silent while answers are due.
  void Watch(grpc::ClientContext& context) {
    std::unique_lock lock(mutex_);
    while (!connection_ended_.wait_for(lock, std::chrono::milliseconds(200), [this] { return broken_; })) {
      if (sent_ == 0 || absl::Now() - answered_ < options_.answer_timeout) continue;
      timed_out_ = true;
      context.TryCancel();
      return;
    }
  }

  // ---- all below: under mutex_ ----

  bool IsIdle() const { return waiting_.empty() && refused_.empty(); }

  bool HasRoom() const {
    return IsIdle() ||
           (waiting_.size() + refused_.size() < options_.window_items && waiting_bytes_ < options_.window_bytes);
  }

  bool MaySend() const { return sent_ < waiting_.size() && (alone_ == 0 || sent_ == 0); }

  void Enqueue(Item item) {
    if (IsIdle()) progress_ = absl::Now();
    waiting_bytes_ += item.bytes;
    waiting_.push_back(std::make_shared<const Item>(std::move(item)));
    changed_.notify_all();
  }

  void TakeAnswered() {
    waiting_.pop_front();
    --sent_;
    if (alone_ > 0) --alone_;
    answered_ = absl::Now();
    changed_.notify_all();
  }

  void AnsweredForGood(const Item& item) {
    waiting_bytes_ -= item.bytes;
    progress_ = absl::Now();
    ++answered_items_;
  }

  const IngestStreamOptions options_;
  const IngestStream::Source source_;             // called by ReadAhead alone
  const IngestStream::Listener* const listener_;  // not used once stopped_

  std::mutex mutex_;                          // guards all below but timed_out_ and protocol_error_
  std::condition_variable changed_;           // any of it
  std::condition_variable connection_ended_;  // broken_: the watchdog, which no item need wake, waits for it
  std::deque<ItemPointer> waiting_;           // read and not answered, in order
  size_t sent_ = 0;                           // so many of them on this connection
  std::deque<ItemPointer> refused_;           // for the moment; they stood before waiting_
  uint64_t waiting_bytes_ = 0;                // of both
  size_t alone_ = 0;                          // so many go one at a time: the stream has ended over one of them
  bool in_source_ = false;                    // ReadAhead is in source_()
  bool exhausted_ = false;                    // the source has no more
  bool stopped_ = false;                      // the run is over
  bool broken_ = false;                       // nothing more comes on this connection
  absl::Time answered_;                       // the last answer, or since when one is due
  absl::Time progress_;                       // the last answer for good, or since when items wait
  uint64_t answered_items_ = 0;               // for good
  absl::Duration delay_ = absl::ZeroDuration();
  bool timed_out_ = false;
  absl::Status protocol_error_;
};

// Sends until all is answered, over one connection after the other.
absl::Status SendOverConnections(ItemRun& run, v1::IngestService::Stub& stub, const IngestStreamOptions& options,
                                 const IngestStream::Listener& listener) {
  absl::Duration backoff = options.first_backoff;
  while (true) {
    uint64_t answered_before = run.answered_items();
    absl::Status status = run.Connect(stub);
    bool singled_out = IsForAnItem(status) && run.SingleOut(status);
    if (run.Done()) return absl::OkStatus();
    if (singled_out) continue;  // every second time it answers an item
    absl::Duration delay = std::max(run.TakeDelay(), RetryDelayOf(status).value_or(absl::ZeroDuration()));
    if (status.ok() && delay == absl::ZeroDuration()) {
      status = absl::UnavailableError("the server ended the stream before it had answered every item");
    }
    if (NoRetryMends(status)) return status;
    bool was_there = run.answered_items() > 0 || status.ok();
    if (run.SinceProgress() > (was_there ? options.retry_for : options.first_retry_for)) {
      return status.ok() ? absl::ResourceExhaustedError("the server keeps refusing items for want of resources")
                         : status;
    }
    bool progressed = run.answered_items() > answered_before;
    backoff = progressed ? options.first_backoff : std::min(backoff * 2, options.max_backoff);
    absl::Duration wait = std::max(delay, backoff);
    listener.notice(
        status.ok() ? Cat("the server asks to wait ", absl::FormatDuration(wait))
                    : Cat("connection lost (", ToStd(status.message()), "); resuming in ", absl::FormatDuration(wait)));
    absl::SleepFor(wait);
  }
}

}  // namespace

absl::Status IngestStream::Run(Source source, const Listener& listener) {
  auto run = std::make_shared<ItemRun>(options_, std::move(source), listener);
  std::thread ahead([run] { run->ReadAhead(); });
  absl::Status status = SendOverConnections(*run, stub_, options_, listener);
  if (run->StopReading()) {
    ahead.join();
  } else {
    ahead.detach();  // holds `run` until its input comes, and then ends
  }
  return status;
}

}  // namespace factline::cli
