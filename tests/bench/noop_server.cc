#include "tests/bench/noop_server.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <cstdio>
#include <fstream>
#include <memory>

#include "factline/v1/ingest_service.grpc.pb.h"
#include "protos/vocab/cat.h"

namespace factline::bench {
namespace {

class NoopStream : public grpc::ServerBidiReactor<v1::IngestRequest, v1::IngestResponse> {
 public:
  NoopStream() { StartRead(&request_); }

  void OnReadDone(bool ok) override {
    if (!ok) {
      Finish(grpc::Status::OK);
      return;
    }
    response_.set_sequence(next_++);
    response_.set_request_id(request_.request_id());
    response_.mutable_acceptance();
    StartWrite(&response_);
  }

  void OnWriteDone(bool ok) override {
    if (ok) StartRead(&request_);
  }

  void OnDone() override { delete this; }

 private:
  v1::IngestRequest request_;
  v1::IngestResponse response_;
  uint64_t next_ = 0;
};

class NoopService : public v1::IngestService::CallbackService {
  grpc::ServerBidiReactor<v1::IngestRequest, v1::IngestResponse>* Ingest(grpc::CallbackServerContext*) override {
    return new NoopStream();
  }
};

}  // namespace

int RunNoopServer(const std::string& address_file) {
  NoopService service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  const std::string unfinished = address_file + ".tmp";
  std::ofstream(unfinished) << Cat("127.0.0.1:", port);
  if (std::rename(unfinished.c_str(), address_file.c_str()) != 0) return 1;
  server->Wait();
  return 0;
}

}  // namespace factline::bench
