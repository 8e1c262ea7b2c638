#include "deploy/host/health_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
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

// A secret that is being replaced, or an authority for clients that vouches for no server: a new process would find
// them no better.
TEST(HealthCheck, WhoseFilesAreAtFaultStillAnswers) {
  const harness::Authority authority("Our CA"), of_clients("Their CA");
  ServerOptions options = WithTls(authority);
  harness::ReplaceFile(Cat(testing::TempDir(), "/clients.pem"), of_clients.pem());
  options.tls.ca = {"tls_client_ca", Cat(testing::TempDir(), "/clients.pem")};
  options.require_client_certificate = true;
  Running running(options);
  EXPECT_EQ(Ask(running.options).code(), absl::StatusCode::kUnavailable) << "the other authority vouches for callers";
  EXPECT_EQ(Ask(running.options, HealthWanted::kAnswering), absl::OkStatus());

  harness::ReplaceFile(options.tls.certificate.path, "half of a cert");
  EXPECT_EQ(remove(options.tls.key.path.c_str()), 0);
  EXPECT_FALSE(Ask(running.options).ok());
  EXPECT_EQ(Ask(running.options, HealthWanted::kAnswering), absl::OkStatus());
  running.server.reset();
  EXPECT_THAT(Message(Ask(running.options, HealthWanted::kAnswering)), HasSubstr("no connection to"));
}

// The system connects callers to whoever listens, though nobody takes them.
TEST(HealthCheck, WhoListensAndStandsStillDoesNotAnswer) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size_bytes = sizeof address;
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), size_bytes), 0);
  ASSERT_EQ(listen(fd, 1), 0);
  ASSERT_EQ(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size_bytes), 0);
  ServerOptions options = {.listen = Cat("127.0.0.1:", ntohs(address.sin_port))};
  options.tls.certificate = {"tls_certificate", "nowhere.pem"};
  const absl::Status still = CheckHealth(options, HealthWanted::kAnswering, absl::Milliseconds(100));
  EXPECT_THAT(Message(still), HasSubstr("to a TLS handshake"));
  close(fd);
}

TEST(HealthCheck, AnyPortIsNoAddress) {
  EXPECT_THAT(Message(Ask({.listen = "0.0.0.0:0"})), HasSubstr("--listen=0.0.0.0:0 takes any port"));
}

}  // namespace
}  // namespace factline::host
