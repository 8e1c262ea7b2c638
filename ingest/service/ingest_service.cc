#include "ingest/service/ingest_service.h"

#include <iterator>
#include <mutex>
#include <utility>

#include "absl/time/time.h"
#include "ingest/service/ingest_stream.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"
#include "protos/vocab/timestamp.h"
#include "protos/vocab/trace_context.h"

namespace factline::ingest {
namespace {

absl::Time DeadlineOf(const grpc::CallbackServerContext& context) {
  const auto deadline = context.deadline();
  return deadline == std::chrono::system_clock::time_point::max() ? absl::InfiniteFuture() : absl::FromChrono(deadline);
}

std::string TraceparentOf(const grpc::CallbackServerContext& context) {
  const auto [begin, end] = context.client_metadata().equal_range("traceparent");
  if (begin == end || std::next(begin) != end) return "";  // of two nobody knows which holds
  return NormalTraceparent({begin->second.data(), begin->second.size()});
}

// A unary call that submits one item. It ends when the item is answered, or at once when the call is cancelled or its
// deadline passes; the two share the item's fate through a block of their own, as either may come last.
class OneItem final : public grpc::ServerUnaryReactor {
 public:
  OneItem(accept::Acceptor* acceptor, accept::Submission submission, std::function<void(v1::Acceptance)> on_accepted)
      : shared_(std::make_shared<Shared>()) {
    shared_->reactor = this;
    shared_->on_accepted = std::move(on_accepted);
    acceptor->Submit(accept::Acceptor::NewLane(), std::move(submission),
                     [shared = shared_](accept::AcceptResult result) { shared->Answer(std::move(result)); });
  }

  void OnCancel() override { shared_->End(grpc::Status(grpc::StatusCode::CANCELLED, "cancelled")); }
  void OnDone() override { delete this; }

 private:
  struct Shared {
    std::mutex mutex;
    grpc::ServerUnaryReactor* reactor = nullptr;      // null once Finish was called
    std::function<void(v1::Acceptance)> on_accepted;  // fills the response, which lives as long as `reactor`

    void Answer(accept::AcceptResult result) {
      std::lock_guard lock(mutex);
      if (reactor == nullptr) return;
      if (result.ok()) on_accepted(*std::move(result));
      std::exchange(reactor, nullptr)->Finish(ToGrpc(result.status()));
    }

    void End(const grpc::Status& status) {
      std::lock_guard lock(mutex);
      if (reactor != nullptr) std::exchange(reactor, nullptr)->Finish(status);
    }
  };

  const std::shared_ptr<Shared> shared_;
};

void FillPartition(const log::PartitionState& from, v1::PartitionStatus* to) {
  to->set_partition(from.partition.value());
  to->set_first_offset(from.first_offset.value());
  to->set_end_offset(from.end_offset.value());
  to->set_indexed_offset(from.consumed_offset.value());
  if (from.newest_event_time == absl::InfinitePast()) return;
  *to->mutable_newest_event_time() = ToTimestamp(from.newest_event_time);
}

}  // namespace

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* IngestService::Ingest(
    grpc::CallbackServerContext* context) {
  const std::shared_ptr<IngestStream> stream =
      IngestStream::Start(acceptor_, options_.max_in_flight_items, TraceparentOf(*context));
  std::lock_guard lock(mutex_);
  std::erase_if(streams_, [](const auto& known) { return known.expired(); });
  streams_.push_back(stream);
  if (stopped_) stream->End();
  return stream.get();  // it holds itself until gRPC is done with it
}

void IngestService::Stop() {
  std::vector<std::weak_ptr<IngestStream>> streams;
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    streams = streams_;
  }
  for (const auto& known : streams) {
    if (const std::shared_ptr<IngestStream> stream = known.lock(); stream != nullptr) stream->End();
  }
}

grpc::ServerUnaryReactor* IngestService::IngestArticle(grpc::CallbackServerContext* context,
                                                       const v1::IngestArticleRequest* request,
                                                       v1::IngestArticleResponse* response) {
  accept::Submission submission{.request_id = request->request_id(),
                                .item = {},
                                .deadline = DeadlineOf(*context),
                                .traceparent = TraceparentOf(*context)};
  if (request->has_article()) submission.item = request->article();
  if (request->has_page()) submission.item = request->page();
  return new OneItem(acceptor_, std::move(submission), [response](v1::Acceptance acceptance) {
    *response->mutable_acceptance() = std::move(acceptance);
  });
}

grpc::ServerUnaryReactor* IngestService::DeleteArticle(grpc::CallbackServerContext* context,
                                                       const v1::DeleteArticleRequest* request,
                                                       v1::DeleteArticleResponse* response) {
  return new OneItem(acceptor_,
                     {.request_id = request->request_id(),
                      .item = accept::Deletion{request->id()},
                      .deadline = DeadlineOf(*context),
                      .traceparent = TraceparentOf(*context)},
                     [response](v1::Acceptance acceptance) {
                       response->mutable_articles()->Swap(acceptance.mutable_articles());
                       response->set_duplicate(acceptance.duplicate());
                     });
}

grpc::ServerUnaryReactor* IngestService::GetIngestStatus(grpc::CallbackServerContext* context,
                                                         const v1::GetIngestStatusRequest*,
                                                         v1::GetIngestStatusResponse* response) {
  const log::LogState state = log_->Describe();
  for (const log::PartitionState& partition : state.partitions) FillPartition(partition, response->add_partitions());
  response->set_log_bytes(state.log_bytes);
  response->set_disk_free_bytes(state.disk_free_bytes);
  response->set_disk_reserve_bytes(state.disk_reserve_bytes);
  response->set_accepting(state.admission.ok());
  response->set_refusal(std::string(ToStd(state.admission.message())));
  const accept::AcceptorCounts counts = acceptor_->counts();
  response->set_accepted_items(counts.accepted_items);
  response->set_duplicate_items(counts.duplicate_items);
  response->set_rejected_items(counts.rejected_items);
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

}  // namespace factline::ingest
