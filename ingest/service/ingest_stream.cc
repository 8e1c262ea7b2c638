#include "ingest/service/ingest_stream.h"

#include <grpcpp/impl/codegen/proto_utils.h>

#include <string>
#include <utility>

#include "factline/v1/ingest_service.pb.h"
#include "ingest/accept/validate.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"

namespace factline::ingest {
namespace {

// What `buffer`, which it empties, says; what does not parse becomes an item that is answered with why.
accept::Submission ToSubmission(grpc::ByteBuffer* buffer) {
  accept::Submission submission;
  v1::IngestRequest request;
  if (!grpc::SerializationTraits<v1::IngestRequest>::Deserialize(buffer, &request).ok()) {
    submission.item = FieldError("item", "is no valid IngestRequest: a string field is not UTF-8, or it is damaged");
    return submission;
  }
  submission.request_id = std::move(*request.mutable_request_id());
  if (request.has_article()) submission.item = std::move(*request.mutable_article());
  if (request.has_page()) submission.item = std::move(*request.mutable_page());
  if (request.has_delete_id()) submission.item = accept::Deletion{std::move(*request.mutable_delete_id())};
  return submission;
}

grpc::ByteBuffer ToBuffer(const v1::IngestResponse& response) {
  grpc::ByteBuffer buffer;
  bool own_buffer = false;
  // Fails for nothing that we write: all its text was checked or is ours.
  (void)grpc::SerializationTraits<v1::IngestResponse>::Serialize(response, &buffer, &own_buffer);
  return buffer;
}

}  // namespace

std::shared_ptr<IngestStream> IngestStream::Start(accept::Acceptor* acceptor, size_t max_in_flight_items,
                                                  std::string traceparent) {
  auto stream = std::make_shared<IngestStream>(acceptor, max_in_flight_items, std::move(traceparent));
  stream->self_ = stream;
  std::lock_guard lock(stream->mutex_);
  stream->ReadMore();
  return stream;
}

IngestStream::IngestStream(accept::Acceptor* acceptor, size_t max_in_flight_items, std::string traceparent)
    : acceptor_(acceptor), max_in_flight_items_(max_in_flight_items), traceparent_(std::move(traceparent)) {}

void IngestStream::ReadMore() {
  if (reading_ || no_more_requests_ || ending_ || finished_) return;
  const size_t in_flight = under_way_ + responses_.size();
  if (in_flight >= max_in_flight_items_) return;
  if (in_flight > 0 && acceptor_->Congested()) return;
  reading_ = true;
  StartRead(&request_);
}

void IngestStream::WriteMore() {
  if (writing_ || responses_.empty() || finished_) return;
  writing_ = true;
  grpc::WriteOptions options;
  // More is to follow at once: let gRPC put it into one segment.
  if (responses_.size() > 1) options.set_buffer_hint();
  StartWrite(&responses_.front(), options);
}

void IngestStream::FinishWhenDone() {
  if (finished_ || writing_ || under_way_ > 0 || !responses_.empty()) return;
  const bool is_read_out = no_more_requests_ && !reading_;
  if (!is_read_out && !ending_) return;
  finished_ = true;
  if (broken_) return Finish(grpc::Status(grpc::StatusCode::CANCELLED, "cancelled"));
  Finish(is_read_out ? grpc::Status::OK : grpc::Status(grpc::StatusCode::UNAVAILABLE, "the ingestor is shutting down"));
}

void IngestStream::End() {
  std::lock_guard lock(mutex_);
  ending_ = true;
  FinishWhenDone();
}

void IngestStream::OnReadDone(bool ok) {
  bool is_taken = false;  // what comes after End is not answered: its client sends it again
  {
    std::lock_guard lock(mutex_);
    is_taken = ok && !ending_;
    if (is_taken) ++under_way_;  // so that End waits for its answer
  }
  if (is_taken) Submit();
  std::lock_guard lock(mutex_);
  reading_ = false;
  if (!ok) no_more_requests_ = true;
  ReadMore();
  FinishWhenDone();
}

// The acceptor answers from another thread, so that no lock is held here that Answer takes.
void IngestStream::Submit() {
  accept::Submission submission = ToSubmission(&request_);
  request_.Clear();
  submission.traceparent = traceparent_;
  uint64_t sequence = 0;
  {
    std::lock_guard lock(mutex_);
    sequence = next_sequence_++;
  }
  // One that is too long is not kept for the answer, which is an error then.
  std::string request_id;
  if (submission.request_id.size() <= accept::kMaxRequestIdBytes) request_id = submission.request_id;
  acceptor_->Submit(
      lane_, std::move(submission),
      [self = shared_from_this(), sequence, request_id = std::move(request_id)](accept::AcceptResult result) mutable {
        self->Answer(sequence, std::move(request_id), std::move(result));
      });
}

void IngestStream::Answer(uint64_t sequence, std::string request_id, accept::AcceptResult result) {
  std::lock_guard lock(mutex_);
  --under_way_;
  if (!broken_) {
    v1::IngestResponse response;
    response.set_sequence(sequence);
    response.set_request_id(std::move(request_id));
    if (result.ok()) {
      *response.mutable_acceptance() = *std::move(result);
    } else {
      *response.mutable_error() = ToRpcStatus(result.status());
    }
    responses_.push_back(ToBuffer(response));
    WriteMore();
  }
  ReadMore();
  FinishWhenDone();
}

void IngestStream::OnWriteDone(bool ok) {
  std::lock_guard lock(mutex_);
  writing_ = false;
  responses_.pop_front();
  if (!ok) broken_ = no_more_requests_ = true;
  if (broken_) responses_.clear();
  WriteMore();
  ReadMore();
  FinishWhenDone();
}

void IngestStream::OnCancel() {
  std::lock_guard lock(mutex_);
  broken_ = no_more_requests_ = true;
  if (!writing_) responses_.clear();
  FinishWhenDone();
}

void IngestStream::OnDone() { self_.reset(); }

}  // namespace factline::ingest
