#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <sstream>

#include "deploy/cli/command.h"
#include "factline/v1/admin_service.grpc.pb.h"
#include "factline/v1/ingest_service.grpc.pb.h"
#include "factline/v1/query_service.grpc.pb.h"
#include "protos/vocab/cat.h"

namespace factline::cli {
namespace {

// A log of two partitions, which end at 100 and 5.
class FakeIngest final : public v1::IngestService::Service {
  grpc::Status GetIngestStatus(grpc::ServerContext*, const v1::GetIngestStatusRequest*,
                               v1::GetIngestStatusResponse* response) override {
    for (uint64_t end : {100, 5}) {
      v1::PartitionStatus* partition = response->add_partitions();
      partition->set_partition(static_cast<uint32_t>(response->partitions_size() - 1));
      partition->set_end_offset(end);
    }
    return grpc::Status::OK;
  }
};

class FakeAdmin final : public v1::AdminService::Service {
 public:
  uint32_t partition = 0;

 private:
  grpc::Status GetLag(grpc::ServerContext*, const v1::GetLagRequest*, v1::GetLagResponse* response) override {
    response->set_partition(partition);
    return grpc::Status::OK;
  }
};

class FakeQuery final : public v1::QueryService::Service {
 public:
  uint64_t visible = 0;

 private:
  grpc::Status GetServerInfo(grpc::ServerContext*, const v1::GetServerInfoRequest*,
                             v1::GetServerInfoResponse* response) override {
    response->set_visible_offset(visible);
    return grpc::Status::OK;
  }
};

// All three processes as one server.
struct Fixture {
  Fixture() {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&ingest);
    builder.RegisterService(&admin);
    builder.RegisterService(&query);
    server = builder.BuildAndStart();
  }

  ExitCode Wait() {
    std::vector<std::string> words = {"admin", "wait", "--caught_up", "--timeout=1s"};
    for (const char* role : {"ingest", "indexer", "query"}) {
      words.push_back(Cat("--", role, "_address=127.0.0.1:", port));
    }
    return Dispatch({AdminWaitCommand()}, words, console);
  }

  FakeIngest ingest;
  FakeAdmin admin;
  FakeQuery query;
  int port = 0;
  std::unique_ptr<grpc::Server> server;
  std::istringstream in;
  std::ostringstream out, err;
  Console console{in, out, err};
};

TEST(AdminWait, WaitsForThePartitionThatTheIndexerFollows) {
  Fixture fixture;
  fixture.admin.partition = 1;
  fixture.query.visible = 5;
  EXPECT_EQ(fixture.Wait(), kOk) << fixture.err.str();
  EXPECT_NE(fixture.out.str().find("all 5 events"), std::string::npos) << fixture.out.str();
}

TEST(AdminWait, SaysWhatQueriesDoNotSeeYet) {
  Fixture fixture;
  fixture.query.visible = 5;
  EXPECT_EQ(fixture.Wait(), kServer);
  EXPECT_NE(fixture.err.str().find("5 of 100 events"), std::string::npos) << fixture.err.str();
}

TEST(AdminWait, APartitionThatTheLogDoesNotHaveIsAnErrorAtOnce) {
  Fixture fixture;
  fixture.admin.partition = 7;
  EXPECT_EQ(fixture.Wait(), kUsage);
  EXPECT_NE(fixture.err.str().find("no partition 7"), std::string::npos) << fixture.err.str();
}

}  // namespace
}  // namespace factline::cli
