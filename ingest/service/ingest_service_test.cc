#include "ingest/service/ingest_service.h"

#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <set>
#include <thread>

#include "ingest/accept/validate.h"
#include "ingest/log/embedded_log.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"

namespace factline::ingest {
namespace {

class IngestServiceTest : public ::testing::Test {
 protected:
  IngestServiceTest() {
    const char* tmp = std::getenv("TEST_TMPDIR");
    log_options_.path =
        Cat(tmp != nullptr ? tmp : "/tmp", "/", ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(log_options_.path);
    log_options_.disk_reserve_bytes = 1;
    log_options_.free_bytes = [this](const std::string&) -> absl::StatusOr<uint64_t> { return free_bytes_.load(); };
    log_options_.maintenance_interval = absl::ZeroDuration();
    log_options_.write_buffer_bytes = 4 << 20;
  }

  ~IngestServiceTest() override { Shutdown(); }

  void Start() {
    auto opened = log::EmbeddedLog::Open(log_options_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    log_ = *std::move(opened);
    acceptor_ = std::make_unique<accept::Acceptor>(log_.get(), accept_options_);
    service_ = std::make_unique<IngestService>(acceptor_.get(), log_.get(), service_options_);
    grpc::ServerBuilder builder;
    int port = 0;
    builder.SetMaxReceiveMessageSize(8 << 20);
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
    channel_ = grpc::CreateChannel(Cat("127.0.0.1:", port), grpc::InsecureChannelCredentials());
    stub_ = NewStub(port, {});
    grpc::ChannelArguments narrow;
    narrow.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    narrow.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 64 << 10);
    narrow_stub_ = NewStub(port, narrow);
  }

  void Shutdown() {
    if (server_ == nullptr) return;
    server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(5));
    // Joins the thread that finished calls, before what it finished them on goes.
    acceptor_.reset();
    server_.reset();
  }

  static std::unique_ptr<v1::IngestService::Stub> NewStub(int port, const grpc::ChannelArguments& arguments) {
    return v1::IngestService::NewStub(
        grpc::CreateCustomChannel(Cat("127.0.0.1:", port), grpc::InsecureChannelCredentials(), arguments));
  }

  static v1::IngestRequest Request(std::string id, std::string body = "The plant opened.") {
    v1::IngestRequest request;
    request.mutable_article()->set_id(std::move(id));
    request.mutable_article()->set_body(std::move(body));
    return request;
  }

