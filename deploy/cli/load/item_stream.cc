#include "deploy/cli/load/item_stream.h"

#include <utility>

#include "protos/vocab/grpc_status.h"

namespace factline::load {

ItemStream::ItemStream(v1::IngestService::Stub& stub, const StopWatch& watch, absl::Duration timeout, Settled settled)
    : watch_(watch), timeout_(timeout), settled_(std::move(settled)), stream_(stub.Ingest(&context_)) {
  reader_ = std::thread([this] { ReadAnswers(); });
}

bool ItemStream::Send(const v1::IngestRequest& request, absl::Duration intended) {
  const std::lock_guard<std::mutex> write_lock(write_mutex_);
  if (ended_ || refused_) return false;
  {
    const std::lock_guard<std::mutex> lock(waiting_mutex_);
    waiting_.push_back({intended, watch_.elapsed()});
  }
  stream_->Write(request);  // if it fails, the reader finds the stream ended and settles the item
  return true;
}

void ItemStream::Close() {
  {
    const std::lock_guard<std::mutex> write_lock(write_mutex_);
    if (!ended_ && !closed_) stream_->WritesDone();
    closed_ = true;
  }
  {
    std::unique_lock<std::mutex> lock(waiting_mutex_);
    const auto within = absl::ToChronoNanoseconds(timeout_);
    if (!all_read_changed_.wait_for(lock, within, [this] { return all_read_; })) GiveUp();
  }
  if (reader_.joinable()) reader_.join();
}

void ItemStream::Watch() {
  const std::lock_guard<std::mutex> lock(waiting_mutex_);
  if (!waiting_.empty() && watch_.elapsed() - waiting_.front().sent >= timeout_) GiveUp();
}

void ItemStream::GiveUp() {
  timed_out_ = true;
  context_.TryCancel();
}

void ItemStream::ReadAnswers() {
  for (v1::IngestResponse response; stream_->Read(&response);) {
    Waiting item;
    {
      const std::lock_guard<std::mutex> lock(waiting_mutex_);
      if (waiting_.empty()) {  // an answer to nothing: the server breaks the protocol
        context_.TryCancel();
        break;
      }
      item = waiting_.front();
      waiting_.pop_front();
    }
    const auto code = static_cast<absl::StatusCode>(response.error().code());
    if (code == absl::StatusCode::kResourceExhausted || code == absl::StatusCode::kUnavailable) refused_ = true;
    settled_(item.intended, code, &response);
  }
  {
    const std::lock_guard<std::mutex> lock(waiting_mutex_);
    all_read_ = true;
    all_read_changed_.notify_all();
  }
  End();
}

void ItemStream::End() {
  absl::StatusCode code;
  {
    const std::lock_guard<std::mutex> write_lock(write_mutex_);
    ended_ = true;
    code = FromGrpc(stream_->Finish()).code();
  }
  if (timed_out_) code = absl::StatusCode::kDeadlineExceeded;
  if (code == absl::StatusCode::kOk) code = absl::StatusCode::kUnavailable;  // it ended without answering all
  const std::lock_guard<std::mutex> lock(waiting_mutex_);
  for (const Waiting& item : waiting_) settled_(item.intended, code, nullptr);
  waiting_.clear();
}

}  // namespace factline::load
