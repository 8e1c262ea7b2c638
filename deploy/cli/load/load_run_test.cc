#include "deploy/cli/load/load_run.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>

#include "absl/time/clock.h"
#include "factline/v1/ingest_service.grpc.pb.h"
#include "factline/v1/query_service.grpc.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace factline::load {
namespace {

using ClientItems = grpc::ServerReaderWriter<v1::IngestResponse, v1::IngestRequest>;

// Takes every item, but on its first stream does as it is told.
class FakeIngest : public v1::IngestService::Service {
 public:
  enum class First {
    kTakes,
    kRefuses,   // for the moment, from the sixth item on
    kEnds,      // at the sixth item, with an error
    kIsSilent,  // until the client gives up
    kStaysOpen  // after the last answer, likewise
  };

  explicit FakeIngest(First first) : first_(first) {}

  grpc::Status Ingest(grpc::ServerContext* context, ClientItems* stream) override {
    const First behaviour = streams_++ == 0 ? first_ : First::kTakes;
    v1::IngestRequest request;
    for (int items = 0; stream->Read(&request); ++items) {
      v1::IngestResponse response;
      if (behaviour == First::kIsSilent) {
        while (!context->IsCancelled()) absl::SleepFor(absl::Milliseconds(1));
        return grpc::Status::CANCELLED;
      }
      if (behaviour == First::kEnds && items == 5) return grpc::Status(grpc::StatusCode::INTERNAL, "ends");
      if (behaviour == First::kRefuses && items >= 5) {
        response.mutable_error()->set_code(static_cast<int>(absl::StatusCode::kResourceExhausted));
      } else {
        v1::AcceptedArticle& article = *response.mutable_acceptance()->add_articles();
        article.set_article_id(request.article().id());
        article.set_offset(offset_++);
      }
      stream->Write(response);
    }
    while (behaviour == First::kStaysOpen && !context->IsCancelled()) absl::SleepFor(absl::Milliseconds(1));
    return grpc::Status::OK;
  }

  uint64_t offset() const { return offset_; }
  int streams() const { return streams_; }

 private:
  const First first_;
  std::atomic<int> streams_ = 0;
  std::atomic<uint64_t> offset_ = 0;
};

// Sees what the ingestor took; every third search fails.
class FakeQuery : public v1::QueryService::Service {
 public:
  explicit FakeQuery(const FakeIngest& ingest) : ingest_(ingest) {}

  grpc::Status Search(grpc::ServerContext*, const v1::SearchRequest*, v1::SearchResponse*) override {
    return ++searches_ % 3 == 0 ? grpc::Status(grpc::StatusCode::INTERNAL, "third") : grpc::Status::OK;
  }
  grpc::Status GetServerInfo(grpc::ServerContext*, const v1::GetServerInfoRequest*,
                             v1::GetServerInfoResponse* response) override {
    response->set_visible_offset(ingest_.offset());
    return grpc::Status::OK;
  }

 private:
  const FakeIngest& ingest_;
  std::atomic<int> searches_ = 0;
};

class LoadRunTest : public ::testing::Test {
 protected:
  void Serve(FakeIngest::First first) {
    ingest_ = std::make_unique<FakeIngest>(first);
    query_ = std::make_unique<FakeQuery>(*ingest_);
    grpc::ServerBuilder builder;
    builder.RegisterService(ingest_.get());
    builder.RegisterService(query_.get());
    server_ = builder.BuildAndStart();
    ingest_stub_ = v1::IngestService::NewStub(server_->InProcessChannel({}));
    query_stub_ = v1::QueryService::NewStub(server_->InProcessChannel({}));
  }

  // To its end, or `stop` at once.
  Report Run(LoadOptions options, bool stop = false) {
    ArticleFeed feed({.id_prefix = "run", .body_bytes = 50}, {});
    QueryMix mix({v1::SearchRequest()});
    LoadRun run(options, ingest_stub_.get(), query_stub_.get(), feed, mix);
    if (stop) run.Stop();
    while (!run.Done()) {
      run.Watch();
      run.TakeInterval();
      absl::SleepFor(absl::Milliseconds(1));
    }
    return run.Finish();
  }

