// What the servers show, whom they believe, and what they refuse to begin with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "absl/time/clock.h"
#include "protos/vocab/status.h"
#include "tests/harness/process.h"
#include "tests/security/secure_cluster.h"

namespace factline::security {
namespace {

using harness::Authority;
using harness::Role;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSearch[] = "/factline.v1.QueryService/Search";

absl::Time Tomorrow() { return absl::Now() + absl::Hours(24); }
absl::Time LastMinute() { return absl::Now() - absl::Minutes(1); }

std::shared_ptr<grpc::ChannelCredentials> Show(const Authority& believed, const Authority::Identity& shown) {
  return grpc::SslCredentials(
      {.pem_root_certs = believed.pem(), .pem_private_key = shown.key_pem, .pem_cert_chain = shown.certificate_pem});
}

class TlsTest : public ::testing::Test {
 protected:
  // Whether a new connection to the query server comes about; health asks for no key.
  bool Connects(const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
    return Call(harness::Connect(secure_.cluster().address(Role::kQuery), credentials), "/grpc.health.v1.Health/Check",
                absl::Seconds(10))
        .ok();
  }

  bool Connects(const Authority& believed) {
    return Connects(grpc::SslCredentials({.pem_root_certs = believed.pem()}));
  }

  void StartQuery() { ASSERT_EQ(secure_.cluster().Start(Role::kQuery), absl::OkStatus()); }

