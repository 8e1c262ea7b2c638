#include "ingest/log/log_service.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/support/server_interceptor.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>

#include "ingest/log/remote_reader.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"

namespace factline::log {
namespace {

using storage::v1::TailRequest;
using storage::v1::TailResponse;

// Counts the messages that the server begins to send on the first call it takes.
class SendCounter final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit SendCounter(std::atomic<int>* first_call) : first_call_(first_call) {}

  grpc::experimental::Interceptor* CreateServerInterceptor(grpc::experimental::ServerRpcInfo*) override {
    return new Interceptor(calls_++ == 0 ? first_call_ : &others_);
  }

 private:
  class Interceptor final : public grpc::experimental::Interceptor {
   public:
    explicit Interceptor(std::atomic<int>* count) : count_(count) {}
    void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
      *count_ += methods->QueryInterceptionHookPoint(grpc::experimental::InterceptionHookPoints::PRE_SEND_MESSAGE);
      methods->Proceed();
    }

   private:
    std::atomic<int>* const count_;
  };

  std::atomic<int>* const first_call_;
  std::atomic<int> others_ = 0;
  std::atomic<int> calls_ = 0;
};

class LogServiceTest : public ::testing::Test {
 protected:
  LogServiceTest() {
    const char* tmp = std::getenv("TEST_TMPDIR");
    options_.path =
        Cat(tmp != nullptr ? tmp : "/tmp", "/", ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(options_.path);
    options_.disk_reserve_bytes = 0;
    options_.maintenance_interval = absl::ZeroDuration();
    options_.write_buffer_bytes = 4 << 20;
  }

  ~LogServiceTest() override { Shutdown(); }

  void Open() {
    auto opened = EmbeddedLog::Open(options_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    log_ = *std::move(opened);
  }

  void Serve(LogServiceOptions service_options = {}, int port = 0) {
    service_ = std::make_unique<LogService>(log_.get(), service_options);
    grpc::ServerBuilder builder;
    builder.AddListeningPort(Cat("127.0.0.1:", port), grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(service_.get());
    std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> interceptors;
    interceptors.push_back(std::make_unique<SendCounter>(&sends_of_first_call_));
    builder.experimental().SetInterceptorCreators(std::move(interceptors));
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
    if (channel_ == nullptr) {
      grpc::ChannelArguments arguments;
      arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 100);
      arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
      channel_ = grpc::CreateCustomChannel(Cat("127.0.0.1:", port_), grpc::InsecureChannelCredentials(), arguments);
    }
  }

  void Shutdown() {
    if (server_ == nullptr) return;
    service_->Stop();
    server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(5));
    server_.reset();
    service_.reset();
  }

  void Append(int count, size_t bytes = 4) {
    for (int i = 0; i < count; ++i) {
      AppendBatch batch;
      const Offset end = log_->EndOffset(Partition(0));
      storage::v1::LogEvent event;
      event.mutable_accepted_time()->set_seconds(1700000000);
      event.mutable_article_deleted()->set_version(end.value());
      event.mutable_article_deleted()->set_article_id(std::string(bytes, 'x'));
      batch.events.push_back({Partition(0), end, event});
      ASSERT_TRUE(log_->Append(batch).ok());
    }
  }

  // Reads `count` events with `reader` and checks that they are dense from `from` on.
  void ExpectEvents(Reader* reader, uint64_t from, uint64_t count) {
    const absl::Time deadline = absl::Now() + absl::Seconds(30);
    for (uint64_t next = from; next < from + count;) {
      ASSERT_LT(absl::Now(), deadline);
      const auto batch = reader->Read(Partition(0), Offset(next), {.wait = absl::Milliseconds(200)});
      if (!batch.ok()) {
        ASSERT_EQ(batch.status().code(), absl::StatusCode::kUnavailable) << batch.status();
        continue;
      }
      for (const Event& event : batch->events) {
        ASSERT_EQ(event.offset, Offset(next));
        ASSERT_EQ(event.event.article_deleted().version(), next);
        ++next;
      }
    }
  }

  absl::Status ReadUntilError(Reader* reader, Offset from) {
    const absl::Time deadline = absl::Now() + absl::Seconds(30);
    while (absl::Now() < deadline) {
      const auto batch = reader->Read(Partition(0), from, {.wait = absl::Milliseconds(200)});
      if (!batch.ok() && batch.status().code() != absl::StatusCode::kUnavailable) return batch.status();
    }
    return absl::OkStatus();
  }

  EmbeddedLogOptions options_;
  std::unique_ptr<EmbeddedLog> log_;
  std::atomic<int> sends_of_first_call_ = 0;
  std::unique_ptr<LogService> service_;
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  int port_ = 0;
};

TEST_F(LogServiceTest, TailGivesEventsFromAnOffsetAndThenNewOnes) {
  Open();
  Append(10);
  Serve();
  RemoteReader reader(channel_, {});
  ExpectEvents(&reader, 4, 6);
  Append(3);
  ExpectEvents(&reader, 10, 3);
}

TEST_F(LogServiceTest, ARemoteReaderMayGoBack) {
  Open();
  Append(10);
  Serve();
  RemoteReader reader(channel_, {});
  ExpectEvents(&reader, 5, 5);
  ExpectEvents(&reader, 0, 10);
}

TEST_F(LogServiceTest, AReaderThatGoesBackKnowsNoEndBeforeTheLogSaysOne) {
  Open();
  Append(10);
  Serve();
  RemoteReader reader(channel_, {});
  ExpectEvents(&reader, 5, 5);
  const auto batch = reader.Read(Partition(0), Offset(0), {.wait = absl::ZeroDuration()});
  EXPECT_TRUE(!batch.ok() || batch->end_offset == Offset(10));
}

TEST_F(LogServiceTest, PastTheEndIsOutOfRange) {
  Open();
  Append(2);
  Serve();
  RemoteReader reader(channel_, {});
  EXPECT_EQ(ReadUntilError(&reader, Offset(3)).code(), absl::StatusCode::kOutOfRange);
  ExpectEvents(&reader, 0, 2);
}

TEST_F(LogServiceTest, DroppedEventsAreOutOfRangeWithAReason) {
  options_.range_bytes = 1;
  options_.retention_age = absl::Seconds(1);
  Open();
  Append(5);
  ASSERT_TRUE(log_->RunMaintenance().ok());
  Serve();
  RemoteReader reader(channel_, {});
  const absl::Status status = ReadUntilError(&reader, Offset(0));
  EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(ReasonOf(status), "EVENTS_DROPPED");
}

TEST_F(LogServiceTest, AnUnknownPartitionIsAnError) {
  Open();
  Serve();
  RemoteReader reader(channel_, {});
  absl::Status status;
  for (int i = 0; i < 100 && status.code() != absl::StatusCode::kInvalidArgument; ++i) {
    status = reader.Read(Partition(7), Offset(0), {.wait = absl::Milliseconds(100)}).status();
  }
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
}

TEST_F(LogServiceTest, ProgressOfANamedConsumerReachesTheLog) {
  Open();
  Append(5);
  Serve({.heartbeat = absl::Milliseconds(20)});
  RemoteReader reader(channel_, {.consumer = "indexer"});
  ExpectEvents(&reader, 0, 5);
  reader.ReportConsumed(Partition(0), Offset(4));
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (log_->Consumed("indexer", Partition(0)) != Offset(4)) {
    ASSERT_LT(absl::Now(), deadline);
    absl::SleepFor(absl::Milliseconds(5));
  }
}

TEST_F(LogServiceTest, HeartbeatsComeWithoutEvents) {
  Open();
  Append(1);
  Serve({.heartbeat = absl::Milliseconds(20)});
  grpc::ClientContext context;
  const auto stream = storage::v1::LogService::NewStub(channel_)->Tail(&context);
  TailRequest request;
  request.set_from_offset(1);
  ASSERT_TRUE(stream->Write(request));
  TailResponse response;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(response.events_size(), 0);
    EXPECT_EQ(response.end_offset(), 1u);
  }
  context.TryCancel();
  stream->Finish();
}

