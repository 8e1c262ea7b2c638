#include "deploy/host/listen_address.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

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

TEST(ListenAddress, OtherMachinesAreRefusedUnlessTheOperatorSaysSo) {
  EXPECT_TRUE(CheckListenAddress("127.0.0.1:0", false).ok());
  absl::Status refused = CheckListenAddress("0.0.0.0:50051", false);
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(refused.message().find("--insecure"), absl::string_view::npos);
  EXPECT_TRUE(CheckListenAddress("0.0.0.0:50051", true).ok());
}

TEST(ListenAddress, WhatIsNoAddressIsAnInvalidArgument) {
  for (const char* in : {"", "50051", ":50051", "127.0.0.1", "127.0.0.1:http", "127.0.0.1:70000"}) {
    EXPECT_EQ(CheckListenAddress(in, true).code(), absl::StatusCode::kInvalidArgument) << in;
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
