#include "deploy/host/metrics.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "protos/vocab/cat.h"

namespace factline::host {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A connection to 127.0.0.1 at the port of `address`.
int Connect(const std::string& address) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  return fd;
}

// What an HTTP/1.0 GET of `path` answers, head and body.
std::string Get(const std::string& address, const std::string& path) {
  const int fd = Connect(address);
  std::string answer;
  const std::string request = Cat("GET ", path, " HTTP/1.0\r\n\r\n");
  if (write(fd, request.data(), request.size()) == static_cast<ssize_t>(request.size())) {
    char buffer[4096];
    for (ssize_t n; (n = read(fd, buffer, sizeof buffer)) > 0;) answer.append(buffer, static_cast<size_t>(n));
  }
  close(fd);
  return answer;
}

TEST(Metrics, ADoorShowsWhatIsCollectedAtEachLook) {
  const std::string address_file = std::filesystem::path(testing::TempDir()) / "metrics.address";
  int looks = 0;
  auto door = MetricsDoor::Open({.listen = "127.0.0.1:0", .address_file = address_file}, [&looks](MetricSink& sink) {
    sink.Counter("looks_total", "Looks.", static_cast<uint64_t>(++looks), {{"at", "a\"b\\c\nd"}});
    DurationHistogram times;
    times.Observe(absl::Milliseconds(3));
    times.Observe(absl::Minutes(1));
    sink.Histogram("times_seconds", "Times.", times.counts());
  });
  ASSERT_TRUE(door.ok()) << door.status();
  std::stringstream written;
  written << std::ifstream(address_file).rdbuf();
  EXPECT_EQ(written.str(), Cat((*door)->address(), "\n"));
  EXPECT_THAT(Get((*door)->address(), "/metrics"), HasSubstr("looks_total{at=\"a\\\"b\\\\c\\nd\"} 1"));
  const std::string second = Get((*door)->address(), "/metrics");
  EXPECT_THAT(second, HasSubstr("# TYPE looks_total counter"));
  EXPECT_THAT(second, HasSubstr("} 2"));
  EXPECT_THAT(second, HasSubstr("times_seconds_bucket{le=\"0.0025\"} 0\n"));
  EXPECT_THAT(second, HasSubstr("times_seconds_bucket{le=\"0.005\"} 1\n"));
  EXPECT_THAT(second, HasSubstr("times_seconds_bucket{le=\"10\"} 1\n"));
  EXPECT_THAT(second, HasSubstr("times_seconds_bucket{le=\"+Inf\"} 2\n"));
  EXPECT_THAT(second, HasSubstr("times_seconds_count 2\n"));
  EXPECT_THAT(Get((*door)->address(), "/other"), HasSubstr(" 404 "));
  door->reset();
  EXPECT_FALSE(std::filesystem::exists(address_file));
}

TEST(Metrics, ConnectionsThatAskForNothingHoldNobodyUpForLong) {
  const auto door = MetricsDoor::Open({.listen = "127.0.0.1:0"}, [](MetricSink&) {});
  ASSERT_TRUE(door.ok()) << door.status();
  std::vector<int> idle;
  for (int i = 0; i < 8; ++i) idle.push_back(Connect((*door)->address()));
  EXPECT_THAT(Get((*door)->address(), "/metrics"), HasSubstr(" 200 OK"));
  for (const int fd : idle) close(fd);
}

TEST(Metrics, EachFormOfLoopbackIsListenedOn) {
  for (const char* listen : {"127.0.0.1:0", "127.0.0.2:0", "localhost:0"}) {
    const auto door = MetricsDoor::Open({.listen = listen}, [](MetricSink&) {});
    EXPECT_TRUE(door.ok()) << listen << ": " << door.status();
  }
}

TEST(Metrics, WhatMayNotOrCannotBeListenedOnIsRefusedInWords) {
  struct {
    const char* listen;
    absl::StatusCode code;
    const char* words;
  } const rows[] = {
      {"0.0.0.0:0", absl::StatusCode::kFailedPrecondition, "--metrics_insecure"},
      {"example.org:0", absl::StatusCode::kFailedPrecondition, "plain HTTP without authentication"},
      {"[::1]:0", absl::StatusCode::kInvalidArgument, "IPv4"},
      {"9461", absl::StatusCode::kInvalidArgument, "HOST:PORT"},
      {"127.0.0.1:0,0.0.0.0:0", absl::StatusCode::kInvalidArgument, "HOST:PORT"},
      {"127.0.0.1:9461s", absl::StatusCode::kInvalidArgument, "HOST:PORT"},
      {"unix:/tmp/s:1", absl::StatusCode::kInvalidArgument, "HOST:PORT"},
  };
  for (const auto& row : rows) {
    const absl::Status status = MetricsDoor::Open({.listen = row.listen}, [](MetricSink&) {}).status();
    EXPECT_EQ(status.code(), row.code) << row.listen;
    EXPECT_THAT(std::string(status.message()), HasSubstr(row.words));
    EXPECT_THAT(std::string(status.message()), HasSubstr("--metrics_listen"));
  }
  const auto first = MetricsDoor::Open({.listen = "127.0.0.1:0"}, [](MetricSink&) {});
  ASSERT_TRUE(first.ok());
  const absl::Status taken = MetricsDoor::Open({.listen = (*first)->address()}, [](MetricSink&) {}).status();
  EXPECT_THAT(taken.ToString(), HasSubstr("the port is taken"));
  EXPECT_TRUE(MetricsDoor::Open({.listen = "0.0.0.0:0", .insecure = true}, [](MetricSink&) {}).ok());
}

TEST(Metrics, AProcessTellsWhatItTakes) {
  MetricSink sink;
  CollectProcess(sink);
  auto value = [&sink](const char* name) { return sink.families().at(name).samples.at(0).value; };
  EXPECT_GT(value("process_resident_memory_bytes"), 1 << 20);
  EXPECT_GE(value("process_virtual_memory_bytes"), value("process_resident_memory_bytes"));
  EXPECT_GE(value("process_open_fds"), 3);
  EXPECT_GE(value("process_max_fds"), value("process_open_fds"));
  EXPECT_GE(value("process_threads"), 1);
  EXPECT_GT(value("process_start_time_seconds"), 1e9);
  const double files_before = value("process_open_fds");
  const int fd = dup(1);
  MetricSink after;
  CollectProcess(after);
  EXPECT_EQ(after.families().at("process_open_fds").samples.at(0).value, files_before + 1);
  close(fd);
}

}  // namespace
}  // namespace factline::host
