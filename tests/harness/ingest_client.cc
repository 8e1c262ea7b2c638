#include "tests/harness/ingest_client.h"

#include <grpcpp/client_context.h>

#include <string>
#include <thread>
#include <utility>

#include "absl/time/clock.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"

namespace factline::harness {
namespace {

// Appends the answers to items[responses.size()...] to `responses`, as many as come before the stream ends.
absl::Status SendRest(v1::IngestService::Stub& ingest, const std::vector<v1::IngestRequest>& items, absl::Time deadline,
                      std::vector<v1::IngestResponse>* responses) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(deadline));
  context.set_wait_for_ready(true);
  const size_t first = responses->size();
  auto stream = ingest.Ingest(&context);
  std::thread sender([&] {
    for (size_t i = first; i < items.size(); ++i) {
      if (!stream->Write(items[i])) return;
    }
    stream->WritesDone();
  });
  absl::Status order;
  for (v1::IngestResponse response; stream->Read(&response);) {
    const size_t index = responses->size();
    if (index >= items.size() || response.sequence() != index - first ||
        response.request_id() != items[index].request_id()) {
      order = absl::InternalError(
          Cat("answer ", response.sequence(), " for '", response.request_id(), "' came in the place of item ", index));
      context.TryCancel();
      break;
    }
    responses->push_back(response);
  }
  sender.join();
  const grpc::Status status = stream->Finish();
  FL_RETURN_IF_ERROR(order);
  FL_RETURN_IF_ERROR(FromGrpc(status));
  if (responses->size() < items.size()) {
    return absl::InternalError(
        Cat("the stream ended well after ", responses->size(), " of ", items.size(), " answers"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<v1::IngestResponse>> SendAll(v1::IngestService::Stub& ingest,
                                                        const std::vector<v1::IngestRequest>& items,
                                                        absl::Duration timeout) {
  std::vector<v1::IngestResponse> responses;
  FL_RETURN_IF_ERROR(SendRest(ingest, items, absl::Now() + timeout, &responses));
  return responses;
}

absl::StatusOr<std::vector<v1::IngestResponse>> SendAllPersistently(v1::IngestService::Stub& ingest,
                                                                    const std::vector<v1::IngestRequest>& items,
                                                                    absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  std::vector<v1::IngestResponse> responses;
  while (true) {
    const absl::Status status = SendRest(ingest, items, deadline, &responses);
    if (responses.size() == items.size()) return responses;
    if (status.code() != absl::StatusCode::kUnavailable && status.code() != absl::StatusCode::kCancelled) return status;
    if (absl::Now() > deadline) return status;
  }
}

v1::IngestRequest Request(v1::Article article, std::string request_id) {
  v1::IngestRequest request;
  *request.mutable_article() = std::move(article);
  request.set_request_id(std::move(request_id));
  return request;
}

v1::IngestRequest Request(v1::Page page, std::string request_id) {
  v1::IngestRequest request;
  *request.mutable_page() = std::move(page);
  request.set_request_id(std::move(request_id));
  return request;
}

}  // namespace factline::harness
