#ifndef FACTLINE_INGEST_SERVICE_INGEST_STREAM_H_
#define FACTLINE_INGEST_SERVICE_INGEST_STREAM_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "ingest/accept/acceptor.h"

namespace factline::ingest {

// One Ingest call. At most one read and one write are outstanding; reading pauses while `max_in_flight_items` wait for
// their answer or to be written, or, under congestion, while one does. Finishes after its last item was answered, also
// where the client went away. Lives until gRPC is done with it and the last callback of the acceptor has returned.
class IngestStream final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
                           public std::enable_shared_from_this<IngestStream> {
 public:
  // The reactor of a new call.
  static std::shared_ptr<IngestStream> Start(accept::Acceptor* acceptor, size_t max_in_flight_items,
                                             std::string traceparent);

  // `traceparent`: of all its items; may be empty.
  IngestStream(accept::Acceptor* acceptor, size_t max_in_flight_items, std::string traceparent);

  // Ends the call with UNAVAILABLE once all that was read is answered, without waiting for the client to end it.
  void End();

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  void Submit();
  void Answer(uint64_t sequence, std::string request_id, accept::AcceptResult result);
  // With mutex_ held; each does what is possible now.
  void ReadMore();
  void WriteMore();
  void FinishWhenDone();

  accept::Acceptor* const acceptor_;
  const size_t max_in_flight_items_;
  const std::string traceparent_;
  const std::shared_ptr<accept::Acceptor::Lane> lane_ = accept::Acceptor::NewLane();
  grpc::ByteBuffer request_;  // one IngestRequest; belongs to gRPC while reading_

  std::shared_ptr<IngestStream> self_;  // until OnDone

  std::mutex mutex_;
  std::deque<grpc::ByteBuffer> responses_;  // an IngestResponse each; the first one belongs to gRPC while writing_
  uint64_t next_sequence_ = 0;
  size_t under_way_ = 0;  // submitted and not yet answered
  bool reading_ = false;
  bool writing_ = false;
  bool no_more_requests_ = false;  // the client half-closed, or the call is broken
  bool broken_ = false;            // cancelled: answers go nowhere
  bool ending_ = false;            // End was called: nothing more is read
  bool finished_ = false;
};

}  // namespace factline::ingest

#endif  // FACTLINE_INGEST_SERVICE_INGEST_STREAM_H_
