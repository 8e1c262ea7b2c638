#include "tests/security/secure_cluster.h"

#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <fstream>
#include <future>
#include <iterator>

#include "absl/time/clock.h"
#include "protos/vocab/status.h"
#include "tests/harness/process.h"

namespace factline::security {
namespace {

void Append(const std::vector<std::string>& from, std::vector<std::string>* to) {
  to->insert(to->end(), from.begin(), from.end());
}

}  // namespace

SecureCluster::SecureCluster(Options options) : folder_(harness::NewFolder("keys")), authority_("Factline Test CA") {
  std::vector<std::string> flags = {
      Cat("--tls_certificate=", Path("server.pem")),
      Cat("--tls_key=", Path("server.key")),
      Cat("--access_file=", Path("access")),
  };
  Append(options.server_flags, &flags);
  harness::Cluster::Options cluster = {
      .data_dir = harness::NewFolder("secure"), .ingestor_flags = flags, .indexer_flags = flags, .query_flags = flags};
  cluster.indexer_flags.push_back(Cat("--log_tls_ca=", Path("ca.pem")));
  cluster.indexer_flags.push_back(Cat("--log_token_file=", Path("indexer.token")));
  Append(options.ingestor_flags, &cluster.ingestor_flags);
  Append(options.indexer_flags, &cluster.indexer_flags);
  Append(options.query_flags, &cluster.query_flags);
  harness::ReplaceFile(Path("ca.pem"), authority_.pem());
  harness::WriteIdentity(folder_, "server",
                         authority_.Issue({"localhost", "127.0.0.1"}, absl::Now() + absl::Hours(24)));
  for (const char* role : {"ingest", "query", "admin", "indexer"}) AddToken(role, role);
  AddToken("all", "ingest,query,admin");
  grpc::SslCredentialsOptions tls{.pem_root_certs = authority_.pem(), .pem_private_key = "", .pem_cert_chain = ""};
  cluster.credentials =
      grpc::CompositeChannelCredentials(grpc::SslCredentials(tls), grpc::AccessTokenCredentials(Token("all")));
  cluster_ = std::make_unique<harness::Cluster>(std::move(cluster));
}

void SecureCluster::Start() { ASSERT_EQ(cluster_->Start(), absl::OkStatus()); }

std::string SecureCluster::Token(const std::string& name) const {
  std::string token = ReadFile(Path(Cat(name, ".token")));
  while (!token.empty() && token.back() == '\n') token.pop_back();
  return token;
}

std::string SecureCluster::LogOf(harness::Role role) const {
  return ReadFile(Cat(cluster_->data_dir(), ".", harness::RoleName(role), ".log"));
}

std::shared_ptr<grpc::Channel> SecureCluster::Dial(harness::Role role, const std::string& token) const {
  auto credentials = grpc::SslCredentials({.pem_root_certs = authority_.pem()});
  if (!token.empty()) {
    credentials = grpc::CompositeChannelCredentials(credentials, grpc::AccessTokenCredentials(token));
  }
  return harness::Connect(cluster_->address(role), credentials);
}

int SecureCluster::RunClient(std::vector<std::string> arguments, const std::string& token_name, std::string* output) {
  arguments.push_back(Cat("--tls_ca=", Path("ca.pem")));
  if (!token_name.empty()) arguments.push_back(Cat("--token_file=", Path(Cat(token_name, ".token"))));
  return cluster_->RunClient(std::move(arguments), output);
}

void SecureCluster::AddToken(const std::string& name, const std::string& roles) {
  std::string rule;
  ASSERT_EQ(Run({"factline", "access", "token", name, roles, Cat("--token_file=", Path(Cat(name, ".token")))}, &rule),
            0)
      << rule;
  WriteRules(ReadRules() + rule);
}

std::string SecureCluster::ReadRules() const { return ReadFile(Path("access")); }

int Run(std::vector<std::string> argv, std::string* output) {
  const std::string log = Cat(harness::NewFolder("run"), "/output");
  argv[0] = harness::Runfile(Cat("deploy/", argv[0]));
  absl::StatusOr<harness::Process> process = harness::Process::Start({.argv = std::move(argv), .log_file = log});
  if (!process.ok()) return -1;
  const absl::StatusOr<int> status = process->Wait(absl::Minutes(2));
  *output = ReadFile(log);
  return status.ok() ? *status : -1;
}

grpc::Status Call(const std::shared_ptr<grpc::Channel>& channel, const std::string& method, absl::Duration timeout) {
  grpc::GenericStub stub(channel);
  const auto context = harness::Within(timeout);
  const grpc::ByteBuffer request = [] {
    const grpc::Slice nothing;
    return grpc::ByteBuffer(&nothing, 1);
  }();
  grpc::ByteBuffer response;
  std::promise<grpc::Status> status;
  stub.UnaryCall(context.get(), method, grpc::StubOptions(), &request, &response,
                 [&status](grpc::Status done) { status.set_value(std::move(done)); });
  return status.get_future().get();
}

bool Eventually(const std::function<bool()>& holds) {
  const absl::Time deadline = absl::Now() + absl::Minutes(1);
  while (!holds()) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(absl::Milliseconds(20));  // polling: nobody tells when a file was read again
  }
  return true;
}

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace factline::security