  SecureCluster secure_;
};

TEST_F(TlsTest, OnlyWhoSpeaksTlsAndBelievesTheServerConnects) {
  StartQuery();
  EXPECT_TRUE(Connects(secure_.authority()));
  EXPECT_FALSE(Connects(grpc::InsecureChannelCredentials()));
  EXPECT_FALSE(Connects(Authority("Somebody Else's CA")));

  std::string output;
  const std::string address = Cat("--query_address=", secure_.cluster().address(Role::kQuery));
  const std::string ca = Cat("--tls_ca=", secure_.Path("ca.pem"));
  EXPECT_EQ(security::Run({"factline", "search", "x", address}, &output), 3) << output;
  EXPECT_EQ(security::Run({"factline", "search", "x", address, ca, "--tls_server_name=other.example"}, &output), 3)
      << output;
  EXPECT_THAT(output, HasSubstr("Hostname Verification"));
  EXPECT_EQ(security::Run({"factline", "search", "x", address, ca, "--tls_server_name=localhost"}, &output), 3)
      << output;
  EXPECT_THAT(output, HasSubstr("CREDENTIALS_MISSING")) << "the connection stands";
}

TEST_F(TlsTest, CertificatesAreReplacedWhileTheServerRuns) {
  StartQuery();
  ASSERT_TRUE(Connects(secure_.authority()));
  const auto standing = secure_.Dial(Role::kQuery);
  const auto stands = [&] { return Call(standing, "/grpc.health.v1.Health/Check").ok(); };
  ASSERT_TRUE(stands());

  // What is no good is not taken: an expired certificate, a key of another one, no PEM at all.
  const std::string folder = secure_.Path("");
  harness::WriteIdentity(folder, "server", secure_.authority().Issue({"localhost", "127.0.0.1"}, LastMinute()));
  EXPECT_TRUE(Eventually([&] {
    return secure_.LogOf(Role::kQuery).find("the certificate of CN=localhost expired on") != std::string::npos;
  }));
  EXPECT_TRUE(Connects(secure_.authority()));
  harness::ReplaceFile(secure_.Path("server.pem"),
                       secure_.authority().Issue({"localhost", "127.0.0.1"}, Tomorrow()).certificate_pem);
  EXPECT_TRUE(Eventually([&] { return secure_.LogOf(Role::kQuery).find("is not the key of") != std::string::npos; }));
  EXPECT_TRUE(Connects(secure_.authority()));

  // A new authority's certificate is: new connections get it, and those that stand are not cut.
  const Authority next("Next CA");
  ASSERT_FALSE(Connects(next));
  harness::WriteIdentity(folder, "server", next.Issue({"localhost", "127.0.0.1"}, Tomorrow()));
  EXPECT_TRUE(Eventually([&] { return Connects(next); }));
  EXPECT_FALSE(Connects(secure_.authority()));
  EXPECT_TRUE(stands());
}

TEST_F(TlsTest, NothingStartsWithAnExpiredCertificate) {
  harness::WriteIdentity(secure_.Path(""), "old",
                         secure_.authority().Issue({"old.example.org", "127.0.0.1"}, LastMinute()));
  const std::string certificate = Cat("--tls_certificate=", secure_.Path("old.pem"));
  const std::string key = Cat("--tls_key=", secure_.Path("old.key"));
  std::string output;
  for (const char* server : {"ingestor", "indexer", "query"}) {
    EXPECT_EQ(security::Run(
                  {server, "--listen=127.0.0.1:0", Cat("--data_dir=", harness::NewFolder(server)), certificate, key},
                  &output),
              1);
    EXPECT_THAT(output, HasSubstr(Cat(certificate, ": the certificate of CN=old.example.org expired on 20")));
  }
  EXPECT_EQ(security::Run({"factline", "search", "x", certificate, key}, &output), 2) << output;
  EXPECT_THAT(output, HasSubstr("the certificate of CN=old.example.org expired on 20"));
}

TEST_F(TlsTest, WhatOtherMachinesCanReachIsRefusedUntilNothingStandsOpen) {
  const std::string certificate = Cat("--tls_certificate=", secure_.Path("server.pem"));
  const std::string key = Cat("--tls_key=", secure_.Path("server.key"));
  const std::string access = Cat("--access_file=", secure_.Path("access"));
  struct Case {
    std::vector<std::string> flags;
    std::string want;  // of the refusal
  };
  const Case cases[] = {
      {{}, "plain text without authentication"},
      {{certificate, key}, "nothing says who may do what"},
      {{access}, "would speak plain text"},
      {{certificate}, "wants --tls_key beside it"},
      {{key}, "wants --tls_certificate beside it"},
      {{certificate, key, access, "--require_client_certificate"}, "wants --tls_client_ca"},
  };
  for (const char* server : {"ingestor", "indexer", "query"}) {
    for (const Case& c : cases) {
      std::vector<std::string> argv = {server, "--listen=0.0.0.0:0", Cat("--data_dir=", harness::NewFolder(server))};
      argv.insert(argv.end(), c.flags.begin(), c.flags.end());
      std::string output;
      EXPECT_EQ(security::Run(argv, &output), 1) << server << " " << c.want;
      EXPECT_THAT(output, HasSubstr(c.want)) << server;
    }
  }
  for (const std::vector<std::string>& flags :
       {std::vector<std::string>{certificate, key, access}, std::vector<std::string>{"--insecure"}}) {
    const std::string folder = harness::NewFolder("open");
    std::vector<std::string> argv = {harness::Runfile("deploy/query"), "--listen=0.0.0.0:0", Cat("--data_dir=", folder),
                                     Cat("--address_file=", folder, "/address")};
    argv.insert(argv.end(), flags.begin(), flags.end());
    auto process = harness::Process::Start({.argv = argv, .log_file = Cat(folder, "/log")});
    ASSERT_TRUE(process.ok());
    EXPECT_TRUE(process->AwaitFile(Cat(folder, "/address"), absl::Minutes(1)).ok());
    EXPECT_EQ(ReadFile(Cat(folder, "/log")).find("trusts the network") != std::string::npos, flags.size() == 1);
  }
}

// A client's certificate takes the place of a token.
class ClientCertificateTest : public TlsTest {
 protected:
  ClientCertificateTest() { harness::ReplaceFile(secure_.Path("clients.pem"), clients_.pem()); }

