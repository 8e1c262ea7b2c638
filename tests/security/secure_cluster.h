#ifndef FACTLINE_TESTS_SECURITY_SECURE_CLUSTER_H_
#define FACTLINE_TESTS_SECURITY_SECURE_CLUSTER_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/harness/certificates.h"
#include "tests/harness/cluster.h"

namespace factline::security {

// The three processes with TLS and rules of access, and keys for each kind of caller. Everything is in files, as an
// operator has it:
//
//   folder/ca.pem server.pem server.key   the servers' certificate, for localhost and 127.0.0.1
//   folder/access                         the rules: a token for each of `ingest`, `query`, `admin`, `indexer`, and
//                                         `all`, which has the first three
//   folder/NAME.token                     made by `factline access token`
class SecureCluster {
 public:
  struct Options {
    std::vector<std::string> server_flags;                                // of all three
    std::vector<std::string> ingestor_flags, indexer_flags, query_flags;  // beside them
  };

  explicit SecureCluster(Options options = {});

  // Makes keys and rules, and starts the processes. Fails the test otherwise.
  void Start();

  harness::Cluster& cluster() { return *cluster_; }
  const harness::Authority& authority() const { return authority_; }
  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  std::string Token(const std::string& name) const;
  std::string LogOf(harness::Role role) const;

  // A channel of its own with the servers' authority; with a token where one is given.
  std::shared_ptr<grpc::Channel> Dial(harness::Role role, const std::string& token = "") const;

  // Runs `factline` with --tls_ca, and --token_file where a token's name is given.
  int RunClient(std::vector<std::string> arguments, const std::string& token_name, std::string* output);

  // Adds a rule with a new token: NAME.token.
  void AddToken(const std::string& name, const std::string& roles);
  std::string ReadRules() const;
  void WriteRules(const std::string& rules) { harness::ReplaceFile(Path("access"), rules); }

 private:
  const std::string folder_;
  const harness::Authority authority_;
  std::unique_ptr<harness::Cluster> cluster_;
};

// Runs a program of ours to its end. Its exit status, or -1; all that it wrote into `output`.
int Run(std::vector<std::string> argv, std::string* output);

// Calls a method with an empty request; a stream's call is half-closed behind it.
grpc::Status Call(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                  absl::Duration timeout = absl::Seconds(20));

// Looks again and again, for a minute at most.
bool Eventually(const std::function<bool()>& holds);

std::string ReadFile(const std::string& path);

}  // namespace factline::security

#endif  // FACTLINE_TESTS_SECURITY_SECURE_CLUSTER_H_
