// What happens when the disk of the log, or that of the index, is full or broken: on small file systems of their own.

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"
#include "tests/harness/cluster.h"
#include "tests/harness/ingest_client.h"
#include "tests/harness/news.h"

namespace factline {
namespace {

using harness::Role;
using harness::Within;

// Mounts a tmpfs of `megabytes` at `folder`, in a mount namespace that ends with this process. False where that needs
// rights that the test has not.
bool MountSmallDisk(const std::string& folder, int megabytes) {
  static const bool own_namespace =
      unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  std::filesystem::create_directories(folder);
  return own_namespace && mount("tmpfs", folder.c_str(), "tmpfs", 0, Cat("size=", megabytes, "m").c_str()) == 0;
}

// Takes up the file system's room down to `left` bytes.
void WriteBallast(const std::string& file, uint64_t left_bytes) {
  std::ofstream out(file, std::ios::binary | std::ios::app);
  const std::string block(64 << 10, 'x');
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  while (std::filesystem::space(folder).available > left_bytes + block.size()) out << block << std::flush;
}

v1::IngestRequest Item(uint64_t n) {
  return harness::Request(harness::MakeArticle(n, {.body_bytes = 20'000}), Cat("r", n));
}

TEST(DiskFullTest, TheIngestorRefusesInTimeLosesNothingAndGoesOnWhenThereIsRoom) {
  harness::Cluster cluster({.data_dir = harness::NewFolder("log_full"),
                            .ingestor_flags = {"--min_free_bytes=20MiB", "--log_write_buffer=8MiB"}});
  const std::string disk = cluster.data_dir() + "/log";
  if (!MountSmallDisk(disk, 160)) GTEST_SKIP() << "may not mount a tmpfs here: " << std::strerror(errno);
  ASSERT_EQ(cluster.Start(), absl::OkStatus());
  ASSERT_TRUE(harness::SendAll(cluster.ingest(), {Item(0)}).ok());
  WriteBallast(disk + "/ballast", 40'000'000);

  // 100 MB do not fit: at some point every item is refused, with words that say when to come again.
  std::vector<std::string> accepted = {"n0"};
  uint64_t end = 0;
  absl::Status refusal;
  for (uint64_t n = 1; n < 5000 && refusal.ok(); n += 50) {
    std::vector<v1::IngestRequest> items;
    for (uint64_t i = n; i < n + 50; ++i) items.push_back(Item(i));
    const auto responses = harness::SendAll(cluster.ingest(), items);
    ASSERT_TRUE(responses.ok()) << responses.status();
    for (size_t i = 0; i < responses->size(); ++i) {
      const v1::IngestResponse& response = (*responses)[i];
      if (response.has_acceptance()) {
        accepted.push_back(response.acceptance().articles(0).article_id());
        end = response.acceptance().articles(0).offset() + 1;
      } else {
        refusal = FromRpcStatus(response.error());
      }
    }
  }
  EXPECT_EQ(refusal.code(), absl::StatusCode::kResourceExhausted) << refusal;
  EXPECT_EQ(ReasonOf(refusal), "DISK_NEARLY_FULL");
  EXPECT_TRUE(RetryDelayOf(refusal).has_value());
  ASSERT_TRUE(cluster.process(Role::kIngestor).running());

  v1::GetIngestStatusResponse status;
  ASSERT_TRUE(cluster.ingest().GetIngestStatus(Within(absl::Seconds(10)).get(), {}, &status).ok());
  EXPECT_FALSE(status.accepting());
  EXPECT_FALSE(status.refusal().empty());

  // What was acknowledged is there, also after a restart on the full disk.
  ASSERT_EQ(cluster.Start(Role::kIngestor), absl::OkStatus());
  ASSERT_EQ(cluster.AwaitVisible(end), absl::OkStatus());
  for (const std::string& id : accepted) {
    v1::GetArticleRequest request;
    request.set_id(id);
    v1::GetArticleResponse article;
    ASSERT_TRUE(cluster.query().GetArticle(Within(absl::Seconds(10)).get(), request, &article).ok()) << id;
  }

  std::filesystem::remove(disk + "/ballast");
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  absl::Status again = absl::UnknownError("not tried");
  while (!again.ok() && absl::Now() < deadline) {  // each try says by itself when the next may succeed
    const auto responses = harness::SendAllPersistently(cluster.ingest(), {Item(1'000'000)});
    ASSERT_TRUE(responses.ok()) << responses.status();
    again = FromRpcStatus((*responses)[0].error());
  }
  EXPECT_EQ(again, absl::OkStatus());
}

TEST(DiskFullTest, TheIndexerWaitsForRoomWhileQueriesAreAnsweredAndThenCatchesUp) {
  harness::Cluster cluster({.data_dir = harness::NewFolder("index_full"),
                            .indexer_flags = {"--min_free_bytes=30MiB", "--index_write_buffer=8MiB"}});
  const std::string disk = cluster.data_dir() + "/index";
  if (!MountSmallDisk(disk, 400)) GTEST_SKIP() << "may not mount a tmpfs here: " << std::strerror(errno);
  ASSERT_EQ(cluster.Start(), absl::OkStatus());
  const auto first = harness::SendAll(cluster.ingest(), {Item(0)});
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_EQ(cluster.AwaitVisible((*first)[0].acceptance().articles(0).offset() + 1), absl::OkStatus());
  WriteBallast(disk + "/ballast", 25'000'000);

  std::vector<v1::IngestRequest> items;
  for (uint64_t n = 1; n <= 100; ++n) items.push_back(Item(n));
  const auto responses = harness::SendAll(cluster.ingest(), items);
  ASSERT_TRUE(responses.ok()) << responses.status();
  const uint64_t end = responses->back().acceptance().articles(0).offset() + 1;

  // The indexer says that it waits, and for what.
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  v1::GetLagResponse lag;
  do {
    ASSERT_TRUE(cluster.admin().GetLag(Within(absl::Seconds(10)).get(), {}, &lag).ok());
  } while (lag.stall().empty() && absl::Now() < deadline);
  EXPECT_FALSE(lag.progressing());
  EXPECT_NE(lag.stall(), "");
  EXPECT_LT(lag.indexed_offset(), end);
  v1::GetArticleRequest request;
  request.set_id("n0");
  v1::GetArticleResponse article;
  EXPECT_TRUE(cluster.query().GetArticle(Within(absl::Seconds(10)).get(), request, &article).ok());

  std::filesystem::remove(disk + "/ballast");
  EXPECT_EQ(cluster.AwaitVisible(end), absl::OkStatus());
}

// A write that fails ends the ingestor: whether its bytes are in the log is known only once it is opened anew.
TEST(DiskErrorTest, TheIngestorEndsWithTheReasonAndLosesNothingThatItAcknowledged) {
  harness::Cluster cluster({.data_dir = harness::NewFolder("log_error")});
  ASSERT_EQ(cluster.Start(Role::kIngestor), absl::OkStatus());
  ASSERT_TRUE(harness::SendAll(cluster.ingest(), {Item(0)}).ok());
  // From here on no file of the process grows beyond this: the log's next writes get EFBIG.
  const rlimit limit{1 << 20, 1 << 20};
  ASSERT_EQ(prlimit(cluster.process(Role::kIngestor).pid(), RLIMIT_FSIZE, &limit, nullptr), 0) << std::strerror(errno);

  std::vector<std::string> accepted = {"n0"};
  bool failed = false;
  for (uint64_t n = 1; n < 200 && !failed; ++n) {
    const auto responses = harness::SendAll(cluster.ingest(), {Item(n)});
    failed = !responses.ok() || !(*responses)[0].has_acceptance();
    if (!failed) accepted.push_back(Cat("n", n));
  }
  EXPECT_TRUE(failed) << "4 MB went into files of 1 MiB";
  const absl::StatusOr<int> status = cluster.process(Role::kIngestor).Wait(absl::Seconds(60));
  ASSERT_TRUE(status.ok()) << status.status();
  EXPECT_EQ(*status, 1);
  std::ifstream log(Cat(cluster.data_dir(), ".ingestor.log"));
  std::string last;
  for (std::string line; std::getline(log, line);) last = line;
  EXPECT_NE(last.find("ERROR"), std::string::npos) << last;
  EXPECT_NE(last.find("File too large"), std::string::npos) << last;

  ASSERT_EQ(cluster.Start(), absl::OkStatus());
  auto again = harness::SendAll(cluster.ingest(), {Item(1'000'000)});
  if (absl::IsUnavailable(again.status())) {  // the stream may still find the ended process's connection
    again = harness::SendAll(cluster.ingest(), {Item(1'000'000)});
  }
  ASSERT_TRUE(again.ok()) << again.status();
  ASSERT_EQ(cluster.AwaitVisible((*again)[0].acceptance().articles(0).offset() + 1), absl::OkStatus());
  for (const std::string& id : accepted) {
    v1::GetArticleRequest request;
    request.set_id(id);
    v1::GetArticleResponse article;
    EXPECT_TRUE(cluster.query().GetArticle(Within(absl::Seconds(10)).get(), request, &article).ok()) << id;
  }
}

}  // namespace
}  // namespace factline
