#include "deploy/host/health_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "protos/vocab/cat.h"
#include "tests/harness/certificates.h"

namespace factline::host {
namespace {

using ::testing::HasSubstr;

std::string Message(const absl::Status& status) { return std::string(status.message()); }

absl::Status Ask(const ServerOptions& options, HealthWanted wanted = HealthWanted::kServing) {
  return CheckHealth(options, wanted, absl::Seconds(30));
}

// A server that other machines can reach, and its options with the port that it has.
struct Running {
  explicit Running(ServerOptions given) : options(std::move(given)) {
    options.listen = "0.0.0.0:0";
    options.insecure = true;
    auto started = Server::Start(options, {});
    EXPECT_TRUE(started.ok()) << started.status();
    server = *std::move(started);
    options.listen = server->address();
  }
  ServerOptions options;
  std::unique_ptr<Server> server;
};

ServerOptions WithTls(const harness::Authority& authority) {
  const std::string folder = testing::TempDir();
  harness::WriteIdentity(folder, "own", authority.Issue({"news.example.org"}, absl::Now() + absl::Hours(1)));
  harness::ReplaceFile(Cat(folder, "/ca.pem"), authority.pem());
  ServerOptions options;
  options.tls.certificate = {"tls_certificate", Cat(folder, "/own.pem")};
  options.tls.key = {"tls_key", Cat(folder, "/own.key")};
  return options;
}

TEST(HealthCheck, AsksTheServerThatRunsWithTheOptions) {
  Running running({});
  EXPECT_EQ(Ask(running.options), absl::OkStatus());
  EXPECT_EQ(Ask(running.options, HealthWanted::kAnswering), absl::OkStatus());
}

TEST(HealthCheck, WhoDoesNotServeStillAnswers) {
  Running running({});
  running.server->Retire();
  EXPECT_THAT(Message(Ask(running.options)), HasSubstr("says NOT_SERVING"));
  EXPECT_EQ(Ask(running.options, HealthWanted::kAnswering), absl::OkStatus());
}

TEST(HealthCheck, WhoIsGoneDoesNeither) {
  Running running({});
  running.server.reset();
  for (HealthWanted wanted : {HealthWanted::kServing, HealthWanted::kAnswering}) {
    EXPECT_EQ(Ask(running.options, wanted).code(), absl::StatusCode::kUnavailable);
  }
}

TEST(HealthCheck, SpeaksTlsWithACertificateForAnotherName) {
  const harness::Authority authority("Our CA");
  Running running(WithTls(authority));
  EXPECT_EQ(Ask(running.options), absl::OkStatus());
  ServerOptions plain = running.options;
  plain.tls = {};
  EXPECT_EQ(Ask(plain).code(), absl::StatusCode::kUnavailable);
}

TEST(HealthCheck, ShowsTheServersCertificateWhereOneIsWanted) {
  const harness::Authority authority("Our CA");
  ServerOptions options = WithTls(authority);
  options.tls.ca = {"tls_client_ca", Cat(testing::TempDir(), "/ca.pem")};
  options.require_client_certificate = true;
  Running running(options);
  EXPECT_EQ(Ask(running.options), absl::OkStatus());
  ServerOptions silent = running.options;
  silent.require_client_certificate = false;
  EXPECT_EQ(Ask(silent).code(), absl::StatusCode::kUnavailable);
}

TEST(HealthCheck, AnyPortIsNoAddress) {
  EXPECT_THAT(Message(Ask({.listen = "0.0.0.0:0"})), HasSubstr("--listen=0.0.0.0:0 takes any port"));
}

}  // namespace
}  // namespace factline::host
