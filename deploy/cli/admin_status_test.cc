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
  v1::GetLagResponse lag;

 private:
  grpc::Status GetLag(grpc::ServerContext*, const v1::GetLagRequest*, v1::GetLagResponse* response) override {
    *response = lag;
    return grpc::Status::OK;
  }
  grpc::Status GetIndexStats(grpc::ServerContext*, const v1::GetIndexStatsRequest*,
                             v1::GetIndexStatsResponse*) override {
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

  ExitCode Wait() { return Run({"admin", "wait", "--caught_up", "--timeout=1s"}); }

  ExitCode Run(std::vector<std::string> words) {
    for (const char* role : {"ingest", "indexer", "query"}) {
      words.push_back(Cat("--", role, "_address=127.0.0.1:", port));
    }
    return Dispatch({AdminStatusCommand(), AdminWaitCommand()}, words, console);
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
  fixture.admin.lag.set_partition(1);
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
  fixture.admin.lag.set_partition(7);
  EXPECT_EQ(fixture.Wait(), kUsage);
  EXPECT_NE(fixture.err.str().find("no partition 7"), std::string::npos) << fixture.err.str();
}

TEST(AdminStatus, TellsOfEventsThatWerePassedOverAndSaysNothingWhereThereWereNone) {
  Fixture fixture;
  EXPECT_EQ(fixture.Run({"admin", "status"}), kOk) << fixture.err.str();
  EXPECT_EQ(fixture.out.str().find("SKIPPED"), std::string::npos) << fixture.out.str();
  fixture.admin.lag.set_skipped_events(2);
  fixture.admin.lag.set_degraded_events(1);
  fixture.admin.lag.set_last_problem("event 7 was skipped: no\x1b[31m id");
  EXPECT_EQ(fixture.Run({"admin", "status"}), kOk) << fixture.err.str();
  EXPECT_NE(fixture.out.str().find("2 events SKIPPED, 1 indexed in part since its start; the newest: event 7 was "
                                   "skipped: no[31m id\n"),
            std::string::npos)
      << fixture.out.str();
}

}  // namespace
}  // namespace factline::cli
