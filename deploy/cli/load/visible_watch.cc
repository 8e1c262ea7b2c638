#include "deploy/cli/load/visible_watch.h"

#include <grpcpp/client_context.h>

#include <chrono>

#include "absl/time/clock.h"

namespace factline::load {
namespace {

constexpr std::chrono::milliseconds kEvery{5};
constexpr size_t kMaxWaiting = 1'000'000;
constexpr absl::Duration kCallTimeout = absl::Seconds(5);

}  // namespace

VisibleWatch::VisibleWatch(v1::QueryService::Stub& stub, const StopWatch& watch, Tally& tally, absl::Duration timeout)
    : stub_(stub), watch_(watch), tally_(tally), timeout_(timeout), thread_([this] { Run(); }) {}

void VisibleWatch::Accepted(uint64_t offset, absl::Duration intended) {
  const absl::Duration now = watch_.elapsed();
  const std::lock_guard<std::mutex> lock(mutex_);
  if (waiting_.size() >= kMaxWaiting) {
    tally_.Unsent(intended);
    return;
  }
  tally_.Sent(intended, now);
  waiting_.push_back({offset, intended, now});
  changed_.notify_one();
}

void VisibleWatch::Close() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    closed_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void VisibleWatch::Run() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    lock.unlock();
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + kCallTimeout));
    v1::GetServerInfoResponse info;  // of a call that fails: nothing seen
    const bool answered = stub_.GetServerInfo(&context, {}, &info).ok();
    lock.lock();
    Settle(answered ? info.visible_offset() : 0);
    lock.unlock();
    std::this_thread::sleep_for(kEvery);
    lock.lock();
  }
}

void VisibleWatch::Settle(uint64_t visible_offset) {
  const absl::Duration now = watch_.elapsed();
  while (!waiting_.empty()) {
    const Event& event = waiting_.front();
    const bool is_visible = event.offset < visible_offset;
    if (!is_visible && now - event.accepted < timeout_) return;
    tally_.Settled(event.intended, now, is_visible ? absl::StatusCode::kOk : absl::StatusCode::kDeadlineExceeded);
    waiting_.pop_front();
  }
}

}  // namespace factline::load
