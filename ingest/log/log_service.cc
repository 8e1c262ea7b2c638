#include "ingest/log/log_service.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"

namespace factline::log {

using storage::v1::TailRequest;
using storage::v1::TailResponse;

// The thread that reads the log for all calls. Woken by the log and by calls; steps the calls that are ready.
class LogService::Pump {
 public:
  Pump(EmbeddedLog* log, const LogServiceOptions& options) : log_(log), options_(options) {
    listener_ = log_->AddListener([this] { Wake(); });
    thread_ = std::thread([this] { Run(); });
  }

  ~Pump() { Stop(); }

  void Stop();

  // False: too many calls, or the service is stopping.
  bool Add(std::shared_ptr<Call> call);
  void Remove(const Call* call);
  void Wake();

  // One call at a time reads a partition under a consumer's name. False: another one does. A call may claim again.
  bool Claim(const std::string& consumer, Partition partition, const Call* call);
  void Release(const Call* call);  // all that it claimed

  EmbeddedLog* log() const { return log_; }
  const LogServiceOptions& options() const { return options_; }

 private:
  void Run();

  EmbeddedLog* const log_;
  const LogServiceOptions options_;
  uint64_t listener_ = 0;
  std::mutex wake_mutex_;
  std::condition_variable woken_;
  bool wake_ = false;
  bool stopping_ = false;
  std::mutex calls_mutex_;  // taken before wake_mutex_
  std::vector<std::shared_ptr<Call>> calls_;
  std::mutex claims_mutex_;  // taken last
  std::map<std::pair<std::string, Partition>, const Call*> claims_;
  std::thread thread_;
};

// One Tail call. The pump holds it until gRPC is done with it, and over a step.
class LogService::Call final : public grpc::ServerBidiReactor<TailRequest, TailResponse> {
 public:
  explicit Call(std::shared_ptr<Pump> pump) : pump_(std::move(pump)) {}

  void Start() { StartRead(&request_); }

  void OnReadDone(bool ok) override {
    {
      std::lock_guard lock(mutex_);
      if (finished_) return;
      if (!ok) return FinishOnce(grpc::Status::OK);
      if (state_ == State::kNew) {
        state_ = State::kAsked;
      } else {
        ReportConsumed();
        StartRead(&request_);
        return;
      }
    }
    pump_->Wake();
  }

  void OnWriteDone(bool ok) override {
    {
      std::lock_guard lock(mutex_);
      writing_ = false;
      if (finished_) return;
      if (!ok) return FinishOnce(grpc::Status(grpc::StatusCode::CANCELLED, "the reader went away"));
    }
    pump_->Wake();
  }

  void OnCancel() override { End(grpc::Status(grpc::StatusCode::CANCELLED, "cancelled")); }

  void OnDone() override { pump_->Remove(this); }

  void End(const grpc::Status& status) {
    std::lock_guard lock(mutex_);
    FinishOnce(status);
  }

  // Of the pump's thread: answers the first request, then sends what there is, or a heartbeat where one is due.
  void Step(absl::Time now) {
    bool asked = false;
    {
      std::lock_guard lock(mutex_);
      if (state_ == State::kNew || finished_ || writing_) return;
      asked = state_ == State::kAsked;
    }
    // No read is outstanding before the first request is answered, so that request_ is ours.
    absl::StatusOr<EventBatch> batch = asked ? BeginAndRead() : ReadNext();
    std::lock_guard lock(mutex_);
    if (finished_) return pump_->Release(this);  // it may have ended before it claimed
    if (!batch.ok()) return FinishOnce(ToGrpc(batch.status()));
    if (asked) {
      state_ = State::kTailing;
      ReportConsumed();
      StartRead(&request_);
    }
    if (batch->events.empty() && now - last_write_ < pump_->options().heartbeat) return;
    last_write_ = now;
    Write(&*batch);
  }

 private:
  enum class State {
    kNew,      // waits for the first request
    kAsked,    // request_ holds the first request, no read is outstanding
    kTailing,  // consumer, partition and offset are valid, one read is outstanding
  };

  absl::StatusOr<EventBatch> ReadNext() {
    const LogServiceOptions& options = pump_->options();
    return pump_->log()->Read(
        partition_, next_,
        {.max_events = options.max_events, .max_bytes = options.max_bytes, .wait = absl::ZeroDuration()});
  }

  absl::StatusOr<EventBatch> BeginAndRead() {
    FL_RETURN_IF_ERROR(Begin());
    return ReadNext();
  }

  absl::Status Begin() {
    partition_ = Partition(request_.partition());
    next_ = Offset(request_.from_offset());
    const std::string& consumer = request_.consumer();
    if (consumer.empty()) return absl::OkStatus();
    if (!pump_->Claim(consumer, partition_, this)) {
      return WithReason(absl::AlreadyExistsError(Cat("another process reads partition ", partition_.value(), " as '",
                                                     consumer, "': end it, or give this one another name")),
                        "CONSUMER_NAME_TAKEN");
    }
    FL_RETURN_IF_ERROR(pump_->log()->RegisterConsumer(consumer, partition_));
    // One that begins before what it reported last (an index made anew) needs the events from there on.
    const std::optional<Offset> known = pump_->log()->Consumed(consumer, partition_);
    if (known.has_value() && *known > next_) pump_->log()->ReportConsumed(consumer, partition_, next_);
    consumer_ = consumer;
    return absl::OkStatus();
  }

