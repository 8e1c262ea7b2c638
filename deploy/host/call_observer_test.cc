#include "deploy/host/call_observer.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <functional>
#include <thread>

#include "deploy/host/server.h"
#include "factline/v1/query_service.grpc.pb.h"
#include "protos/vocab/cat.h"

namespace factline::host {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSampled[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
constexpr char kUnsampled[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

// Answers GetServerInfo with the status that it is given.
class Query final : public v1::QueryService::CallbackService {
 public:
  grpc::ServerUnaryReactor* GetServerInfo(grpc::CallbackServerContext* context, const v1::GetServerInfoRequest*,
                                          v1::GetServerInfoResponse*) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(answer);
    return reactor;
  }
  grpc::Status answer;
};

using Metadata = std::vector<std::pair<std::string, std::string>>;

class CallObserverTest : public ::testing::Test {
 protected:
  void Start() {
    auto started = Server::Start(options_, {{&service_, "factline.v1.QueryService", nullptr}});
    ASSERT_TRUE(started.ok()) << started.status();
    server_ = *std::move(started);
    stub_ = v1::QueryService::NewStub(grpc::CreateChannel(server_->address(), grpc::InsecureChannelCredentials()));
  }

  // Calls once; what the log says of it, and the request id that came back ("" for none) into `request_id`.
  std::string LogOfCall(const Metadata& metadata = {}, std::string* request_id = nullptr) {
    testing::internal::CaptureStderr();
    grpc::ClientContext context;
    for (const auto& [name, value] : metadata) context.AddMetadata(name, value);
    v1::GetServerInfoResponse response;
    EXPECT_EQ(stub_->GetServerInfo(&context, {}, &response).error_code(), service_.answer.error_code());
    const auto& trailing = context.GetServerTrailingMetadata();
    const auto it = trailing.find("x-request-id");
    if (request_id != nullptr) {
      *request_id = it == trailing.end() ? "" : std::string(it->second.data(), it->second.size());
    }
    return testing::internal::GetCapturedStderr();
  }

  // The sample of a family with this label; null if there is none.
  static const MetricSample* Find(const MetricSink& sink, std::string_view family, std::string_view label,
                                  std::string_view value) {
    const auto it = sink.families().find(family);
    if (it == sink.families().end()) return nullptr;
    for (const MetricSample& sample : it->second.samples) {
      for (const auto& [name, text] : sample.labels) {
        if (name == label && text == value) return &sample;
      }
    }
    return nullptr;
  }

  // A call is counted when the server is done with it, which its client does not see: looks until it is.
  MetricSink CollectOnce(const std::function<bool(const MetricSink&)>& holds) const {
    const absl::Time deadline = absl::Now() + absl::Seconds(30);
    for (;;) {
      MetricSink sink;
      server_->Collect(sink);
      if (holds(sink) || absl::Now() > deadline) return sink;
      std::this_thread::yield();
    }
  }

  ServerOptions options_;
  Query service_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<v1::QueryService::Stub> stub_;
};

TEST_F(CallObserverTest, CallsAreCountedByMethodAndCodeAndTimed) {
  Start();
  LogOfCall();
  service_.answer = grpc::Status(grpc::StatusCode::NOT_FOUND, "none");
  LogOfCall();
  const MetricSink sink = CollectOnce([](const MetricSink& now) {
    const MetricSample* calls = Find(now, "factline_calls_total", "code", "NOT_FOUND");
    const MetricSample* in_flight = Find(now, "factline_calls_in_flight", "method", "GetServerInfo");
    return calls != nullptr && in_flight->value == 0;
  });
  EXPECT_EQ(Find(sink, "factline_calls_total", "code", "NOT_FOUND")->value, 1);
  EXPECT_EQ(Find(sink, "factline_calls_total", "method", "GetServerInfo")->value, 1) << "OK";
  const MetricSample* times = Find(sink, "factline_call_duration_seconds", "method", "GetServerInfo");
  ASSERT_NE(times, nullptr);
  uint64_t calls = 0;
  for (const uint64_t n : times->distribution->of_class) calls += n;
  EXPECT_EQ(calls, 2u);
  EXPECT_GT(times->distribution->sum, absl::ZeroDuration());
  EXPECT_EQ(Find(sink, "factline_calls_total", "method", "Search")->value, 0) << "there before the first call";
  EXPECT_EQ(Find(sink, "factline_gate_refused_calls_total", "reason", "ROLE_MISSING")->value, 0);
}

TEST_F(CallObserverTest, AGoodCallIsNotToldOf) {
  Start();
  std::string id;
  EXPECT_EQ(LogOfCall({}, &id), "");
  EXPECT_EQ(id, "");
  EXPECT_EQ(LogOfCall({{"traceparent", kUnsampled}}, &id), "");
  EXPECT_EQ(LogOfCall({{"x-request-id", "mine-7"}}, &id), "");
  EXPECT_EQ(id, "mine-7");
}

TEST_F(CallObserverTest, AFailedCallIsToldOfByTheIdThatItsClientGets) {
  service_.answer = grpc::Status(grpc::StatusCode::INTERNAL, "it broke");
  Start();
  std::string id;
  const std::string made = LogOfCall({}, &id);
  EXPECT_THAT(id, ContainsRegex("^[0-9a-f]{16}-[0-9a-f]+$"));
  EXPECT_THAT(made, HasSubstr("WARNING factline \"call failed\" method=/factline.v1.QueryService/GetServerInfo "
                              "code=INTERNAL ms="));
  EXPECT_THAT(made, HasSubstr(Cat(" request_id=", id, " peer=ipv4:127.0.0.1:")));
  EXPECT_THAT(made, HasSubstr(" error=\"it broke\""));
  EXPECT_THAT(LogOfCall({{"x-request-id", "mine-7"}}, &id), HasSubstr(" request_id=mine-7 "));
  EXPECT_EQ(id, "mine-7");
}

TEST_F(CallObserverTest, WhatTheClientDidWrongIsToldOfWithoutItsWords) {
  service_.answer = grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "query: \"secret plan\" has no end");
  Start();
  const std::string log = LogOfCall();
  EXPECT_THAT(log, HasSubstr("INFO factline \"call failed\""));
  EXPECT_THAT(log, HasSubstr("code=INVALID_ARGUMENT"));
  EXPECT_THAT(log, Not(HasSubstr("secret")));
}

TEST_F(CallObserverTest, WhatClientsBringAboutUsesUpNoLinesOfTheServersFaults) {
  Start();
  for (const auto code : {grpc::StatusCode::RESOURCE_EXHAUSTED, grpc::StatusCode::DEADLINE_EXCEEDED}) {
    service_.answer = grpc::Status(code, "too much");
    std::string first;
    for (int i = 0; i < 30; ++i) {
      const std::string log = LogOfCall();
      if (first.empty()) first = log;
    }
    EXPECT_THAT(first, testing::AnyOf("", HasSubstr("INFO factline \"call failed\"")))
        << "bounded with the code before";
  }
  service_.answer = grpc::Status(grpc::StatusCode::INTERNAL, "it broke");
  EXPECT_THAT(LogOfCall(), HasSubstr("WARNING factline \"call failed\""));
}

TEST_F(CallObserverTest, WhatTheGateRefusesIsCountedAndToldOfByItsReason) {
  options_.limits.messages_per_second = 1;
  Start();
  testing::internal::CaptureStderr();
  grpc::Status status;
  std::vector<std::string> ids;  // that came back with the refusal
  for (int i = 0; i < 1000 && status.ok(); ++i) {
    grpc::ClientContext context;
    v1::GetServerInfoResponse response;
    status = stub_->GetServerInfo(&context, {}, &response);
    const auto [begin, end] = context.GetServerTrailingMetadata().equal_range("x-request-id");
    for (auto it = begin; it != end; ++it) ids.emplace_back(it->second.data(), it->second.size());
  }
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(log, HasSubstr("WARNING factline \"call refused\""));
  EXPECT_THAT(log, HasSubstr(" reason=RATE_EXCEEDED "));
  ASSERT_EQ(ids.size(), 1u);
  const std::string id = Cat(" request_id=", ids[0], " ");
  EXPECT_THAT(log.substr(0, log.find("\"call failed\"")), HasSubstr(id));
  EXPECT_THAT(log.substr(log.find("\"call failed\"")), HasSubstr(id)) << "one id for both lines";
  MetricSink sink;
  server_->Collect(sink);
  EXPECT_EQ(Find(sink, "factline_gate_refused_calls_total", "reason", "RATE_EXCEEDED")->value, 1);
}

TEST_F(CallObserverTest, ARequestIdThatIsNoneIsReplaced) {
  service_.answer = grpc::Status(grpc::StatusCode::INTERNAL, "it broke");
  Start();
  for (const Metadata& metadata :
       {Metadata{{"x-request-id", "has blanks"}}, Metadata{{"x-request-id", std::string(129, 'x')}},
        Metadata{{"x-request-id", "one"}, {"x-request-id", "two"}}}) {
    std::string id;
    const std::string log = LogOfCall(metadata, &id);
    EXPECT_THAT(log, HasSubstr(Cat(" request_id=", id, " ")));
    EXPECT_THAT(id, ContainsRegex("^[0-9a-f]{16}-[0-9a-f]+$"));
  }
}

TEST_F(CallObserverTest, SlowAndTracedCallsAreToldOf) {
  Start();
  EXPECT_THAT(LogOfCall({{"traceparent", kSampled}}),
              ContainsRegex("INFO factline \"call\" method=.* trace_id=4bf92f3577b34da6a3ce929d0e0e4736"));
  server_.reset();
  options_.slow_call = absl::Nanoseconds(1);
  Start();
  EXPECT_THAT(LogOfCall(), HasSubstr("WARNING factline \"call was slow\""));
}

}  // namespace
}  // namespace factline::host
