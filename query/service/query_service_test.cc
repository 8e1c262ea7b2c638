#include "query/service/query_service.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"
#include "protos/vocab/version.h"
#include "query/testing/news_index.h"

namespace factline::query {
namespace {

using testing::NewsIndex;

// A server over a follower that tests step by hand.
class Server {
 public:
  Server(IndexFollowerOptions follower_options, const text::Analyzer* analyzer, QueryServiceOptions options = {})
      : follower_(std::move(follower_options)), service_(&follower_, analyzer, options) {
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = v1::QueryService::NewStub(
        grpc::CreateChannel("127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials()));
  }
  ~Server() { server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(5)); }

  IndexFollower& follower() { return follower_; }
  v1::QueryService::Stub& stub() { return *stub_; }

 private:
  IndexFollower follower_;
  QueryService service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::QueryService::Stub> stub_;
};

IndexFollowerOptions Following(const NewsIndex& index) {
  IndexFollowerOptions options;
  options.open = [reader_options = index.OptionsOfAnotherReader("server")] {
    return store::Reader::Open(reader_options);
  };
  return options;
}

TEST(QueryServiceTest, AnswersFromARealIndexWhileItIsWritten) {
  NewsIndex index;
  index.Commit({{.id = "one",
                 .title = "青石公司投产",
                 .body = "青石公司投资白鹭电池。",
                 .facts = {{.subject = "青石公司", .predicate = "invests_in", .object = "白鹭电池"}}}});
  Server server(Following(index), &index.analyzer());
  server.follower().Step(absl::Now());

  {
    grpc::ClientContext context;
    v1::SearchRequest request;
    request.set_query("青石公司");
    v1::SearchResponse response;
    const grpc::Status status = server.stub().Search(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    ASSERT_EQ(response.results_size(), 1);
    EXPECT_EQ(response.results(0).article_id(), "one");
    EXPECT_EQ(response.total_count(), 1u);
  }
  {
    grpc::ClientContext context;
    v1::GetArticleRequest request;
    request.set_id("one");
    v1::GetArticleResponse response;
    ASSERT_TRUE(server.stub().GetArticle(&context, request, &response).ok());
    EXPECT_EQ(response.article().body(), "青石公司投资白鹭电池。");
  }
  std::string fact_id, entity_id;
  {
    grpc::ClientContext context;
    v1::ListFactsRequest request;
    request.set_filter("subject = 青石公司");
    v1::ListFactsResponse response;
    ASSERT_TRUE(server.stub().ListFacts(&context, request, &response).ok());
    ASSERT_EQ(response.facts_size(), 1);
    fact_id = response.facts(0).id();
    entity_id = response.facts(0).subject().entity_id();
  }
  {
    grpc::ClientContext context;
    v1::GetFactRequest request;
    request.set_id(fact_id);
    v1::GetFactResponse response;
    ASSERT_TRUE(server.stub().GetFact(&context, request, &response).ok());
    EXPECT_EQ(response.fact().predicate(), "invests_in");
  }
  {
    grpc::ClientContext context;
    v1::ListEntitiesRequest request;
    v1::ListEntitiesResponse response;
    ASSERT_TRUE(server.stub().ListEntities(&context, request, &response).ok());
    EXPECT_EQ(response.entities_size(), 2);
  }
  {
    grpc::ClientContext context;
    v1::GetEntityRequest request;
    request.set_id(entity_id);
    v1::GetEntityResponse response;
    ASSERT_TRUE(server.stub().GetEntity(&context, request, &response).ok());
    EXPECT_EQ(response.entity().name(), "青石公司");
  }

  index.Commit({{.id = "two", .title = "再投", .body = "青石公司再次投产。"}});
  server.follower().Step(absl::Now());
  grpc::ClientContext context;
  v1::GetServerInfoRequest request;
  v1::GetServerInfoResponse info;
  ASSERT_TRUE(server.stub().GetServerInfo(&context, request, &info).ok());
  EXPECT_EQ(info.version(), std::string(kVersion));
  EXPECT_EQ(info.article_count(), 2u);
  EXPECT_EQ(info.fact_count(), 1u);
  EXPECT_EQ(info.visible_offset(), 2u);
  EXPECT_EQ(info.extractor_version(), "test");
  EXPECT_TRUE(info.has_caught_up_time());
}

TEST(QueryServiceTest, FacetsAreCountedAndErrorsNameTheField) {
  NewsIndex index;
  index.Commit({{.id = "one", .body = "青石公司投产。", .source = "evening"},
                {.id = "two", .body = "青石公司扩产。", .source = "evening"},
                {.id = "three", .body = "别的。", .source = "morning"}});
  Server server(Following(index), &index.analyzer());
  server.follower().Step(absl::Now());
  v1::FacetSearchRequest request;
  request.set_query("青石公司");
  request.add_facets()->set_field(v1::FacetSpec::FIELD_SOURCE);
  v1::FacetSearchResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(server.stub().FacetSearch(&context, request, &response).ok());
  EXPECT_EQ(response.total_count(), 2u);
  ASSERT_EQ(response.facets(0).values_size(), 1);
  EXPECT_EQ(response.facets(0).values(0).count(), 2u);
  request.mutable_facets(0)->set_limit(-1);
  grpc::ClientContext bad;
  const absl::Status status = FromGrpc(server.stub().FacetSearch(&bad, request, &response));
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(FieldOf(status), "facets[0].limit");
}

TEST(QueryServiceTest, EntitiesAreSuggestedAndErrorsNameTheField) {
  NewsIndex index;
  index.Commit({{.id = "one", .body = "投产。", .mentions = {{"青石公司", v1::ENTITY_TYPE_ORG}}}});
  Server server(Following(index), &index.analyzer());
  server.follower().Step(absl::Now());
  v1::SuggestEntitiesRequest request;
  request.set_text("青石");
  v1::SuggestEntitiesResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(server.stub().SuggestEntities(&context, request, &response).ok());
  ASSERT_EQ(response.suggestions_size(), 1);
  EXPECT_EQ(response.suggestions(0).entity().name(), "青石公司");
  grpc::ClientContext bad;
  const absl::Status status = FromGrpc(server.stub().SuggestEntities(&bad, {}, &response));
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(FieldOf(status), "text");
}

TEST(QueryServiceTest, SignificantTermsAndSimilarArticlesAreFoundAndErrorsNameTheField) {
  NewsIndex index;
  index.Commit({{.id = "one", .body = "青石公司研发固态电池。"},
                {.id = "two", .body = "固态电池在山城试产，明年上市。"},
                {.id = "three", .body = "水泥价格下跌。"},
                {.id = "four", .body = "钢铁减产。"}});
  Server server(Following(index), &index.analyzer());
  server.follower().Step(absl::Now());
  {
    v1::FindSignificantTermsRequest request;
    request.set_query("青石公司");
    v1::FindSignificantTermsResponse response;
    grpc::ClientContext context;
    ASSERT_TRUE(server.stub().FindSignificantTerms(&context, request, &response).ok());
    EXPECT_EQ(response.total_count(), 1u);
    EXPECT_GT(response.terms_size(), 0);
    request.set_limit(-1);
    grpc::ClientContext bad;
    EXPECT_EQ(FieldOf(FromGrpc(server.stub().FindSignificantTerms(&bad, request, &response))), "limit");
  }
  {
    v1::FindSimilarArticlesRequest request;
    request.set_article_id("one");
    v1::FindSimilarArticlesResponse response;
    grpc::ClientContext context;
    ASSERT_TRUE(server.stub().FindSimilarArticles(&context, request, &response).ok());
    ASSERT_EQ(response.results_size(), 1);
    EXPECT_EQ(response.results(0).article_id(), "two");
    grpc::ClientContext bad, missing;
    EXPECT_EQ(FieldOf(FromGrpc(server.stub().FindSimilarArticles(&bad, {}, &response))), "article_id");
    request.set_article_id("none");
    EXPECT_EQ(server.stub().FindSimilarArticles(&missing, request, &response).error_code(),
              grpc::StatusCode::NOT_FOUND);
  }
}

TEST(QueryServiceTest, AnIndexOfAnotherAnalyserIsRefusedBothVersionsNamed) {
  class OtherReader final : public store::Reader {
   public:
    explicit OtherReader(std::shared_ptr<const store::IndexView> view) : view_(std::move(view)) {}
    absl::Status CatchUp() override { return absl::OkStatus(); }
    std::shared_ptr<const store::IndexView> View() const override { return view_; }
    const store::IndexVersions& versions() const override { return versions_; }

   private:
    const std::shared_ptr<const store::IndexView> view_;
    const store::IndexVersions versions_{store::kFormatVersion, "other-analyser", "test"};
  };
  NewsIndex index;
  index.Commit({{.id = "one", .title = "新品", .body = "新品上市。"}});
  IndexFollowerOptions options;
  options.open = [view = index.View()]() -> absl::StatusOr<std::unique_ptr<store::Reader>> {
    return std::make_unique<OtherReader>(view);
  };
  Server server(std::move(options), &index.analyzer());
  server.follower().Step(absl::Now());
  const auto expect_refusal = [](const absl::Status& status) {
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(ReasonOf(status), "INDEX_ANALYZER_MISMATCH");
    EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("other-analyser"));
    EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr(std::string(text::Analyzer::Version())));
  };
  grpc::ClientContext search, info;
  v1::SearchResponse results;
  expect_refusal(FromGrpc(server.stub().Search(&search, {}, &results)));
  v1::GetServerInfoResponse server_info;
  expect_refusal(FromGrpc(server.stub().GetServerInfo(&info, {}, &server_info)));
}

TEST(QueryServiceTest, ErrorsCarryTheirDetails) {
  NewsIndex index;
  Server server(Following(index), &index.analyzer());
  {
    grpc::ClientContext context;
    v1::SearchResponse response;
    const absl::Status status = FromGrpc(server.stub().Search(&context, {}, &response));
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
    EXPECT_EQ(ReasonOf(status), "INDEX_NOT_READY");
    EXPECT_TRUE(RetryDelayOf(status).has_value());
  }
  server.follower().Step(absl::Now());
  {
    grpc::ClientContext context;
    v1::SearchRequest request;
    request.set_query("青石 (");
    v1::SearchResponse response;
    const absl::Status status = FromGrpc(server.stub().Search(&context, request, &response));
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(FieldOf(status), "query");
  }
  {
    grpc::ClientContext context;
    v1::GetArticleRequest request;
    request.set_id("none");
    v1::GetArticleResponse response;
    EXPECT_EQ(server.stub().GetArticle(&context, request, &response).error_code(), grpc::StatusCode::NOT_FOUND);
  }
}

// An open() that waits in View's stead cannot block a worker; a slow view can. This one blocks whoever asks for its
// stats.
class SlowView final : public store::IndexView {
 public:
  uint64_t generation() const override { return 1; }
  Offset visible_offset() const override { return Offset(0); }
  const store::CollectionStats& stats() const override {
    ++entered;
    go_on.wait();
    return stats_;
  }
  const std::vector<std::shared_ptr<const store::SegmentView>>& segments() const override { return segments_; }
  const store::SegmentView* SegmentOf(uint32_t) const override { return nullptr; }
  absl::StatusOr<std::optional<storage::v1::DocRecord>> Document(uint32_t) const override { return std::nullopt; }
  absl::StatusOr<std::optional<uint32_t>> FindArticle(std::string_view) const override { return std::nullopt; }
  const store::FactReader& facts() const override { return base_->facts(); }

