#include "deploy/cli/ingest_stream.h"

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>

#include "absl/synchronization/mutex.h"
#include "deploy/cli/progress.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"

namespace factline::cli {
namespace {

using ServerStream = grpc::ServerReaderWriter<v1::IngestResponse, v1::IngestRequest>;

// Accepts what comes. Breaks the connection after `break_after` answers, `breaks` times; refuses the item named
// `refuse_once` the first time; answers ids that begin with "bad" with an error.
class FakeIngest final : public v1::IngestService::Service {
 public:
  grpc::Status Ingest(grpc::ServerContext*, ServerStream* stream) override {
    ++connections;
    v1::IngestRequest request;
    for (uint64_t sequence = 0; stream->Read(&request); ++sequence) {
      if (breaks > 0 && sequence == break_after) {
        --breaks;
        return grpc::Status(grpc::StatusCode::UNAVAILABLE, "going down");
      }
      v1::IngestResponse response = Answer(request);
      response.set_sequence(sequence);
      response.set_request_id(request.request_id());
      if (!stream->Write(response)) break;
    }
    return grpc::Status::OK;
  }

  std::atomic<int> connections = 0;
  std::atomic<int> breaks = 0;
  uint64_t break_after = 0;
  std::string refuse_once;
  std::multiset<std::string> accepted;

 private:
  v1::IngestResponse Answer(const v1::IngestRequest& request) {
    const std::string& id = request.article().id();
    v1::IngestResponse response;
    if (id == refuse_once) {
      refuse_once.clear();
      *response.mutable_error() =
          ToRpcStatus(WithRetryDelay(absl::ResourceExhaustedError("disk is nearly full"), absl::Milliseconds(10)));
    } else if (id.starts_with("bad")) {
      *response.mutable_error() = ToRpcStatus(FieldError("article.title", "is too long"));
    } else {
      accepted.insert(id);
      response.mutable_acceptance()->add_articles()->set_article_id(id);
    }
    return response;
  }
};

struct Fixture {
  Fixture() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service);
    server = builder.BuildAndStart();
    stub = v1::IngestService::NewStub(grpc::CreateChannel(Cat("127.0.0.1:", port), grpc::InsecureChannelCredentials()));
    options.first_backoff = absl::Milliseconds(1);
    options.window_items = 8;
  }

  absl::Status Send(const std::vector<std::string>& ids) {
    size_t next = 0;
    auto source = [&]() -> std::optional<Item> {
      if (next == ids.size()) return std::nullopt;
      Item item;
      item.request.mutable_article()->set_id(ids[next]);
      item.request.set_request_id(Cat("r-", next, "-", ids[next]));
      item.label = ids[next++];
      item.bytes = 10;
      return item;
    };
    auto sink = [&](const Item& item, const v1::IngestResponse& response) {
      answered.push_back(Cat(item.label, response.has_error() ? "!" : ""));
    };
    return IngestStream(*stub, options).Run(source, sink, [&](const std::string&) { ++notices; });
  }

  FakeIngest service;
  int port = 0;
  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<v1::IngestService::Stub> stub;
  IngestStreamOptions options;
  std::vector<std::string> answered;
  int notices = 0;
};

std::vector<std::string> Ids(int count) {
  std::vector<std::string> ids;
  for (int i = 0; i < count; ++i) ids.push_back(Cat("a", i));
  return ids;
}

TEST(IngestStream, HandsOutEveryAnswerOnceAndInOrder) {
  Fixture fixture;
  ASSERT_TRUE(fixture.Send(Ids(1000)).ok());
  EXPECT_EQ(fixture.answered, Ids(1000));
  EXPECT_EQ(fixture.service.connections, 1);
}

TEST(IngestStream, ResumesAfterBrokenConnectionsWithoutLosingOrRepeatingAnswers) {
  Fixture fixture;
  fixture.service.breaks = 5;
  fixture.service.break_after = 17;
  ASSERT_TRUE(fixture.Send(Ids(200)).ok());
  EXPECT_EQ(fixture.answered, Ids(200));
  EXPECT_EQ(fixture.service.connections, 6);
  EXPECT_EQ(fixture.notices, 5);
}

TEST(IngestStream, ABadItemIsAnsweredAndTheOthersGoOn) {
  Fixture fixture;
  ASSERT_TRUE(fixture.Send({"a", "bad", "c"}).ok());
  EXPECT_EQ(fixture.answered, (std::vector<std::string>{"a", "bad!", "c"}));
}

TEST(IngestStream, SendsAgainWhatWasRefusedForTheMoment) {
  Fixture fixture;
  fixture.service.refuse_once = "a3";
  ASSERT_TRUE(fixture.Send(Ids(6)).ok());
  std::multiset<std::string> want;
  for (const std::string& id : Ids(6)) want.insert(id);
  EXPECT_EQ(fixture.service.accepted, want);
  EXPECT_EQ(std::set<std::string>(fixture.answered.begin(), fixture.answered.end()).size(), 6);
}

TEST(IngestStream, GivesUpSoonWhereThereIsNoServer) {
  Fixture fixture;
  fixture.server->Shutdown();
  fixture.options.first_retry_for = absl::Milliseconds(20);
  absl::Status status = fixture.Send(Ids(3));
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  EXPECT_TRUE(fixture.answered.empty());
}

TEST(IngestStream, NothingToSendIsDone) {
  Fixture fixture;
  EXPECT_TRUE(fixture.Send({}).ok());
}

TEST(ProgressLine, ShowsShareRateAndRejections) {
  ProgressCounts counts{.accepted = 100, .duplicates = 20, .rejected = 3, .bytes = 1 << 20};
  EXPECT_EQ(ProgressLine(counts, 2 << 20, absl::Seconds(2)),
            "[############------------]  50%  123 items  1.0 MiB  61/s  20 known already  3 rejected");
  EXPECT_EQ(ProgressLine({.accepted = 1, .bytes = 5}, 0, absl::Seconds(1)), "1 item  5 B  1/s");
}

}  // namespace
}  // namespace factline::cli