  std::unique_ptr<FakeIngest> ingest_;
  std::unique_ptr<FakeQuery> query_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::IngestService::Stub> ingest_stub_;
  std::unique_ptr<v1::QueryService::Stub> query_stub_;
};

LoadOptions HundredArticles() {
  return {.articles_per_second = 500, .duration = absl::Milliseconds(200), .timeout = absl::Seconds(60)};
}

TEST_F(LoadRunTest, EveryRequestIsAnsweredOrFailedAndCountedByItsCode) {
  Serve(FakeIngest::First::kTakes);
  LoadOptions options = HundredArticles();
  options.queries_per_second = 300;
  options.searchable = true;
  const Report report = Run(options);
  EXPECT_FALSE(report.interrupted);
  EXPECT_EQ(report.Find("article")->totals.answered, 100u);
  EXPECT_EQ(report.Find("searchable")->totals.answered, 100u);
  const Totals& query = report.Find("query")->totals;
  EXPECT_EQ(query.answered, 40u);
  EXPECT_EQ(query.failed, 20u);
  EXPECT_EQ(query.codes.at(absl::StatusCode::kInternal), 20u);
  EXPECT_EQ(report.Find("search")->totals.sent, 60u);
  EXPECT_EQ(report.Find("facts"), nullptr);
}

TEST_F(LoadRunTest, OneItemAtATimeIsEnoughForAll) {
  Serve(FakeIngest::First::kTakes);
  LoadOptions options = HundredArticles();
  options.max_in_flight = 1;
  EXPECT_EQ(Run(options).Find("article")->totals.answered, 100u);
}

TEST_F(LoadRunTest, AfterARefusalItGoesOnOnANewStream) {
  Serve(FakeIngest::First::kRefuses);
  const Report report = Run(HundredArticles());
  const Totals& article = report.Find("article")->totals;
  EXPECT_EQ(article.sent, 100u);
  EXPECT_EQ(article.answered + article.failed, 100u);
  EXPECT_GT(article.failed, 0u);
  EXPECT_EQ(article.codes.at(absl::StatusCode::kResourceExhausted), article.failed);
  EXPECT_EQ(article.answered, ingest_->offset());
}

TEST_F(LoadRunTest, WhatABrokenStreamLeavesUnansweredHasFailed) {
  Serve(FakeIngest::First::kEnds);
  const Report report = Run(HundredArticles());
  const Totals& article = report.Find("article")->totals;
  EXPECT_EQ(article.sent, 100u);
  EXPECT_EQ(article.answered + article.failed, 100u);
  EXPECT_GT(article.codes.at(absl::StatusCode::kInternal), 0u) << "the sixth at least";
  EXPECT_EQ(article.answered, ingest_->offset());
}

TEST_F(LoadRunTest, AStreamThatStaysSilentIsGivenUp) {
  Serve(FakeIngest::First::kIsSilent);
  LoadOptions options = HundredArticles();
  options.timeout = absl::Seconds(1);
  const Totals article = Run(options).Find("article")->totals;
  EXPECT_EQ(article.intended(), 100u);
  EXPECT_EQ(article.answered + article.failed, article.sent);
  EXPECT_GT(article.codes.at(absl::StatusCode::kDeadlineExceeded), 0u);
}

TEST_F(LoadRunTest, AStreamThatDoesNotEndIsGivenUpOnceAllOnItIsSettled) {
  Serve(FakeIngest::First::kStaysOpen);
  LoadOptions options = HundredArticles();
  options.timeout = absl::Seconds(1);
  const Totals article = Run(options).Find("article")->totals;
  EXPECT_EQ(article.answered + article.failed, article.sent);
  EXPECT_GT(article.answered, 0u);
}

// Else a server that takes little would look as if it showed all of it fast.
TEST_F(LoadRunTest, WhatFailedOrWasNotSentIsNeverSearchable) {
  for (const FakeIngest::First behaviour : {FakeIngest::First::kRefuses, FakeIngest::First::kIsSilent}) {
    Serve(behaviour);
    LoadOptions options = HundredArticles();
    options.searchable = true;
    if (behaviour == FakeIngest::First::kIsSilent) options.timeout = absl::Seconds(1);
    options.max_in_flight = 10;
    options.max_backlog = 10;
    const Report report = Run(options);
    const Totals article = report.Find("article")->totals, searchable = report.Find("searchable")->totals;
    EXPECT_EQ(article.intended(), 100u);
    EXPECT_GT(article.failed, 0u);
    EXPECT_EQ(searchable.intended(), 100u);
    EXPECT_EQ(searchable.unsent, article.unsent);
    EXPECT_EQ(searchable.answered + searchable.failed, searchable.sent);
    EXPECT_GE(searchable.failed, article.failed);
  }
}

TEST_F(LoadRunTest, StoppedItWaitsForWhatIsOnItsWayAndReports) {
  Serve(FakeIngest::First::kTakes);
  LoadOptions options = HundredArticles();
  options.queries_per_second = 100;
  options.duration = absl::Hours(1);
  const Report report = Run(options, /*stop=*/true);
  EXPECT_TRUE(report.interrupted);
  EXPECT_LT(report.measured, absl::Minutes(10));
  const Totals& article = report.Find("article")->totals;
  EXPECT_EQ(article.answered, article.sent);
}

}  // namespace
}  // namespace factline::load
