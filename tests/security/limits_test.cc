// What one client may use, and that others do not feel it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"
#include "tests/harness/ingest_client.h"
#include "tests/harness/news.h"
#include "tests/security/secure_cluster.h"

namespace factline::security {
namespace {

using harness::Role;

constexpr char kStatus[] = "/factline.v1.IngestService/GetIngestStatus";

using Stream = grpc::ClientReaderWriter<v1::IngestRequest, v1::IngestResponse>;

// Starts the ingestor alone.
std::unique_ptr<SecureCluster> Start(std::vector<std::string> flags) {
  auto secure = std::make_unique<SecureCluster>(SecureCluster::Options{.ingestor_flags = std::move(flags)});
  EXPECT_EQ(secure->cluster().Start(Role::kIngestor), absl::OkStatus());
  return secure;
}

TEST(ClientLimits, SoManyCallsOfOneClientAtATime) {
  const auto secure = Start({"--max_client_calls=2"});
  const auto channel = secure->Dial(Role::kIngestor, secure->Token("ingest"));
  const auto stub = v1::IngestService::NewStub(channel);
  grpc::ClientContext contexts[2];
  std::unique_ptr<Stream> streams[2];
  for (int i = 0; i < 2; ++i) {
    streams[i] = stub->Ingest(&contexts[i]);
    v1::IngestResponse response;
    ASSERT_TRUE(streams[i]->Write(harness::Request(harness::MakeArticle(i))));
    ASSERT_TRUE(streams[i]->Read(&response));
  }
  // Over another connection too: it is the client that counts.
  for (const auto& third : {channel, secure->Dial(Role::kIngestor, secure->Token("ingest"))}) {
    const absl::Status refused = FromGrpc(Call(third, kStatus));
    EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted) << refused;
    EXPECT_EQ(ReasonOf(refused), "TOO_MANY_CALLS");
    EXPECT_TRUE(RetryDelayOf(refused).has_value());
  }
  EXPECT_TRUE(Call(secure->Dial(Role::kIngestor, secure->Token("admin")), kStatus).ok()) << "another client";
  EXPECT_TRUE(Call(channel, "/grpc.health.v1.Health/Check").ok());
  streams[0]->WritesDone();
  EXPECT_TRUE(streams[0]->Finish().ok());
  EXPECT_TRUE(Eventually([&] { return Call(channel, kStatus).ok(); }));
}

TEST(ClientLimits, RequestsBeyondTheRateAreRefusedWithTheTimeToWait) {
  const auto secure = Start({"--client_messages_per_second=5"});
  const auto channel = secure->Dial(Role::kIngestor, secure->Token("ingest"));
  absl::Status refused;
  EXPECT_TRUE(Eventually([&] {
    refused = FromGrpc(Call(channel, kStatus));
    return !refused.ok();
  }));
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted) << refused;
  EXPECT_EQ(ReasonOf(refused), "RATE_EXCEEDED");
  ASSERT_TRUE(RetryDelayOf(refused).has_value());
  EXPECT_GT(*RetryDelayOf(refused), absl::ZeroDuration());
  EXPECT_LE(*RetryDelayOf(refused), absl::Milliseconds(200));
  EXPECT_TRUE(Call(secure->Dial(Role::kIngestor, secure->Token("admin")), kStatus).ok()) << "another client";
  EXPECT_TRUE(Eventually([&] { return Call(channel, kStatus).ok(); })) << "and later again";
}

TEST(ClientLimits, AStreamBeyondTheRateIsSlowedDownAndLosesNothing) {
  const auto secure = Start({"--client_bytes_per_second=100000"});
  const auto stub = v1::IngestService::NewStub(secure->Dial(Role::kIngestor, secure->Token("ingest")));
  std::vector<v1::IngestRequest> items;
  for (int i = 0; i < 30; ++i) {
    items.push_back(harness::Request(harness::MakeArticle(i, {.body_bytes = 10'000})));
  }
  const absl::Time start = absl::Now();
  const auto answers = harness::SendAll(*stub, items, absl::Minutes(2));
  ASSERT_TRUE(answers.ok()) << answers.status();
  // A second's worth goes at once, the rest at the rate; a busy machine makes it longer, never shorter.
  EXPECT_GE(absl::Now() - start, absl::Seconds(1.5));
  for (const v1::IngestResponse& answer : *answers) EXPECT_TRUE(answer.has_acceptance());
}

TEST(ClientLimits, AStreamThatIsHeldBackEndsAtOnceWhenItIsCancelled) {
  const auto secure = Start({"--client_bytes_per_second=1000", "--drain_timeout=20s"});
  const auto stub = v1::IngestService::NewStub(secure->Dial(Role::kIngestor, secure->Token("ingest")));
  grpc::ClientContext context;
  const auto stream = stub->Ingest(&context);
  // Each is owed for a hundred seconds.
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(stream->Write(harness::Request(harness::MakeArticle(i, {.body_bytes = 100'000}))));
  }
  context.TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  secure->cluster().process(Role::kIngestor).Signal(SIGTERM);
  const absl::StatusOr<int> ended = secure->cluster().process(Role::kIngestor).Wait(absl::Seconds(60));
  ASSERT_TRUE(ended.ok()) << ended.status();
  EXPECT_EQ(*ended, 0);
  EXPECT_NE(secure->LogOf(Role::kIngestor).find("drained"), std::string::npos) << "nothing had to be cancelled";
}

TEST(ClientLimits, AMessageBeyondTheCapEndsItsCallAlone) {
  const auto secure = Start({"--max_article_bytes=10000", "--max_page_bytes=10000"});
  const auto stub = v1::IngestService::NewStub(secure->Dial(Role::kIngestor, secure->Token("ingest")));
  const auto refused = harness::SendAll(*stub, {harness::Request(harness::MakeArticle(1, {.body_bytes = 3 << 20}))});
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kResourceExhausted) << refused.status();
  EXPECT_TRUE(harness::SendAll(*stub, {harness::Request(harness::MakeArticle(2))}).ok());
}

}  // namespace
}  // namespace factline::security