  std::atomic<uint64_t> free_bytes_ = 1 << 30;
  log::EmbeddedLogOptions log_options_;
  accept::AcceptorOptions accept_options_;
  IngestServiceOptions service_options_;
  std::unique_ptr<log::EmbeddedLog> log_;
  std::unique_ptr<accept::Acceptor> acceptor_;
  std::unique_ptr<IngestService> service_;
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::IngestService::Stub> stub_;
  std::unique_ptr<v1::IngestService::Stub> narrow_stub_;  // its client takes little ahead of its reads
};

TEST_F(IngestServiceTest, AStreamIsAnsweredItemByItemInOrderAndEndsAfterHalfClose) {
  Start();
  grpc::ClientContext context;
  const auto stream = stub_->Ingest(&context);
  constexpr uint64_t kItems = 2000;
  std::thread writer([&] {
    for (uint64_t i = 0; i < kItems; ++i) {
      v1::IngestRequest request = Request(Cat("a", i));
      request.set_request_id(Cat("r", i));
      ASSERT_TRUE(stream->Write(request));
    }
    stream->WritesDone();
  });
  v1::IngestResponse response;
  uint64_t next = 0;
  while (stream->Read(&response)) {
    ASSERT_EQ(response.sequence(), next);
    ASSERT_EQ(response.request_id(), Cat("r", next));
    ASSERT_TRUE(response.has_acceptance()) << response.DebugString();
    ASSERT_EQ(response.acceptance().articles(0).offset(), next);
    ++next;
  }
  writer.join();
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(next, kItems);
  EXPECT_EQ(log_->EndOffset(Partition(0)), Offset(kItems));
}

TEST_F(IngestServiceTest, ABadItemIsAnsweredWithItsFieldAndTheStreamGoesOn) {
  Start();
  grpc::ClientContext context;
  const auto stream = stub_->Ingest(&context);
  v1::IngestRequest bad_date = Request("b");
  bad_date.mutable_article()->mutable_published_time()->set_seconds(1LL << 60);
  for (const v1::IngestRequest& request : {v1::IngestRequest(), Request(""), bad_date, Request("good")}) {
    ASSERT_TRUE(stream->Write(request));
  }
  stream->WritesDone();
  std::vector<std::string> answers;
  v1::IngestResponse response;
  while (stream->Read(&response)) {
    answers.push_back(response.has_error() ? FieldOf(FromRpcStatus(response.error())).value_or("?") : "taken");
  }
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_THAT(answers, ::testing::ElementsAre("item", "article.id", "article.published_time", "taken"));
}

TEST_F(IngestServiceTest, AMessageThatDoesNotParseIsAnsweredAndTheStreamGoesOn) {
  Start();
  const auto bytes_of = [](const v1::IngestRequest& request) {
    const std::string bytes = request.SerializeAsString();
    const grpc::Slice slice(bytes);
    return grpc::ByteBuffer(&slice, 1);
  };
  std::string bad_text = Request("bad", "MARK").SerializeAsString();
  bad_text.replace(bad_text.find("MARK"), 4, "\xFF\xFE\xC0x");  // a body that is not UTF-8
  const grpc::Slice bad_slice(bad_text), cut_slice(std::string("\x12\x7F"));
  grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer> stub(channel_);
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  const auto stream = stub.PrepareCall(&context, "/factline.v1.IngestService/Ingest", &queue);
  void* tag = nullptr;
  bool ok = false;
  const auto next = [&] { return queue.Next(&tag, &ok) && ok; };
  stream->StartCall(nullptr);
  ASSERT_TRUE(next());
  std::vector<std::string> answers;
  uint64_t sequence = 0;
  for (const grpc::ByteBuffer& message : {bytes_of(Request("first")), grpc::ByteBuffer(&bad_slice, 1),
                                          grpc::ByteBuffer(&cut_slice, 1), bytes_of(Request("last"))}) {
    stream->Write(message, nullptr);
    ASSERT_TRUE(next());
    grpc::ByteBuffer answer;
    stream->Read(&answer, nullptr);
    ASSERT_TRUE(next()) << "the stream ended";
    v1::IngestResponse response;
    ASSERT_TRUE(grpc::SerializationTraits<v1::IngestResponse>::Deserialize(&answer, &response).ok());
    EXPECT_EQ(response.sequence(), sequence++);
    answers.push_back(response.has_error() ? FieldOf(FromRpcStatus(response.error())).value_or("?") : "taken");
  }
  EXPECT_THAT(answers, ::testing::ElementsAre("taken", "item", "item", "taken"));
  stream->WritesDone(nullptr);
  ASSERT_TRUE(next());
  grpc::Status status;
  stream->Finish(&status, nullptr);
  ASSERT_TRUE(next());
  EXPECT_TRUE(status.ok());
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) continue;
}

TEST_F(IngestServiceTest, ARequestIdThatIsTooLongIsNotSentBack) {
  Start();
  grpc::ClientContext context;
  const auto stream = stub_->Ingest(&context);
  v1::IngestRequest request = Request("a");
  request.set_request_id(std::string(accept::kMaxRequestIdBytes + 1, 'r'));
  ASSERT_TRUE(stream->Write(request));
  stream->WritesDone();
  v1::IngestResponse response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(FieldOf(FromRpcStatus(response.error())), "request_id");
  EXPECT_EQ(response.request_id(), "");
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(IngestServiceTest, ManyStreamsAreEachAnsweredInOrder) {
  Start();
  constexpr int kStreams = 8, kItems = 300;
  std::vector<std::thread> clients;
  for (int s = 0; s < kStreams; ++s) {
    clients.emplace_back([&, s] {
      grpc::ClientContext context;
      const auto stream = stub_->Ingest(&context);
      std::thread writer([&] {
        for (int i = 0; i < kItems; ++i) ASSERT_TRUE(stream->Write(Request(Cat("s", s), Cat("version ", i))));
        stream->WritesDone();
      });
      v1::IngestResponse response;
      uint64_t version = 0;
      while (stream->Read(&response)) ASSERT_EQ(response.acceptance().articles(0).version(), ++version);
      writer.join();
      EXPECT_TRUE(stream->Finish().ok());
      EXPECT_EQ(version, static_cast<uint64_t>(kItems));
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(log_->EndOffset(Partition(0)), Offset(kStreams * kItems));
}

TEST_F(IngestServiceTest, AClientThatNeverReadsIsSlowedDownNotBufferedFor) {
  service_options_.max_in_flight_items = 16;
  Start();
  grpc::ClientContext context;
  const auto stream = narrow_stub_->Ingest(&context);
  std::atomic<int> written = 0;
  // The answers echo the request_id, so that they fill the flow control window soon.
  std::thread writer([&] {
    const std::string body(20'000, 'x');
    for (int i = 0; i < 20'000; ++i) {
      v1::IngestRequest request = Request("a", body);
      request.set_request_id(Cat(std::string(120, 'r'), i));
      if (!stream->Write(request)) break;
      ++written;
    }
  });
  int before = -1;
  while (before != written) {
    before = written;
    absl::SleepFor(absl::Milliseconds(500));
  }
  EXPECT_LT(before, 20'000);
  context.TryCancel();
  writer.join();
  v1::IngestResponse response;
  while (stream->Read(&response)) continue;
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(IngestServiceTest, ACancelledStreamLeavesNothingBehind) {
  Start();
  for (int round = 0; round < 20; ++round) {
    grpc::ClientContext context;
    const auto stream = stub_->Ingest(&context);
    for (int i = 0; i < 50; ++i) stream->Write(Request(Cat("a", round, "-", i)));
    context.TryCancel();
    v1::IngestResponse response;
    while (stream->Read(&response)) continue;
    stream->Finish();
  }
  Shutdown();  // returns only when every call is done
}

TEST_F(IngestServiceTest, OneArticleIsTakenInAndErrorsAreTheCallsStatus) {
  Start();
  v1::IngestArticleRequest request;
  request.set_request_id("r");
  request.mutable_article()->set_id("a");
  request.mutable_article()->set_title("A plant");
  v1::IngestArticleResponse response;
  {
    grpc::ClientContext context;
    ASSERT_TRUE(stub_->IngestArticle(&context, request, &response).ok());
    EXPECT_EQ(response.acceptance().articles(0).version(), 1u);
    EXPECT_FALSE(response.acceptance().duplicate());
  }
  {
    grpc::ClientContext context;
    ASSERT_TRUE(stub_->IngestArticle(&context, request, &response).ok());
    EXPECT_TRUE(response.acceptance().duplicate());
  }
  request.mutable_article()->set_language("??");
  grpc::ClientContext context;
  const grpc::Status status = stub_->IngestArticle(&context, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(FieldOf(FromGrpc(status)), "article.language");
}

TEST_F(IngestServiceTest, DeletionsAnswerOnceAndThenNotFound) {
  Start();
  v1::IngestArticleRequest article;
  article.mutable_article()->set_id("a");
  article.mutable_article()->set_title("A plant");
  v1::IngestArticleResponse accepted;
  grpc::ClientContext context;
  ASSERT_TRUE(stub_->IngestArticle(&context, article, &accepted).ok());
  v1::DeleteArticleRequest request;
  request.set_id("a");
  v1::DeleteArticleResponse response;
  grpc::ClientContext first, second, third;
  ASSERT_TRUE(stub_->DeleteArticle(&first, request, &response).ok());
  EXPECT_EQ(response.articles(0).version(), 2u);
  EXPECT_EQ(stub_->DeleteArticle(&second, request, &response).error_code(), grpc::StatusCode::NOT_FOUND);
  request.clear_id();
  EXPECT_EQ(FieldOf(FromGrpc(stub_->DeleteArticle(&third, request, &response))), "id");
}

TEST_F(IngestServiceTest, ADeletionOnTheStreamKeepsItsPlaceAmongTheItems) {
  Start();
  grpc::ClientContext context;
  const auto stream = stub_->Ingest(&context);
  v1::IngestRequest deletion;
  deletion.set_delete_id("a");
  for (const v1::IngestRequest& request : {Request("a"), deletion, deletion, Request("a")}) {
    ASSERT_TRUE(stream->Write(request));
  }
  stream->WritesDone();
  std::vector<std::string> answers;
  v1::IngestResponse response;
  while (stream->Read(&response)) {
    answers.push_back(response.has_error() ? Cat("error ", response.error().code())
                                           : Cat("version ", response.acceptance().articles(0).version()));
  }
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_THAT(answers, ::testing::ElementsAre("version 1", "version 2", "error 5", "version 3"));
}

TEST_F(IngestServiceTest, StatusTellsOffsetsCountsAndWhyItemsAreRefused) {
  Start();
  v1::IngestArticleRequest article;
  article.mutable_article()->set_id("a");
  article.mutable_article()->set_title("A plant");
  v1::IngestArticleResponse accepted;
  grpc::ClientContext first, second, third, fourth;
  ASSERT_TRUE(stub_->IngestArticle(&first, article, &accepted).ok());
  v1::GetIngestStatusResponse status;
  ASSERT_TRUE(stub_->GetIngestStatus(&second, {}, &status).ok());
  EXPECT_TRUE(status.accepting());
  ASSERT_EQ(status.partitions_size(), 1);
  EXPECT_EQ(status.partitions(0).end_offset(), 1u);
  EXPECT_GT(status.partitions(0).newest_event_time().seconds(), 1'700'000'000);
  EXPECT_EQ(status.accepted_items(), 1u);

  free_bytes_ = 0;
  article.mutable_article()->set_id("b");
  const absl::Status refused = FromGrpc(stub_->IngestArticle(&third, article, &accepted));
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused), "DISK_NEARLY_FULL");
  EXPECT_TRUE(RetryDelayOf(refused).has_value());
  ASSERT_TRUE(stub_->GetIngestStatus(&fourth, {}, &status).ok());
  EXPECT_FALSE(status.accepting());
  EXPECT_THAT(status.refusal(), ::testing::HasSubstr("reserve"));
  EXPECT_EQ(status.rejected_items(), 1u);
}

TEST_F(IngestServiceTest, TheTraceOfACallIsKeptInItsEvents) {
  constexpr char kTraceparent[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  std::mutex mutex;
  std::vector<std::string> traced;  // guarded by mutex
  accept_options_.traced = [&](const accept::TracedAnswer& answer) {
    const std::lock_guard lock(mutex);
    traced.push_back(Cat(answer.traceparent, answer.is_deletion ? " without " : " ",
                         answer.result.ok() ? answer.result->articles(0).article_id() : "rejected"));
  };
  Start();
  v1::IngestArticleResponse accepted;
  auto send = [&](const char* id, std::vector<const char*> traceparents) {
    grpc::ClientContext context;
    for (const char* traceparent : traceparents) context.AddMetadata("traceparent", traceparent);
    v1::IngestArticleRequest request;
    request.mutable_article()->set_id(id);
    request.mutable_article()->set_title("A plant");
    EXPECT_TRUE(stub_->IngestArticle(&context, request, &accepted).ok());
  };
  send("untraced", {});
  send("invalid", {"00-0-0-01"});
  send("twice", {kTraceparent, kTraceparent});
  send("unary", {kTraceparent});
  send("unsampled", {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"});
  grpc::ClientContext context;
  context.AddMetadata("traceparent", kTraceparent);
  const auto stream = stub_->Ingest(&context);
  for (const char* id : {"first", "", "second"}) ASSERT_TRUE(stream->Write(Request(id)));
  stream->WritesDone();
  v1::IngestResponse response;
  while (stream->Read(&response)) continue;
  EXPECT_TRUE(stream->Finish().ok());
  grpc::ClientContext deleting;
  deleting.AddMetadata("traceparent", kTraceparent);
  v1::DeleteArticleRequest deletion;
  deletion.set_id("unary");
  v1::DeleteArticleResponse deleted;
  EXPECT_TRUE(stub_->DeleteArticle(&deleting, deletion, &deleted).ok());

  const auto batch = log_->Read(Partition(0), Offset(0), {});
  ASSERT_TRUE(batch.ok()) << batch.status();
  std::vector<std::string> lines;
  for (const log::Event& event : batch->events) {
    lines.push_back(Cat(event.event.article_accepted().article().id(), " ", event.event.traceparent()));
  }
  EXPECT_THAT(
      lines, ::testing::ElementsAre("untraced ", "invalid ", "twice ", Cat("unary ", kTraceparent),
                                    "unsampled 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
                                    Cat("first ", kTraceparent), Cat("second ", kTraceparent), Cat(" ", kTraceparent)));
  const std::lock_guard lock(mutex);
  EXPECT_THAT(traced, ::testing::ElementsAre(Cat(kTraceparent, " unary"), Cat(kTraceparent, " first"),
                                             Cat(kTraceparent, " rejected"), Cat(kTraceparent, " second"),
                                             Cat(kTraceparent, " without unary")));
}

TEST_F(IngestServiceTest, AStoppedAcceptorAnswersUnavailable) {
  Start();
  acceptor_->Stop();
  grpc::ClientContext context;
  const auto stream = stub_->Ingest(&context);
  ASSERT_TRUE(stream->Write(Request("a")));
  stream->WritesDone();
  v1::IngestResponse response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.error().code(), static_cast<int>(grpc::StatusCode::UNAVAILABLE));
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
}

}  // namespace
}  // namespace factline::ingest