  void StartQuery(bool require) {
    secure_.WriteRules(Cat(secure_.ReadRules(), "desk query certificate:desk.example.org\n"));
    std::vector<std::string> flags = {
        harness::Runfile("deploy/query"),
        "--listen=127.0.0.1:0",
        Cat("--data_dir=", harness::NewFolder("mtls")),
        Cat("--address_file=", secure_.Path("address")),
        Cat("--tls_certificate=", secure_.Path("server.pem")),
        Cat("--tls_key=", secure_.Path("server.key")),
        Cat("--access_file=", secure_.Path("access")),
        Cat("--tls_client_ca=", secure_.Path("clients.pem")),
    };
    if (require) flags.push_back("--require_client_certificate");
    auto started = harness::Process::Start({.argv = flags, .log_file = secure_.Path("log")});
    ASSERT_TRUE(started.ok()) << started.status();
    process_.emplace(*std::move(started));
    auto address = process_->AwaitFile(secure_.Path("address"), absl::Minutes(1));
    ASSERT_TRUE(address.ok()) << address.status();
    address_ = address->substr(0, address->find('\n'));
  }

  grpc::Status Search(const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
    return Call(harness::Connect(address_, credentials), kSearch, absl::Seconds(10));
  }

  const Authority clients_{"Client CA"};
  std::optional<harness::Process> process_;
  std::string address_;
};

TEST_F(ClientCertificateTest, NamesTheCaller) {
  StartQuery(false);
  const Authority& servers = secure_.authority();
  EXPECT_EQ(Search(Show(servers, clients_.Issue({"desk.example.org"}, Tomorrow()))).error_code(),
            grpc::StatusCode::UNAVAILABLE)
      << "let in: there is no index to answer from";
  EXPECT_THAT(Search(Show(servers, clients_.Issue({"desk.example.org"}, Tomorrow()))).error_message(),
              HasSubstr("no index"));
  const grpc::Status unknown = Search(Show(servers, clients_.Issue({"spy.example.org"}, Tomorrow())));
  EXPECT_EQ(unknown.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_THAT(unknown.error_message(), HasSubstr("'spy.example.org' is not known here"));
  EXPECT_EQ(Search(grpc::SslCredentials({.pem_root_certs = servers.pem()})).error_code(),
            grpc::StatusCode::UNAUTHENTICATED);

  // What another authority vouches for, or what has expired, does not get as far as a call.
  for (const auto& shown : {Authority("Other CA").Issue({"desk.example.org"}, Tomorrow()),
                            clients_.Issue({"desk.example.org"}, LastMinute())}) {
    const grpc::Status status = Search(Show(servers, shown));
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
    EXPECT_THAT(status.error_message(), Not(HasSubstr("no index")));
  }
  // A wrong token is not made good by a certificate.
  EXPECT_EQ(Search(grpc::CompositeChannelCredentials(Show(servers, clients_.Issue({"desk.example.org"}, Tomorrow())),
                                                     grpc::AccessTokenCredentials("not-a-token-of-anybody")))
                .error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
}

TEST_F(ClientCertificateTest, CanBeWantedOfEveryConnection) {
  StartQuery(true);
  const Authority& servers = secure_.authority();
  auto health = [&](const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
    return Call(harness::Connect(address_, credentials), "/grpc.health.v1.Health/Check", absl::Seconds(10)).ok();
  };
  EXPECT_FALSE(health(grpc::SslCredentials({.pem_root_certs = servers.pem()})));
  EXPECT_TRUE(health(Show(servers, clients_.Issue({"probe.example.org"}, Tomorrow()))));
}

TEST_F(ClientCertificateTest, AuthoritiesAreReplacedWhileTheServerRuns) {
  StartQuery(true);
  const Authority next("Next client CA");
  const auto credentials = Show(secure_.authority(), next.Issue({"desk.example.org"}, Tomorrow()));
  EXPECT_THAT(Search(credentials).error_message(), Not(HasSubstr("no index")));
  harness::ReplaceFile(secure_.Path("clients.pem"), next.pem());
  EXPECT_TRUE(Eventually([&] { return Search(credentials).error_message().find("no index") != std::string::npos; }));
}

}  // namespace
}  // namespace factline::security