  explicit SlowView(std::shared_ptr<const store::IndexView> base) : base_(std::move(base)) {}
  mutable std::atomic<int> entered = 0;
  std::latch go_on{1};

 private:
  const std::shared_ptr<const store::IndexView> base_;
  const store::CollectionStats stats_;
  const std::vector<std::shared_ptr<const store::SegmentView>> segments_;
};

class SlowReader final : public store::Reader {
 public:
  explicit SlowReader(std::shared_ptr<SlowView> view) : view_(std::move(view)) {}
  absl::Status CatchUp() override { return absl::OkStatus(); }
  std::shared_ptr<const store::IndexView> View() const override { return view_; }
  const store::IndexVersions& versions() const override { return versions_; }

 private:
  const std::shared_ptr<SlowView> view_;
  const store::IndexVersions versions_{1, std::string(text::Analyzer::Version()), "test"};
};

class BusyServerTest : public ::testing::Test {
 protected:
  BusyServerTest() : view_(std::make_shared<SlowView>(index_.View())) {
    IndexFollowerOptions following;
    following.open = [this]() -> absl::StatusOr<std::unique_ptr<store::Reader>> {
      return std::make_unique<SlowReader>(view_);
    };
    QueryServiceOptions options;
    options.worker_count = 1;
    options.max_waiting = 1;
    server_ = std::make_unique<Server>(std::move(following), &index_.analyzer(), options);
    server_->follower().Step(absl::Now());
  }
  ~BusyServerTest() override {
    if (!view_->go_on.try_wait()) view_->go_on.count_down();
    for (std::thread& thread : callers_) thread.join();
  }

