#ifndef FACTLINE_TESTS_HARNESS_CLUSTER_H_
#define FACTLINE_TESTS_HARNESS_CLUSTER_H_

#include <grpcpp/channel.h>
#include <grpcpp/security/credentials.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "factline/v1/admin_service.grpc.pb.h"
#include "factline/v1/ingest_service.grpc.pb.h"
#include "factline/v1/query_service.grpc.pb.h"
#include "tests/harness/process.h"

namespace factline::harness {

enum class Role { kIngestor, kIndexer, kQuery };
constexpr Role kRoles[] = {Role::kIngestor, Role::kIndexer, Role::kQuery};
std::string RoleName(Role role);  // "ingestor": also the binary's name

// The three processes as a user runs them: real binaries on loopback with one data directory. Each gets its port from
// the system at its first start and keeps it when it is started again, so that clients find it again.
// Not thread-safe, but for the stubs.
class Cluster {
 public:
  struct Options {
    std::string data_dir;  // must exist; processes write logs beside it: DATA_DIR.ingestor.log ...
    std::vector<std::string> ingestor_flags, indexer_flags, query_flags;
    std::shared_ptr<grpc::ChannelCredentials> credentials;  // of the stubs below; null: plain text
  };

  explicit Cluster(Options options);

  absl::Status Start();  // all three
  absl::Status Start(Role role);
  Process& process(Role role);
  bool started(Role role) const { return processes_[Index(role)].has_value(); }
  void Kill(Role role);

  const std::string& address(Role role) const { return addresses_[Index(role)]; }
  const std::string& data_dir() const { return options_.data_dir; }

  v1::IngestService::Stub& ingest() { return *ingest_; }
  v1::AdminService::Stub& admin() { return *admin_; }
  v1::QueryService::Stub& query() { return *query_; }

  // Waits until queries see every event before `offset`; no longer than `timeout` without seeing more than before.
  absl::Status AwaitVisible(uint64_t offset, absl::Duration timeout = absl::Minutes(3));

  // Runs the command line client against this cluster. Its exit status; standard output and error into `output`.
  int RunClient(std::vector<std::string> arguments, std::string* output);

 private:
  static size_t Index(Role role) { return static_cast<size_t>(role); }
  std::vector<std::string> Arguments(Role role) const;

  Options options_;
  std::optional<Process> processes_[3];
  std::string addresses_[3];  // empty until first started
  std::unique_ptr<v1::IngestService::Stub> ingest_;
  std::unique_ptr<v1::AdminService::Stub> admin_;
  std::unique_ptr<v1::QueryService::Stub> query_;
};

// A new folder under the test's temporary directory.
std::string NewFolder(const std::string& name);

// The path of a file of this workspace among the test's runfiles: "deploy/ingestor".
std::string Runfile(const std::string& path);

// A channel that looks for a server that is gone again soon. Its connections are its own.
std::shared_ptr<grpc::Channel> Connect(const std::string& address,
                                       const std::shared_ptr<grpc::ChannelCredentials>& credentials);

// A context whose call ends after `timeout` at the latest.
std::unique_ptr<grpc::ClientContext> Within(absl::Duration timeout);

}  // namespace factline::harness

#endif  // FACTLINE_TESTS_HARNESS_CLUSTER_H_