  void ReportConsumed() {
    if (consumer_.empty() || request_.consumed_offset() == 0) return;
    pump_->log()->ReportConsumed(consumer_, partition_, Offset(request_.consumed_offset()));
  }

  void Write(EventBatch* batch) {
    response_.Clear();
    for (Event& event : batch->events) {
      storage::v1::TailEvent* out = response_.add_events();
      out->set_offset(event.offset.value());
      out->mutable_event()->Swap(&event.event);
      next_ = Offset(event.offset.value() + 1);
    }
    response_.set_end_offset(batch->end_offset.value());
    writing_ = true;
    StartWrite(&response_);
  }

  void FinishOnce(const grpc::Status& status) {
    if (std::exchange(finished_, true)) return;
    pump_->Release(this);
    Finish(status);
  }

  const std::shared_ptr<Pump> pump_;
  TailRequest request_;
  TailResponse response_;

  // Of the pump's thread.
  Offset next_;
  absl::Time last_write_ = absl::InfinitePast();

  std::mutex mutex_;
  Partition partition_;
  std::string consumer_;
  State state_ = State::kNew;
  bool writing_ = false;   // response_ belongs to gRPC
  bool finished_ = false;  // Finish was called
};

bool LogService::Pump::Add(std::shared_ptr<Call> call) {
  std::lock_guard calls_lock(calls_mutex_);
  std::lock_guard lock(wake_mutex_);
  if (stopping_ || calls_.size() >= options_.max_tails) return false;
  calls_.push_back(std::move(call));
  return true;
}

void LogService::Pump::Remove(const Call* call) {
  std::shared_ptr<Call> removed;  // destroyed without the lock
  std::lock_guard lock(calls_mutex_);
  const auto it = std::find_if(calls_.begin(), calls_.end(), [&](const auto& held) { return held.get() == call; });
  if (it == calls_.end()) return;
  removed = std::move(*it);
  calls_.erase(it);
}

bool LogService::Pump::Claim(const std::string& consumer, Partition partition, const Call* call) {
  std::lock_guard lock(claims_mutex_);
  return claims_.try_emplace({consumer, partition}, call).first->second == call;
}

void LogService::Pump::Release(const Call* call) {
  std::lock_guard lock(claims_mutex_);
  std::erase_if(claims_, [call](const auto& claim) { return claim.second == call; });
}

void LogService::Pump::Wake() {
  std::lock_guard lock(wake_mutex_);
  wake_ = true;
  woken_.notify_one();
}

void LogService::Pump::Run() {
  const auto tick = absl::ToChronoMilliseconds(options_.heartbeat / 2);
  std::vector<std::shared_ptr<Call>> calls;
  std::unique_lock lock(wake_mutex_);
  while (!stopping_) {
    woken_.wait_for(lock, tick, [&] { return wake_ || stopping_; });
    wake_ = false;
    lock.unlock();
    {
      std::lock_guard calls_lock(calls_mutex_);
      calls = calls_;
    }
    const absl::Time now = absl::Now();
    for (const std::shared_ptr<Call>& call : calls) call->Step(now);
    calls.clear();
    lock.lock();
  }
}

void LogService::Pump::Stop() {
  {
    std::lock_guard lock(wake_mutex_);
    if (std::exchange(stopping_, true)) return;
    woken_.notify_one();
  }
  log_->RemoveListener(listener_);
  thread_.join();
  std::vector<std::shared_ptr<Call>> calls;
  {
    std::lock_guard lock(calls_mutex_);
    calls = calls_;
  }
  for (const auto& call : calls)
    call->End(grpc::Status(grpc::StatusCode::UNAVAILABLE, "the ingestor is shutting down"));
}

LogService::LogService(EmbeddedLog* log, LogServiceOptions options)
    : pump_(std::make_shared<Pump>(log, std::move(options))) {}

LogService::~LogService() { pump_->Stop(); }

void LogService::Stop() { pump_->Stop(); }

// Refuses a call.
class RefusedTail final : public grpc::ServerBidiReactor<TailRequest, TailResponse> {
 public:
  RefusedTail() {
    Finish(grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "too many tails are open, or the log is closing"));
  }
  void OnDone() override { delete this; }
};

grpc::ServerBidiReactor<TailRequest, TailResponse>* LogService::Tail(grpc::CallbackServerContext*) {
  auto call = std::make_shared<Call>(pump_);
  if (!pump_->Add(call)) return new RefusedTail;
  call->Start();
  return call.get();
}

}  // namespace factline::log
