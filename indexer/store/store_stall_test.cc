// What waits for whom while the disk hangs.
#include <gtest/gtest.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <condition_variable>
#include <future>
#include <mutex>

#include "indexer/store/store_test_util.h"

namespace factline::store {
namespace {

using testing::Batch;
using testing::Check;
using testing::MakeDocument;
using testing::Must;
using testing::Put;
using testing::SmallWriter;
using testing::TempDir;

// A file system whose write-ahead log can be made to hang in a sync.
class HangingDisk final : public rocksdb::FileSystemWrapper {
 public:
  HangingDisk() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "HangingDisk"; }

  void Hang() {
    const std::lock_guard lock(mutex_);
    hangs_ = true;
  }
  void AwaitHanging() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return hanging_ > 0; });
  }
  void GoOn() {
    const std::lock_guard lock(mutex_);
    hangs_ = false;
    changed_.notify_all();
  }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    std::unique_ptr<rocksdb::FSWritableFile> inner;
    const rocksdb::IOStatus status = target()->NewWritableFile(path, options, &inner, debug);
    if (status.ok()) *file = std::make_unique<File>(this, std::move(inner));
    return status;
  }

 private:
  class File final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    File(HangingDisk* disk, std::unique_ptr<rocksdb::FSWritableFile>&& inner)
        : FSWritableFileOwnerWrapper(std::move(inner)), disk_(disk) {}
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
      disk_->Wait();
      return FSWritableFileOwnerWrapper::Sync(options, debug);
    }

   private:
    HangingDisk* const disk_;
  };

  void Wait() {
    std::unique_lock lock(mutex_);
    ++hanging_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !hangs_; });
    --hanging_;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool hangs_ = false;
  int hanging_ = 0;
};

// Info from another thread: its answer, or DEADLINE_EXCEEDED where it waits for somebody.
absl::StatusOr<IndexInfo> InfoAtOnce(const Writer& writer, std::vector<std::future<absl::StatusOr<IndexInfo>>>* late) {
  std::future<absl::StatusOr<IndexInfo>> info = std::async(std::launch::async, [&writer] { return writer.Info(); });
  if (info.wait_for(std::chrono::seconds(20)) == std::future_status::ready) return info.get();
  late->push_back(std::move(info));  // its end is waited for when nothing is held up any more
  return absl::DeadlineExceededError("Info waits");
}

TEST(StoreStallTest, InfoDoesNotWaitForACommitThatWaitsForTheDisk) {
  auto disk = std::make_shared<HangingDisk>();
  const std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(disk);
  TempDir dir;
  WriterOptions options = SmallWriter(dir.path());
  options.env = env.get();
  const auto writer = Must(Writer::Open(options));
  Check(writer->Commit(Batch(Put(MakeDocument("a", 1, "t", "x"))), Offset(1)));

  std::vector<std::future<absl::StatusOr<IndexInfo>>> late;
  disk->Hang();
  std::future<absl::Status> commit = std::async(
      std::launch::async, [&] { return writer->Commit(Batch(Put(MakeDocument("b", 1, "t", "y"))), Offset(2)); });
  disk->AwaitHanging();
  const absl::StatusOr<IndexInfo> info = InfoAtOnce(*writer, &late);
  EXPECT_EQ(commit.wait_for(std::chrono::seconds(0)), std::future_status::timeout) << "the commit did not hang";
  disk->GoOn();
  EXPECT_TRUE(commit.get().ok());
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_EQ(info->live_docs, 1u) << "as of the last commit";
  EXPECT_EQ(Must(writer->Info()).live_docs, 2u);
}

TEST(StoreStallTest, InfoDoesNotWaitForAMerge) {
  TempDir dir;
  WriterOptions options = SmallWriter(dir.path());
  const Writer* asked = nullptr;
  std::vector<std::future<absl::StatusOr<IndexInfo>>> late;
  std::vector<std::string> points;
  options.after_merge_point = [&](std::string_view point) {
    points.emplace_back(point);
    const absl::StatusOr<IndexInfo> info = InfoAtOnce(*asked, &late);
    EXPECT_TRUE(info.ok()) << point << ": " << info.status();
    return absl::OkStatus();
  };
  const auto writer = Must(Writer::Open(options));
  asked = writer.get();
  for (uint64_t i = 1; i <= 4; ++i) {
    Check(writer->Commit(Batch(Put(MakeDocument("a" + std::to_string(i), 1, "t", "x"))), Offset(i)));
  }
  EXPECT_TRUE(Must(writer->MergeOnce()));
  EXPECT_TRUE(Must(writer->MergeOnce()));
  EXPECT_EQ(points, (std::vector<std::string>{"started", "written", "ingested", "flipped", "dropped"}));
}

}  // namespace
}  // namespace factline::store