  absl::Status Call(absl::Duration timeout) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(timeout));
    v1::GetServerInfoResponse response;
    return FromGrpc(server_->stub().GetServerInfo(&context, {}, &response));
  }
  void OccupyTheWorker() {
    callers_.emplace_back([this] { EXPECT_TRUE(Call(absl::Seconds(30)).ok()); });
    while (view_->entered == 0) absl::SleepFor(absl::Milliseconds(1));
  }

  NewsIndex index_;
  std::shared_ptr<SlowView> view_;
  std::unique_ptr<Server> server_;
  std::vector<std::thread> callers_;
};

TEST_F(BusyServerTest, RefusesWithARetryDelayWhenTheQueueIsFull) {
  OccupyTheWorker();
  std::atomic<int> refused = 0, served = 0;
  for (int i = 0; i < 4; ++i) {
    callers_.emplace_back([&] {
      const absl::Status status = Call(absl::Seconds(30));
      if (status.ok()) {
        ++served;
      } else {
        EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
        EXPECT_EQ(ReasonOf(status), "TOO_MANY_REQUESTS");
        EXPECT_TRUE(RetryDelayOf(status).has_value());
        ++refused;
      }
    });
  }
  while (refused < 3) absl::SleepFor(absl::Milliseconds(1));  // one waits
  view_->go_on.count_down();
  while (served < 1) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_EQ(refused, 3);
}

TEST_F(BusyServerTest, AWaitingRequestWhoseDeadlinePassesIsNotWorkedOn) {
  constexpr absl::Duration kTimeout = absl::Milliseconds(200);
  OccupyTheWorker();
  EXPECT_EQ(Call(kTimeout).code(), absl::StatusCode::kDeadlineExceeded);
  // The server counts from when the request came in: before this answer, which the full queue gives.
  EXPECT_EQ(Call(absl::Seconds(30)).code(), absl::StatusCode::kResourceExhausted);
  const absl::Time came_in_before = absl::Now();
  while (absl::Now() < came_in_before + 2 * kTimeout) {
    ASSERT_EQ(Call(absl::Seconds(30)).code(), absl::StatusCode::kResourceExhausted);
  }
  view_->go_on.count_down();
  absl::Status last = Call(absl::Seconds(30));
  while (absl::IsResourceExhausted(last)) last = Call(absl::Seconds(30));  // until the worker has taken the waiting one
  EXPECT_TRUE(last.ok()) << last;  // queued after it, so that it has been looked at by now
  EXPECT_EQ(view_->entered, 2);    // the first and the last
}

}  // namespace
}  // namespace factline::query
