// SIGTERM while articles stream in: what was acknowledged is kept, and every process closes what it has open.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <thread>

#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"
#include "tests/harness/ingest_client.h"
#include "tests/harness/news.h"
#include "tests/operate/operator.h"

namespace factline::operate {
namespace {

using harness::Role;
using ::testing::HasSubstr;

TEST(DrainTest, AStopDuringAStreamLosesNothingThatWasAcknowledgedAndEndsWell) {
  harness::Cluster cluster({.data_dir = harness::NewFolder("drained")});
  ASSERT_EQ(cluster.Start(), absl::OkStatus());
  grpc::ClientContext context;
  const auto stream = cluster.ingest().Ingest(&context);
  std::atomic<uint64_t> acknowledged = 0;
  std::thread writer([&stream] {
    for (uint64_t seed = 0; stream->Write(harness::Request(harness::MakeArticle(seed), Cat("r", seed))); ++seed)
      continue;
  });
  std::thread reader([&] {
    for (v1::IngestResponse response; stream->Read(&response);) {
      if (!response.has_acceptance()) continue;  // read after the stop: refused, and sent again by who wants it kept
      EXPECT_EQ(response.acceptance().articles(0).article_id(), Cat("n", acknowledged.load())) << "acks come in order";
      ++acknowledged;
      acknowledged.notify_all();
    }
    acknowledged += 1'000'000;  // nobody waits for more
    acknowledged.notify_all();
  });
  for (uint64_t seen = 0; seen < 300; seen = acknowledged) acknowledged.wait(seen);
  for (Role role : harness::kRoles) cluster.process(role).Signal(SIGTERM);
  for (Role role : harness::kRoles) {
    const absl::StatusOr<int> ended = cluster.process(role).Wait(absl::Seconds(60));
    ASSERT_TRUE(ended.ok()) << harness::RoleName(role) << ": " << ended.status();
    EXPECT_EQ(*ended, 0) << harness::RoleName(role);
    const std::string log = ReadFile(Cat(cluster.data_dir(), ".", harness::RoleName(role), ".log"));
    EXPECT_THAT(log, HasSubstr("stopping"));
    EXPECT_THAT(log, HasSubstr("\"drained\"")) << "nothing had to be cancelled";
    EXPECT_THAT(log, HasSubstr("\"stopped\""));
  }
  writer.join();
  reader.join();
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << status.error_message();
  const uint64_t count = acknowledged - 1'000'000;
  ASSERT_GE(count, 300u);

  ASSERT_EQ(cluster.Start(), absl::OkStatus());
  ASSERT_EQ(cluster.AwaitVisible(count), absl::OkStatus());
  EXPECT_EQ(FindAll(cluster, 0, count), absl::OkStatus());
}

}  // namespace
}  // namespace factline::operate
