#include "ingest/log/remote_reader.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <optional>
#include <thread>
#include <utility>

#include "absl/time/clock.h"
#include "factline/storage/v1/log_service.grpc.pb.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"

namespace factline::log {

using storage::v1::TailRequest;
using storage::v1::TailResponse;

// One partition's call and what was read ahead from it.
class RemoteReader::Tail {
 public:
  Tail(const std::shared_ptr<grpc::Channel>& channel, const RemoteReaderOptions& options, Partition partition)
      : channel_(channel), stub_(storage::v1::LogService::NewStub(channel)), options_(options), partition_(partition) {}

  ~Tail() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
      if (context_ != nullptr) context_->TryCancel();
      changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
  }

  absl::StatusOr<EventBatch> Read(Offset from, const ReadLimits& limits);

  void ReportConsumed(Offset consumed) {
    std::lock_guard lock(mutex_);
    consumed_ = consumed;
  }

 private:
  struct Held {
    Event event;
    size_t bytes;
  };
  using Stream = grpc::ClientReaderWriter<TailRequest, TailResponse>;

  void Run();
  void RunCall();
  bool SendProgress(Stream* stream);
  bool Take(uint64_t generation, TailResponse* response);
  void Restart(Offset from);  // with mutex_ held
  bool IsStalled() const;     // with mutex_ held
  EventBatch TakeHeld(const ReadLimits& limits);

  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<storage::v1::LogService::Stub> stub_;
  const RemoteReaderOptions options_;
  const Partition partition_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Held> held_;
  size_t held_bytes_ = 0;
  Offset next_;      // the first offset not yet taken by Read
  Offset received_;  // the first offset not yet received
  Offset end_;       // as the ingestor said last
  std::optional<Offset> consumed_;
  std::optional<Offset> consumed_sent_;
  grpc::ClientContext* context_ = nullptr;  // of the open call
  uint64_t generation_ = 0;                 // grows with each Restart: older calls' responses are dropped
  bool connected_ = false;                  // the open call has answered, so that end_ is the log's
  bool heard_ = false;                      // the last call has answered
  bool waiting_for_room_ = false;
  absl::Time last_heard_;
  absl::Status error_;                 // why there is no connection
  std::optional<absl::Status> fatal_;  // the ingestor's word on `next_`; a new Read asks again
  bool stopping_ = false;
  std::thread thread_;
};

void RemoteReader::Tail::Restart(Offset from) {
  held_.clear();
  held_bytes_ = 0;
  next_ = received_ = end_ = from;
  fatal_.reset();
  ++generation_;
  connected_ = false;  // what the open call says from here on is about other offsets
  if (context_ != nullptr) context_->TryCancel();
  changed_.notify_all();
}

bool RemoteReader::Tail::IsStalled() const {
  return context_ != nullptr && !waiting_for_room_ && absl::Now() - last_heard_ > options_.stall_timeout;
}

EventBatch RemoteReader::Tail::TakeHeld(const ReadLimits& limits) {
  EventBatch batch{.events = {}, .end_offset = end_};
  size_t bytes = 0;
  while (!held_.empty() && batch.events.size() < std::max<size_t>(limits.max_events, 1)) {
    Held& first = held_.front();
    if (!batch.events.empty() && bytes + first.bytes > limits.max_bytes) break;
    bytes += first.bytes;
    held_bytes_ -= first.bytes;
    next_ = Offset(first.event.offset.value() + 1);
    batch.events.push_back(std::move(first.event));
    held_.pop_front();
  }
  changed_.notify_all();
  return batch;
}

absl::StatusOr<EventBatch> RemoteReader::Tail::Read(Offset from, const ReadLimits& limits) {
  const auto deadline = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(limits.wait);
  std::unique_lock lock(mutex_);
  if (!thread_.joinable()) {
    Restart(from);
    thread_ = std::thread([this] { Run(); });
  } else if (from != next_ || fatal_.has_value()) {
    Restart(from);
  }
  changed_.wait_until(lock, deadline, [&] { return !held_.empty() || fatal_.has_value(); });
  if (!held_.empty()) return TakeHeld(limits);
  if (fatal_.has_value()) return *fatal_;
  if (IsStalled()) context_->TryCancel();
  if (connected_) return EventBatch{.events = {}, .end_offset = end_};
  return error_.ok() ? absl::UnavailableError("connecting to the ingestor") : error_;
}

// False: the call is to end.
bool RemoteReader::Tail::SendProgress(Stream* stream) {
  TailRequest request;
  {
    std::lock_guard lock(mutex_);
    if (!consumed_.has_value() || consumed_ == consumed_sent_) return !stopping_;
    consumed_sent_ = consumed_;
    request.set_consumed_offset(consumed_->value());
  }
  // A failed write shows in the next read.
  stream->Write(request);
  return true;
}

