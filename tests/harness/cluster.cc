#include "tests/harness/cluster.h"

#include <grpcpp/create_channel.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/time/clock.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"

namespace factline::harness {
namespace {

constexpr absl::Duration kStartTimeout = absl::Seconds(60);

}  // namespace

std::string RoleName(Role role) {
  switch (role) {
    case Role::kIngestor:
      return "ingestor";
    case Role::kIndexer:
      return "indexer";
    case Role::kQuery:
      return "query";
  }
  std::abort();
}

Cluster::Cluster(Options options) : options_(std::move(options)) {
  if (options_.credentials == nullptr) options_.credentials = grpc::InsecureChannelCredentials();
}

std::vector<std::string> Cluster::Arguments(Role role) const {
  const std::string& known = addresses_[Index(role)];
  std::vector<std::string> arguments = {
      Runfile(Cat("deploy/", RoleName(role))),
      Cat("--listen=", known.empty() ? "127.0.0.1:0" : known),
      Cat("--data_dir=", options_.data_dir),
      Cat("--address_file=", options_.data_dir, ".", RoleName(role), ".address"),
  };
  if (role == Role::kIndexer) arguments.push_back(Cat("--log_address=", address(Role::kIngestor)));
  const std::vector<std::string>& extra = role == Role::kIngestor  ? options_.ingestor_flags
                                          : role == Role::kIndexer ? options_.indexer_flags
                                                                   : options_.query_flags;
  arguments.insert(arguments.end(), extra.begin(), extra.end());
  return arguments;
}

absl::Status Cluster::Start() {
  for (Role role : kRoles) FL_RETURN_IF_ERROR(Start(role));
  return absl::OkStatus();
}

absl::Status Cluster::Start(Role role) {
  Kill(role);
  const std::string address_file = Cat(options_.data_dir, ".", RoleName(role), ".address");
  std::filesystem::remove(address_file);
  FL_ASSIGN_OR_RETURN(
      Process process,
      Process::Start({.argv = Arguments(role), .log_file = Cat(options_.data_dir, ".", RoleName(role), ".log")}));
  processes_[Index(role)].emplace(std::move(process));
  FL_ASSIGN_OR_RETURN(std::string address, processes_[Index(role)]->AwaitFile(address_file, kStartTimeout));
  while (!address.empty() && address.back() == '\n') address.pop_back();
  if (addresses_[Index(role)] == address) return absl::OkStatus();
  addresses_[Index(role)] = address;
  if (role == Role::kIngestor) ingest_ = v1::IngestService::NewStub(Connect(address, options_.credentials));
  if (role == Role::kIndexer) admin_ = v1::AdminService::NewStub(Connect(address, options_.credentials));
  if (role == Role::kQuery) query_ = v1::QueryService::NewStub(Connect(address, options_.credentials));
  return absl::OkStatus();
}

Process& Cluster::process(Role role) { return *processes_[Index(role)]; }

void Cluster::Kill(Role role) { processes_[Index(role)].reset(); }

absl::Status Cluster::AwaitVisible(uint64_t offset, absl::Duration timeout) {
  absl::Time deadline = absl::Now() + timeout;
  uint64_t visible = 0;
  std::string last = "no answer";
  while (absl::Now() < deadline) {
    const auto context = Within(absl::Seconds(5));
    context->set_wait_for_ready(true);
    v1::GetServerInfoResponse info;
    const grpc::Status status = query_->GetServerInfo(context.get(), {}, &info);
    if (status.ok() && info.visible_offset() >= offset) return absl::OkStatus();
    if (status.ok() && info.visible_offset() > visible) {
      visible = info.visible_offset();
      deadline = absl::Now() + timeout;
    }
    last = status.ok() ? Cat("visible_offset ", info.visible_offset()) : status.error_message();
    absl::SleepFor(absl::Milliseconds(5));  // polling: the query service offers no call that waits
  }
  return absl::DeadlineExceededError(
      Cat("queries do not see offset ", offset, ", and nothing new for ", absl::FormatDuration(timeout), ": ", last));
}

int Cluster::RunClient(std::vector<std::string> arguments, std::string* output) {
  static int runs = 0;
  const std::string log = Cat(options_.data_dir, ".client.", runs++);
  std::vector<std::string> argv = {Runfile("deploy/factline")};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  argv.push_back(Cat("--ingest_address=", address(Role::kIngestor)));
  argv.push_back(Cat("--indexer_address=", address(Role::kIndexer)));
  argv.push_back(Cat("--query_address=", address(Role::kQuery)));
  absl::StatusOr<Process> process = Process::Start({.argv = argv, .log_file = log});
  if (!process.ok()) return -1;
  const absl::StatusOr<int> status = process->Wait(absl::Minutes(5));
  std::ifstream in(log);
  output->assign((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  return status.ok() ? *status : -1;
}

std::string NewFolder(const std::string& name) {
  static int folders = 0;
  const char* base = std::getenv("TEST_TMPDIR");
  const std::string path = Cat(base != nullptr ? base : "/tmp", "/", name, ".", getpid(), ".", folders++);
  std::filesystem::create_directories(path);
  return path;
}

std::string Runfile(const std::string& path) {
  const char* root = std::getenv("TEST_SRCDIR");
  if (root != nullptr) return Cat(root, "/factline/", path);
  return Cat(std::filesystem::read_symlink("/proc/self/exe").string(), ".runfiles/factline/", path);
}

std::shared_ptr<grpc::Channel> Connect(const std::string& address,
                                       const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(64 << 20);
  // A killed server is back within milliseconds: look for it again soon.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 20);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address, credentials, arguments);
}

std::unique_ptr<grpc::ClientContext> Within(absl::Duration timeout) {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  return context;
}

}  // namespace factline::harness
