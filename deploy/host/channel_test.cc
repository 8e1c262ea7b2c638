#include "deploy/host/channel.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "deploy/host/server.h"
#include "grpc/health/v1/health.grpc.pb.h"

namespace factline::host {
namespace {

TEST(Channel, AServerOfThisMachineIsNotAskedThroughAProxy) {
  for (const char* name : {"grpc_proxy", "https_proxy", "http_proxy"}) setenv(name, "http://127.0.0.1:1", 1);
  const auto server = Server::Start({}, {});
  ASSERT_TRUE(server.ok()) << server.status();
  const auto channel = Dial((*server)->address(), {});
  ASSERT_TRUE(channel.ok()) << channel.status();
  grpc::ClientContext context;
  grpc::health::v1::HealthCheckResponse response;
  const grpc::Status status = grpc::health::v1::Health::NewStub(*channel)->Check(&context, {}, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
}

}  // namespace
}  // namespace factline::host
