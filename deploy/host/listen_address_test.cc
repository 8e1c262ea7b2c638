#include "deploy/host/listen_address.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "protos/vocab/cat.h"

namespace factline::host {
namespace {

TEST(ListenAddress, OnlyThisMachinesAddressesAreLoopback) {
  for (const char* in : {"127.0.0.1:0", "127.8.9.10:1", "localhost:50051", "[::1]:0", "unix:/tmp/s"}) {
    EXPECT_TRUE(IsLoopback(in)) << in;
  }
  for (const char* in : {"0.0.0.0:1", "[::]:1", "10.0.0.1:1", "127.evil.example:1", "127.0.0.1.example.com:1", "host:1",
                         "127.0.0.999:1", "*:1"}) {
    EXPECT_FALSE(IsLoopback(in)) << in;
  }
}

TEST(ListenAddress, OtherMachinesAreRefusedUntilNothingStandsOpenOrTheOperatorSaysSo) {
  struct Case {
    Defences defences;
    std::vector<std::string_view> wanted;  // what the refusal asks for; empty: none
  };
  const Case cases[] = {
      {{}, {"--tls_certificate", "--tls_key", "--access_file", "--insecure"}},
      {{.tls = true}, {"--access_file", "--insecure"}},
      {{.access_rules = true}, {"--tls_certificate", "--tls_key", "--insecure"}},
      {{.tls = true, .access_rules = true}, {}},
      {{.insecure = true}, {}},
  };
  for (const Case& c : cases) {
    EXPECT_TRUE(CheckListenAddress("127.0.0.1:0", c.defences).ok());
    const absl::Status status = CheckListenAddress("0.0.0.0:50051", c.defences);
    EXPECT_EQ(status.code(), c.wanted.empty() ? absl::StatusCode::kOk : absl::StatusCode::kFailedPrecondition);
    for (std::string_view flag : c.wanted) {
      EXPECT_NE(ToStd(status.message()).find(flag), std::string_view::npos) << status << " wants " << flag;
    }
  }
}

TEST(ListenAddress, WhatIsNoAddressIsAnInvalidArgument) {
  for (const char* in : {"", "50051", ":50051", "127.0.0.1", "127.0.0.1:http", "127.0.0.1:70000"}) {
    EXPECT_EQ(CheckListenAddress(in, {.insecure = true}).code(), absl::StatusCode::kInvalidArgument) << in;
  }
}

TEST(ListenAddress, AddressFileIsWholeAndLeavesNoTemporaryBehind) {
  std::filesystem::path directory = std::filesystem::path(testing::TempDir()) / "address_file_test";
  std::filesystem::create_directories(directory);
  std::string path = directory / "address";
  ASSERT_TRUE(WriteAddressFile(path, WithPort("127.0.0.1:0", 4711)).ok());
  std::stringstream content;
  content << std::ifstream(path).rdbuf();
  EXPECT_EQ(content.str(), "127.0.0.1:4711\n");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory), {}), 1);
}

TEST(ListenAddress, AddressFileInAMissingDirectoryIsAnErrorThatNamesIt) {
  absl::Status status = WriteAddressFile("/nonexistent/dir/address", "127.0.0.1:1");
  EXPECT_FALSE(status.ok());
  EXPECT_NE(status.message().find("/nonexistent/dir/address"), absl::string_view::npos);
}

}  // namespace
}  // namespace factline::host
