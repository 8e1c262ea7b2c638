#ifndef FACTLINE_INGEST_SERVICE_INGEST_SERVICE_H_
#define FACTLINE_INGEST_SERVICE_INGEST_SERVICE_H_

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "factline/v1/ingest_service.grpc.pb.h"
#include "ingest/accept/acceptor.h"
#include "ingest/log/writer.h"

namespace factline::ingest {

class IngestStream;

struct IngestServiceOptions {
  // Items of one stream that wait for their answer; no more is read until there are fewer.
  size_t max_in_flight_items = 256;
};

// IngestService over an acceptor: translates, and nothing else. No reaction waits for anything. When the server shuts
// down, stop the acceptor: all that was read is answered, later items get UNAVAILABLE; then the service, which ends
// streams that their clients keep open.
//
// Ingest takes raw messages: gRPC would end the stream, as if the client had, at the first one that does not parse.
class IngestService final
    : public v1::IngestService::WithRawCallbackMethod_Ingest<
          v1::IngestService::WithCallbackMethod_IngestArticle<v1::IngestService::WithCallbackMethod_DeleteArticle<
              v1::IngestService::WithCallbackMethod_GetIngestStatus<v1::IngestService::Service>>>> {
 public:
  // `acceptor` and `log` must outlive every call.
  IngestService(accept::Acceptor* acceptor, const log::Writer* log, IngestServiceOptions options = {})
      : acceptor_(acceptor), log_(log), options_(options) {}

  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Ingest(grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* IngestArticle(grpc::CallbackServerContext* context, const v1::IngestArticleRequest* request,
                                          v1::IngestArticleResponse* response) override;
  grpc::ServerUnaryReactor* DeleteArticle(grpc::CallbackServerContext* context, const v1::DeleteArticleRequest* request,
                                          v1::DeleteArticleResponse* response) override;
  grpc::ServerUnaryReactor* GetIngestStatus(grpc::CallbackServerContext* context,
                                            const v1::GetIngestStatusRequest* request,
                                            v1::GetIngestStatusResponse* response) override;

  // Ends streams with UNAVAILABLE, those that come later too. After the acceptor's Stop.
  void Stop();

 private:
  accept::Acceptor* const acceptor_;
  const log::Writer* const log_;
  const IngestServiceOptions options_;

  std::mutex mutex_;                                  // guards what follows
  std::vector<std::weak_ptr<IngestStream>> streams_;  // open ones, and some that have ended
  bool stopped_ = false;
};

}  // namespace factline::ingest

#endif  // FACTLINE_INGEST_SERVICE_INGEST_SERVICE_H_
