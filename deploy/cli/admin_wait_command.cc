// factline admin wait
#include <algorithm>

#include "absl/time/clock.h"
#include "deploy/cli/client.h"
#include "deploy/cli/command.h"
#include "deploy/cli/format_text.h"
#include "factline/v1/admin_service.grpc.pb.h"
#include "factline/v1/ingest_service.grpc.pb.h"
#include "factline/v1/query_service.grpc.pb.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "protos/vocab/status.h"

namespace factline::cli {
namespace {

constexpr absl::Duration kPause = absl::Milliseconds(20);  // between two looks
constexpr absl::Duration kOneCall = absl::Seconds(2);

CommandSpec Spec() {
  CommandSpec spec;
  spec.name = "admin wait";
  spec.summary = "wait until all processes serve, and queries see everything";
  spec.description =
      "Waits until ingestor, indexer and query say SERVING; with --caught_up also until queries see every event that "
      "the log, in the partition that the indexer follows, held when the command was called. --timeout bounds the "
      "whole wait.\nExit code 3 if that does not come "
      "about; the "
      "message says what is missing.";
  spec.flags = {{"caught_up", "", "also wait for what is in the log now", ""}};
  for (FlagSpec& flag : ConnectionFlags("60s")) spec.flags.push_back(std::move(flag));
  spec.examples = "  factline ingest news.jsonl && factline admin wait --caught_up && factline search 储能\n";
  return spec;
}

class Waiter {
 public:
  Waiter(const Arguments& arguments, absl::Time deadline) : arguments_(arguments), deadline_(deadline) {}

  // Calls `look` again and again; OK as soon as it is. At the deadline, the last error.
  template <typename Look>
  absl::Status Until(Look look) {
    while (true) {
      absl::Status status = look();
      if (status.ok()) return status;
      if (absl::Now() + kPause >= deadline_) {
        return absl::DeadlineExceededError(Cat("waited in vain: ", std::string(status.message())));
      }
      absl::SleepFor(kPause);
    }
  }

  absl::Status Healthy(Role role) {
    std::string address = AddressOf(role, arguments_);
    FL_ASSIGN_OR_RETURN(std::shared_ptr<grpc::Channel> channel, DialServer(address, arguments_));
    auto stub = grpc::health::v1::Health::NewStub(std::move(channel));
    return Until([&]() -> absl::Status {
      grpc::health::v1::HealthCheckResponse response;
      FL_RETURN_IF_ERROR(CallError(stub->Check(Context().get(), {}, &response), role, address));
      if (response.status() == grpc::health::v1::HealthCheckResponse::SERVING) return absl::OkStatus();
      return absl::UnavailableError(
          Cat("'", RoleName(role), "' at ", address, " is not serving yet; its log says why"));
    });
  }

  // The partition of the log that the index holds; queries see no other one's events.
  absl::StatusOr<uint32_t> IndexedPartition() {
    std::string address = AddressOf(Role::kIndexer, arguments_);
    v1::GetLagResponse response;
    FL_ASSIGN_OR_RETURN(std::shared_ptr<grpc::Channel> channel, DialServer(address, arguments_));
    auto stub = v1::AdminService::NewStub(std::move(channel));
    FL_RETURN_IF_ERROR(CallError(stub->GetLag(Context().get(), {}, &response), Role::kIndexer, address));
    return response.partition();
  }

  absl::StatusOr<uint64_t> LogEnd(uint32_t partition) {
    std::string address = AddressOf(Role::kIngestor, arguments_);
    v1::GetIngestStatusResponse response;
    FL_ASSIGN_OR_RETURN(std::shared_ptr<grpc::Channel> channel, DialServer(address, arguments_));
    auto stub = v1::IngestService::NewStub(std::move(channel));
    FL_RETURN_IF_ERROR(CallError(stub->GetIngestStatus(Context().get(), {}, &response), Role::kIngestor, address));
    for (const v1::PartitionStatus& status : response.partitions()) {
      if (status.partition() == partition) return status.end_offset();
    }
    return absl::FailedPreconditionError(
        Cat("the log of 'ingestor' at ", address, " has no partition ", partition, ", which the indexer follows"));
  }

  absl::StatusOr<v1::GetServerInfoResponse> Sees(uint64_t offset) {
    std::string address = AddressOf(Role::kQuery, arguments_);
    FL_ASSIGN_OR_RETURN(std::shared_ptr<grpc::Channel> channel, DialServer(address, arguments_));
    auto stub = v1::QueryService::NewStub(std::move(channel));
    v1::GetServerInfoResponse response;
    absl::Status seen = Until([&]() -> absl::Status {
      FL_RETURN_IF_ERROR(CallError(stub->GetServerInfo(Context().get(), {}, &response), Role::kQuery, address));
      if (response.visible_offset() >= offset) return absl::OkStatus();
      return absl::UnavailableError(Cat("queries see ", response.visible_offset(), " of ", offset, " events"));
    });
    FL_RETURN_IF_ERROR(seen);
    return response;
  }

 private:
  std::unique_ptr<grpc::ClientContext> Context() const {
    return ContextWithin(std::clamp(deadline_ - absl::Now(), kPause, kOneCall));
  }

  const Arguments& arguments_;
  const absl::Time deadline_;
};

absl::StatusOr<ExitCode> Run(const Arguments& arguments, Console& console) {
  FL_ASSIGN_OR_RETURN(absl::Duration timeout, TimeoutOf(arguments));
  absl::Time start = absl::Now();
  Waiter waiter(arguments, start + timeout);
  for (Role role : {Role::kIngestor, Role::kIndexer, Role::kQuery}) FL_RETURN_IF_ERROR(waiter.Healthy(role));
  if (arguments.Switch("caught_up")) {
    FL_ASSIGN_OR_RETURN(uint32_t partition, waiter.IndexedPartition());
    FL_ASSIGN_OR_RETURN(uint64_t end, waiter.LogEnd(partition));
    FL_ASSIGN_OR_RETURN(v1::GetServerInfoResponse info, waiter.Sees(end));
    console.out << "queries see all " << Count(end) << " events: " << Count(info.article_count()) << " articles, "
                << Count(info.fact_count()) << " facts, " << Count(info.entity_count()) << " entities; lag 0 after "
                << Short(absl::Now() - start) << "\n";
  } else {
    console.out << "all three serve, after " << Short(absl::Now() - start) << "\n";
  }
  return kOk;
}

}  // namespace

Command AdminWaitCommand() { return {Spec(), Run}; }

}  // namespace factline::cli