TEST_F(LogServiceTest, ASlowReaderHasOneResponseOutstandingAndHoldsNobodyUp) {
  Open();
  Append(200, 100'000);
  Serve({.max_bytes = 256 << 10});
  grpc::ClientContext slow_context;
  grpc::ChannelArguments narrow;  // takes little ahead of its reads
  narrow.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  narrow.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 64 << 10);
  const auto slow_stub = storage::v1::LogService::NewStub(
      grpc::CreateCustomChannel(Cat("127.0.0.1:", port_), grpc::InsecureChannelCredentials(), narrow));
  const auto slow = slow_stub->Tail(&slow_context);
  ASSERT_TRUE(slow->Write(TailRequest()));  // and never reads
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (sends_of_first_call_ == 0 && absl::Now() < deadline) absl::SleepFor(absl::Milliseconds(2));
  RemoteReader reader(channel_, {.read_ahead_bytes = 1 << 20});
  ExpectEvents(&reader, 0, 200);
  EXPECT_GE(sends_of_first_call_, 1);
  EXPECT_LE(sends_of_first_call_, 4) << "a hundred responses were there to be sent";
  slow_context.TryCancel();
  slow->Finish();
}

TEST_F(LogServiceTest, ASmallReadAheadLosesNothing) {
  Open();
  Append(60, 50'000);
  Serve({.max_bytes = 100'000});
  RemoteReader reader(channel_, {.read_ahead_bytes = 1});
  ExpectEvents(&reader, 0, 60);
}

TEST_F(LogServiceTest, AReaderComesBackByItselfAfterTheIngestorDid) {
  Open();
  Append(5);
  Serve();
  RemoteReader reader(channel_, {});
  ExpectEvents(&reader, 0, 5);
  const int port = port_;
  Shutdown();
  absl::Status status;
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (status.ok() && absl::Now() < deadline) {
    status = reader.Read(Partition(0), Offset(5), {.wait = absl::Milliseconds(50)}).status();
  }
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  Append(5);
  Serve({}, port);
  ExpectEvents(&reader, 5, 5);
}

TEST_F(LogServiceTest, TooManyTailsAreRefused) {
  Open();
  Serve({.max_tails = 1});
  grpc::ClientContext first_context, second_context;
  const auto stub = storage::v1::LogService::NewStub(channel_);
  const auto first = stub->Tail(&first_context);
  ASSERT_TRUE(first->Write(TailRequest()));
  TailResponse response;
  ASSERT_TRUE(first->Read(&response));
  const auto second = stub->Tail(&second_context);
  second->Write(TailRequest());
  EXPECT_FALSE(second->Read(&response));
  EXPECT_EQ(second->Finish().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  first_context.TryCancel();
  first->Finish();
}

// Opens a tail as `consumer`. What it answers first: OK once it has sent a response.
class TailCall {
 public:
  TailCall(const std::shared_ptr<grpc::Channel>& channel, const std::string& consumer, uint32_t partition = 0)
      : stream_(storage::v1::LogService::NewStub(channel)->Tail(&context_)) {
    TailRequest request;
    request.set_consumer(consumer);
    request.set_partition(partition);
    stream_->Write(request);
    TailResponse response;
    if (!stream_->Read(&response)) first_ = FromGrpc(stream_->Finish());
  }
  ~TailCall() { End(); }

  const absl::Status& first() const { return first_; }
  void End() {
    if (!first_.ok() || ended_) return;
    ended_ = true;
    context_.TryCancel();
    for (TailResponse response; stream_->Read(&response);) continue;
    stream_->Finish();
  }

 private:
  grpc::ClientContext context_;
  const std::unique_ptr<grpc::ClientReaderWriter<TailRequest, TailResponse>> stream_;
  absl::Status first_;
  bool ended_ = false;
};

TEST_F(LogServiceTest, ASecondReaderUnderOneNameIsRefusedUntilTheFirstHasGone) {
  options_.partitions = 2;
  Open();
  Serve();
  TailCall first(channel_, "indexer");
  ASSERT_EQ(first.first(), absl::OkStatus());
  const absl::Status refused = TailCall(channel_, "indexer").first();
  EXPECT_EQ(refused.code(), absl::StatusCode::kAlreadyExists) << refused;
  EXPECT_EQ(ReasonOf(refused), "CONSUMER_NAME_TAKEN");
  EXPECT_EQ(TailCall(channel_, "indexer", 1).first(), absl::OkStatus()) << "another partition is another index";
  EXPECT_EQ(TailCall(channel_, "replica").first(), absl::OkStatus());
  EXPECT_EQ(TailCall(channel_, "").first(), absl::OkStatus()) << "progress that does not count has no name";
  first.End();
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  absl::Status again = refused;
  while (!again.ok() && absl::Now() < deadline) again = TailCall(channel_, "indexer").first();
  EXPECT_EQ(again, absl::OkStatus());
}

TEST_F(LogServiceTest, ARefusedReaderSaysWhyAndTakesOverFromADeadOne) {
  Open();
  Append(3);
  Serve();
  auto first = std::make_unique<RemoteReader>(channel_, RemoteReaderOptions{.consumer = "indexer"});
  ExpectEvents(first.get(), 0, 3);
  RemoteReader second(channel_, {.consumer = "indexer"});
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  absl::Status refused;
  while (refused.message().find("as 'indexer'") == absl::string_view::npos && absl::Now() < deadline) {
    refused = second.Read(Partition(0), Offset(0), {.wait = absl::Milliseconds(20)}).status();
  }
  EXPECT_EQ(refused.code(), absl::StatusCode::kUnavailable) << refused;
  EXPECT_NE(refused.message().find("as 'indexer'"), absl::string_view::npos) << refused;
  first.reset();
  ExpectEvents(&second, 0, 3);
}

TEST_F(LogServiceTest, StopEndsOpenTails) {
  Open();
  Serve();
  grpc::ClientContext context;
  const auto stream = storage::v1::LogService::NewStub(channel_)->Tail(&context);
  ASSERT_TRUE(stream->Write(TailRequest()));
  TailResponse response;
  ASSERT_TRUE(stream->Read(&response));
  service_->Stop();
  while (stream->Read(&response)) continue;
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace factline::log