// False: the call is to end.
bool RemoteReader::Tail::Take(uint64_t generation, TailResponse* response) {
  std::unique_lock lock(mutex_);
  if (stopping_ || generation != generation_) return false;
  connected_ = heard_ = true;
  last_heard_ = absl::Now();
  error_ = absl::OkStatus();
  for (auto& tail_event : *response->mutable_events()) {
    if (tail_event.offset() != received_.value()) {
      error_ = absl::DataLossError(
          Cat("the ingestor sent offset ", tail_event.offset(), " where ", received_.value(), " was due"));
      return false;
    }
    received_ = Offset(received_.value() + 1);
    const size_t bytes = tail_event.ByteSizeLong();
    held_bytes_ += bytes;
    held_.push_back({{Offset(tail_event.offset()), std::move(*tail_event.mutable_event())}, bytes});
  }
  end_ = Offset(response->end_offset());
  changed_.notify_all();
  waiting_for_room_ = true;
  changed_.wait(lock,
                [&] { return stopping_ || generation != generation_ || held_bytes_ < options_.read_ahead_bytes; });
  waiting_for_room_ = false;
  last_heard_ = absl::Now();
  return !stopping_ && generation == generation_;
}

void RemoteReader::Tail::RunCall() {
  grpc::ClientContext context;
  TailRequest first;
  uint64_t generation = 0;
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return;
    generation = generation_;
    received_ = held_.empty() ? next_ : Offset(held_.back().event.offset.value() + 1);
    first.set_partition(partition_.value());
    first.set_from_offset(received_.value());
    first.set_consumer(options_.consumer);
    if (consumed_.has_value()) first.set_consumed_offset(consumed_->value());
    consumed_sent_ = consumed_;
    context_ = &context;
    heard_ = false;
    last_heard_ = absl::Now();
  }
  const std::unique_ptr<Stream> stream = stub_->Tail(&context);
  bool ended_here = false;
  // A failed write shows in the next read.
  stream->Write(first);
  for (TailResponse response; !ended_here && stream->Read(&response);) {
    ended_here = !Take(generation, &response) || !SendProgress(stream.get());
  }
  // The ingestor's own word on the end must not be lost to a cancellation.
  if (ended_here) context.TryCancel();
  const absl::Status status = FromGrpc(stream->Finish());
  std::lock_guard lock(mutex_);
  context_ = nullptr;
  connected_ = false;
  if (generation != generation_ || stopping_) return;
  const bool final = status.code() == absl::StatusCode::kOutOfRange || status.code() == absl::StatusCode::kDataLoss ||
                     status.code() == absl::StatusCode::kInvalidArgument;
  if (final) {
    fatal_ = status;
  } else if (!ended_here || error_.ok()) {
    error_ = absl::UnavailableError(Cat("the ingestor's log: ", status.ok() ? "the call ended" : status.ToString()));
  }
  changed_.notify_all();
}

void RemoteReader::Tail::Run() {
  absl::Duration backoff = options_.first_backoff;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const uint64_t generation = generation_;
    const Offset received_before = received_;
    lock.unlock();
    RunCall();
    lock.lock();
    if (received_ > received_before || heard_) backoff = options_.first_backoff;
    changed_.wait_for(lock, absl::ToChronoMilliseconds(backoff),
                      [&] { return stopping_ || generation != generation_; });
    changed_.wait(lock, [&] { return stopping_ || generation != generation_ || !fatal_.has_value(); });
    backoff = generation != generation_ ? options_.first_backoff : std::min(backoff * 2, options_.max_backoff);
    // gRPC asks for the ingestor's address again after up to two minutes: a pause of its own beside this one.
    grpc::experimental::ChannelResetConnectionBackoff(channel_.get());
  }
}

RemoteReader::RemoteReader(std::shared_ptr<grpc::Channel> channel, RemoteReaderOptions options)
    : channel_(std::move(channel)), options_(std::move(options)) {}

RemoteReader::~RemoteReader() = default;

RemoteReader::Tail* RemoteReader::TailOf(Partition partition) {
  std::lock_guard lock(mutex_);
  std::unique_ptr<Tail>& tail = tails_[partition];
  if (tail == nullptr) tail = std::make_unique<Tail>(channel_, options_, partition);
  return tail.get();
}

absl::StatusOr<EventBatch> RemoteReader::Read(Partition partition, Offset from, const ReadLimits& limits) {
  return TailOf(partition)->Read(from, limits);
}

void RemoteReader::ReportConsumed(Partition partition, Offset consumed) { TailOf(partition)->ReportConsumed(consumed); }

}  // namespace factline::log
