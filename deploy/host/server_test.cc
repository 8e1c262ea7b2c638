#include "deploy/host/server.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <latch>
#include <thread>

#include "absl/time/clock.h"
#include "factline/v1/query_service.grpc.pb.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpc/reflection/v1/reflection.pb.h"

namespace factline::host {
namespace {

using grpc::health::v1::HealthCheckResponse;
using grpc::reflection::v1::ServerReflectionRequest;
using grpc::reflection::v1::ServerReflectionResponse;

constexpr char kName[] = "factline.v1.QueryService";

// Answers GetServerInfo once `release` is given; the call is in flight until then.
class SlowQuery final : public v1::QueryService::CallbackService {
 public:
  grpc::ServerUnaryReactor* GetServerInfo(grpc::CallbackServerContext* context, const v1::GetServerInfoRequest*,
                                          v1::GetServerInfoResponse* response) override {
    response->set_version("slow");
    reactor = context->DefaultReactor();
    arrived.count_down();
    return reactor;
  }
  grpc::ServerUnaryReactor* reactor = nullptr;
  std::latch arrived{1};
};

struct Fixture {
  explicit Fixture(std::function<Readiness()> readiness = nullptr) {
    ServerOptions options;
    options.readiness_interval = absl::Milliseconds(5);
    auto started = Server::Start(options, {{&service, kName, std::move(readiness)}});
    EXPECT_TRUE(started.ok()) << started.status();
    server = *std::move(started);
    channel = grpc::CreateChannel(server->address(), grpc::InsecureChannelCredentials());
  }
  SlowQuery service;
  std::unique_ptr<Server> server;
  std::shared_ptr<grpc::Channel> channel;
};

// The answers to `requests`, asked one after the other on one stream.
std::vector<ServerReflectionResponse> AskV1(Fixture& fixture, const std::vector<ServerReflectionRequest>& requests) {
  auto stub = grpc::reflection::v1::ServerReflection::NewStub(fixture.channel);
  grpc::ClientContext context;
  auto stream = stub->ServerReflectionInfo(&context);
  std::vector<ServerReflectionResponse> responses;
  for (const ServerReflectionRequest& request : requests) {
    EXPECT_TRUE(stream->Write(request));
    EXPECT_TRUE(stream->Read(&responses.emplace_back()));
  }
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
  return responses;
}

ServerReflectionResponse AskV1(Fixture& fixture, const ServerReflectionRequest& request) {
  return AskV1(fixture, std::vector{request}).front();
}

// v1alpha has the same messages under another name, so that the bytes of v1's serve.
ServerReflectionResponse AskV1Alpha(Fixture& fixture, const ServerReflectionRequest& request) {
  grpc::TemplatedGenericStub<ServerReflectionRequest, ServerReflectionResponse> stub(fixture.channel);
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  auto stream = stub.PrepareCall(&context, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", &queue);
  void* tag;
  bool ok = false;
  auto next = [&] { return queue.Next(&tag, &ok) && ok; };
  ServerReflectionResponse response;
  stream->StartCall(nullptr);
  EXPECT_TRUE(next());
  stream->Write(request, nullptr);
  EXPECT_TRUE(next());
  stream->Read(&response, nullptr);
  EXPECT_TRUE(next());
  stream->WritesDone(nullptr);
  EXPECT_TRUE(next());
  grpc::Status status;
  stream->Finish(&status, nullptr);
  EXPECT_TRUE(next());
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response;
}

std::vector<std::string> ServiceNames(const ServerReflectionResponse& response) {
  std::vector<std::string> names;
  for (const auto& service : response.list_services_response().service()) names.push_back(service.name());
  return names;
}

bool Has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

TEST(ServerReflection, BothVersionsListTheServiceAndThemselves) {
  Fixture fixture;
  ServerReflectionRequest request;
  request.set_list_services("");
  for (const auto& names : {ServiceNames(AskV1(fixture, request)), ServiceNames(AskV1Alpha(fixture, request))}) {
    EXPECT_TRUE(Has(names, kName));
    EXPECT_TRUE(Has(names, "grpc.reflection.v1.ServerReflection"));
    EXPECT_TRUE(Has(names, "grpc.channelz.v1.Channelz"));
  }
}

TEST(ServerReflection, BothVersionsDescribeAMethodWithAllThatItImports) {
  Fixture fixture;
  ServerReflectionRequest request;
  request.set_file_containing_symbol("factline.v1.QueryService.Search");
  for (const auto& response : {AskV1(fixture, request), AskV1Alpha(fixture, request)}) {
    EXPECT_EQ(response.file_descriptor_response().file_descriptor_proto_size(),
              5);  // query, article, fact, timestamp, duration
  }
}

TEST(ServerReflection, DescribesHealthToo) {
  Fixture fixture;
  ServerReflectionRequest request;
  request.set_file_containing_symbol("grpc.health.v1.Health");
  EXPECT_EQ(AskV1(fixture, request).file_descriptor_response().file_descriptor_proto_size(), 1);
}

TEST(ServerReflection, UnknownSymbolIsAnErrorAnswerAndTheStreamGoesOn) {
  Fixture fixture;
  ServerReflectionRequest unknown, known;
  unknown.set_file_containing_symbol("no.such.Thing");
  known.set_file_containing_symbol("grpc.health.v1.Health");
  const auto answers = AskV1(fixture, {unknown, known, unknown});
  EXPECT_EQ(answers[0].error_response().error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_FALSE(answers[1].has_error_response());
  EXPECT_EQ(answers[1].file_descriptor_response().file_descriptor_proto_size(), 1);
  EXPECT_EQ(answers[2].error_response().error_code(), grpc::StatusCode::NOT_FOUND);
}

HealthCheckResponse::ServingStatus Health(Fixture& fixture, const std::string& service) {
  grpc::ClientContext context;
  grpc::health::v1::HealthCheckRequest request;
  request.set_service(service);
  HealthCheckResponse response;
  auto stub = grpc::health::v1::Health::NewStub(fixture.channel);
  return stub->Check(&context, request, &response).ok() ? response.status() : HealthCheckResponse::UNKNOWN;
}

TEST(ServerHealth, FollowsReadinessBothWaysForServiceAndWhole) {
  std::atomic<bool> ready = false;
  Fixture fixture([&] { return Readiness{ready, "index is not open"}; });
  EXPECT_EQ(Health(fixture, kName), HealthCheckResponse::NOT_SERVING);
  EXPECT_EQ(Health(fixture, ""), HealthCheckResponse::NOT_SERVING);

  auto stub = grpc::health::v1::Health::NewStub(fixture.channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  grpc::health::v1::HealthCheckRequest request;
  request.set_service(kName);
  auto watch = stub->Watch(&context, request);
  HealthCheckResponse seen;
  ASSERT_TRUE(watch->Read(&seen));
  EXPECT_EQ(seen.status(), HealthCheckResponse::NOT_SERVING);
  ready = true;
  ASSERT_TRUE(watch->Read(&seen));
  EXPECT_EQ(seen.status(), HealthCheckResponse::SERVING);
  ready = false;
  ASSERT_TRUE(watch->Read(&seen));
  EXPECT_EQ(seen.status(), HealthCheckResponse::NOT_SERVING);
}

TEST(ServerHealth, RetiredServerIsNotServingButStillAnswers) {
  Fixture fixture;
  EXPECT_EQ(Health(fixture, kName), HealthCheckResponse::SERVING);
  fixture.server->Retire();
  EXPECT_EQ(Health(fixture, kName), HealthCheckResponse::NOT_SERVING);
}

TEST(ServerDrain, WaitsForTheCallInFlight) {
  Fixture fixture;
  grpc::Status status;
  v1::GetServerInfoResponse response;
  std::thread caller([&] {
    grpc::ClientContext context;
    status = v1::QueryService::NewStub(fixture.channel)->GetServerInfo(&context, {}, &response);
  });
  fixture.service.arrived.wait();
  std::atomic<bool> released = false;
  std::thread finisher([&] {
    // A refused new call shows that the drain has begun while the first call is still in flight.
    auto channel = grpc::CreateChannel(fixture.server->address(), grpc::InsecureChannelCredentials());
    while (channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::milliseconds(20))) {
      channel = grpc::CreateCustomChannel(fixture.server->address(), grpc::InsecureChannelCredentials(), [] {
        grpc::ChannelArguments arguments;
        arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
        return arguments;
      }());
    }
    released = true;
    fixture.service.reactor->Finish(grpc::Status::OK);
  });
  EXPECT_TRUE(fixture.server->Drain(absl::Seconds(60)));
  EXPECT_TRUE(released);
  caller.join();
  finisher.join();
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.version(), "slow");
}

TEST(ServerDrain, CancelsWhatOutlastsTheDeadlineAndSaysSo) {
  Fixture fixture;
  auto stub = grpc::reflection::v1::ServerReflection::NewStub(fixture.channel);
  grpc::ClientContext context;
  auto stream = stub->ServerReflectionInfo(&context);
  ServerReflectionRequest request;
  request.set_list_services("");
  ServerReflectionResponse response;
  ASSERT_TRUE(stream->Write(request));
  ASSERT_TRUE(stream->Read(&response));  // and it stays open
  EXPECT_FALSE(fixture.server->Drain(absl::Milliseconds(50)));
  EXPECT_FALSE(stream->Finish().ok());
}

// A connection as a client leaves it that does not look at it: gRPC's own does so every five seconds where no call is
// in flight, so that neither the server's GOAWAY nor its ping is answered.
class IdleConnection {
 public:
  explicit IdleConnection(int port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    const std::string preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + std::string("\0\0\0\4\0\0\0\0\0", 9);  // SETTINGS
    EXPECT_EQ(write(fd_, preface.data(), preface.size()), static_cast<ssize_t>(preface.size()));
    char settings[9];  // the server's: it has taken the connection
    EXPECT_EQ(recv(fd_, settings, sizeof(settings), MSG_WAITALL), static_cast<ssize_t>(sizeof(settings)));
  }
  ~IdleConnection() { close(fd_); }

 private:
  const int fd_;
};

TEST(ServerDrain, IsNotHeldUpByAnIdleConnectionOrAWatchOfHealth) {
  Fixture fixture;
  const IdleConnection idle(fixture.server->port());
  auto stub = grpc::health::v1::Health::NewStub(fixture.channel);
  grpc::ClientContext context;
  auto watch = stub->Watch(&context, grpc::health::v1::HealthCheckRequest());
  HealthCheckResponse seen;
  ASSERT_TRUE(watch->Read(&seen));
  const absl::Time start = absl::Now();
  EXPECT_TRUE(fixture.server->Drain(absl::Seconds(30)));
  EXPECT_LT(absl::Now() - start, absl::Seconds(10));
  while (watch->Read(&seen)) continue;
  EXPECT_FALSE(watch->Finish().ok());
}

// Never says a word, or begins what it does not end.
TEST(ServerStart, AClientThatDoesNotBeginIsCutOff) {
  SlowQuery service;
  ServerOptions options;
  options.handshake_timeout = absl::Milliseconds(100);
  auto server = Server::Start(options, {{&service, kName, nullptr}});
  ASSERT_TRUE(server.ok()) << server.status();
  for (const std::string_view begun : {"", "PRI * HTTP/2.0\r\n"}) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>((*server)->port()));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    ASSERT_EQ(send(fd, begun.data(), begun.size(), 0), static_cast<ssize_t>(begun.size()));
    const timeval patience{.tv_sec = 60, .tv_usec = 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    char byte;
    ssize_t got = 1;
    while (got > 0) got = recv(fd, &byte, 1, 0);  // the server's SETTINGS, then the end
    EXPECT_TRUE(got == 0 || errno == ECONNRESET) << "still connected: " << strerror(errno);
    close(fd);
  }
}

// A stream in flight of each kind of service, while the rules that let them in go away and calls come and end.
TEST(ServerAccess, WithdrawnRulesEndStreamsWhileCallsComeAndGo) {
  const std::string rules = testing::TempDir() + "/access_rules";
  // SHA-256 of "abc".
  const std::string rule =
      "somebody admin,query sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n";
  const auto write = [&rules](const std::string& content) {
    std::ofstream(rules + ".new") << content;
    ASSERT_EQ(rename((rules + ".new").c_str(), rules.c_str()), 0);
  };
  write(rule);
  SlowQuery service;
  ServerOptions options;
  options.access_rules = {"access_file", rules};
  auto server = Server::Start(options, {{&service, kName, nullptr}});
  ASSERT_TRUE(server.ok()) << server.status();
  const auto channel = grpc::CreateChannel((*server)->address(), grpc::InsecureChannelCredentials());
  auto stub = grpc::reflection::v1::ServerReflection::NewStub(channel);
  ServerReflectionRequest request;
  request.set_list_services("");
  ServerReflectionResponse response;
  for (int round = 0; round < 2; ++round) {
    write(rule);
    std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
    decltype(stub->ServerReflectionInfo(nullptr)) stream;
    const absl::Time deadline = absl::Now() + absl::Seconds(60);
    bool is_open = false;
    while (!is_open && absl::Now() < deadline) {  // the rules are read again some time after they were written
      auto& context = *contexts.emplace_back(std::make_unique<grpc::ClientContext>());
      context.AddMetadata("authorization", "Bearer abc");
      stream = stub->ServerReflectionInfo(&context);
      is_open = stream->Write(request) && stream->Read(&response);
      EXPECT_TRUE(is_open || stream->Finish().error_code() == grpc::StatusCode::UNAUTHENTICATED);
    }
    ASSERT_TRUE(is_open);
    write("nobody query sha256:" + std::string(64, '0') + "\n");
    while (stream->Read(&response)) continue;
    EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::PERMISSION_DENIED);
    grpc::ClientContext unary;
    unary.AddMetadata("authorization", "Bearer abc");
    v1::GetServerInfoResponse info;
    EXPECT_EQ(v1::QueryService::NewStub(channel)->GetServerInfo(&unary, {}, &info).error_code(),
              grpc::StatusCode::UNAUTHENTICATED);
  }
}

// gRPC would expand it to far more than the server takes before it looked at its size, or at who sends it.
TEST(ServerLimits, ACompressedMessageIsNotTaken) {
  Fixture fixture;
  for (const auto algorithm : {GRPC_COMPRESS_GZIP, GRPC_COMPRESS_DEFLATE}) {
    grpc::ClientContext context;
    context.set_compression_algorithm(algorithm);
    v1::SearchRequest request;
    request.set_query(std::string(8 << 20, 'x'));
    v1::SearchResponse response;
    const grpc::Status status = v1::QueryService::NewStub(fixture.channel)->Search(&context, request, &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
    EXPECT_NE(status.error_message().find("Compression algorithm"), std::string::npos) << status.error_message();
  }
}

TEST(ServerLimits, AStreamBeyondTheRateIsSlowedDownAndLosesNothing) {
  SlowQuery service;
  ServerOptions options;
  options.limits.messages_per_second = 10;
  auto server = Server::Start(options, {{&service, kName, nullptr}});
  ASSERT_TRUE(server.ok()) << server.status();
  const auto channel = grpc::CreateChannel((*server)->address(), grpc::InsecureChannelCredentials());
  auto stub = grpc::reflection::v1::ServerReflection::NewStub(channel);
  grpc::ClientContext context;
  auto stream = stub->ServerReflectionInfo(&context);
  ServerReflectionRequest request;
  request.set_list_services("");
  ServerReflectionResponse response;
  const absl::Time start = absl::Now();
  for (int i = 0; i < 14; ++i) {
    ASSERT_TRUE(stream->Write(request));
    ASSERT_TRUE(stream->Read(&response));
  }
  // A second's worth goes at once, the rest at the rate; a busy machine makes it longer, never shorter.
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(350));
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
}

TEST(ServerLimits, ALimitThatLetsNobodyCallIsRefusedByName) {
  SlowQuery service;
  ServerOptions calls, streams;
  calls.limits.max_calls = 0;
  streams.max_streams_per_connection = -1;
  for (const auto& [options, want] : {std::pair(calls, "--max_client_calls=0 lets nobody call"),
                                      std::pair(streams, "--max_streams_per_connection=-1 lets nobody call")}) {
    const absl::Status status = Server::Start(options, {{&service, kName, nullptr}}).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_NE(status.message().find(want), absl::string_view::npos) << status;
  }
}

TEST(ServerStart, RefusesAnAddressThatOtherMachinesReach) {
  SlowQuery service;
  ServerOptions options;
  options.listen = "0.0.0.0:0";
  EXPECT_EQ(Server::Start(options, {{&service, kName, nullptr}}).status().code(),
            absl::StatusCode::kFailedPrecondition);
  options.insecure = true;
  EXPECT_TRUE(Server::Start(options, {{&service, kName, nullptr}}).ok());
}

TEST(ServerStart, SaysThatThePortIsTaken) {
  Fixture first;
  SlowQuery service;
  ServerOptions options;
  options.listen = first.server->address();
  auto second = Server::Start(options, {{&service, kName, nullptr}});
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.status().message().find(first.server->address()), absl::string_view::npos);
}

}  // namespace
}  // namespace factline::host
