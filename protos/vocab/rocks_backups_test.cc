#include "protos/vocab/rocks_backups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include "protos/vocab/status.h"

namespace factline {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RocksBackupsTest : public testing::Test {
 protected:
  RocksBackupsTest() {
    static int number = 0;
    root_ = Cat(testing::TempDir(), "/rocks_backups_", ++number);
    fs::remove_all(root_);
    fs::create_directories(root_);
    options_ = {.dir = Path("backups"), .disk_reserve_bytes = 0};
    db_ = OpenDb(Path("db"));
  }

  std::string Path(std::string_view name) const { return Cat(root_, "/", name); }

  static std::unique_ptr<rocksdb::DB> OpenDb(const std::string& path) {
    rocksdb::Options options;
    options.create_if_missing = true;
    options.track_and_verify_wals_in_manifest = true;
    rocksdb::DB* db = nullptr;
    const rocksdb::Status status = rocksdb::DB::Open(options, path, &db);
    EXPECT_TRUE(status.ok()) << status.ToString();
    return std::unique_ptr<rocksdb::DB>(db);
  }

  void Put(const std::string& key, const std::string& value) {
    rocksdb::WriteOptions durable;
    durable.sync = true;
    ASSERT_TRUE(db_->Put(durable, key, value).ok());
  }

  static std::string Get(rocksdb::DB& db, const std::string& key) {
    std::string value;
    const rocksdb::Status status = db.Get(rocksdb::ReadOptions(), key, &value);
    return status.ok() ? value : status.ToString();
  }

  static storage::v1::BackupRecord Record(const std::string& name) {
    storage::v1::BackupRecord record;
    record.set_name(name);
    record.set_store("log");
    return record;
  }

  std::vector<std::string> Names(const RocksBackups& backups) {
    std::vector<std::string> names;
    const auto list = backups.List();
    EXPECT_TRUE(list.ok()) << list.status();
    for (const RocksBackup& backup : *list) names.push_back(backup.record.name());
    return names;
  }

  std::string root_;
  RocksBackupsOptions options_;
  std::unique_ptr<rocksdb::DB> db_;
};

TEST_F(RocksBackupsTest, ARestoredBackupHoldsWhatWasWrittenBeforeItAndNothingThatCameAfter) {
  RocksBackups backups(options_);
  EXPECT_THAT(Names(backups), ElementsAre());
  Put("a", "1");
  const auto made = backups.Create(db_.get(), Record("first"));
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->record.store(), "log");
  EXPECT_GT(made->bytes, 0u);
  Put("a", "2");
  ASSERT_TRUE(backups.Create(db_.get(), Record("second")).ok());
  EXPECT_THAT(Names(backups), ElementsAre("first", "second"));
  for (const auto& [name, want] : {std::pair("first", "1"), std::pair("second", "2")}) {
    ASSERT_EQ(backups.Restore(name, Path(name)), absl::OkStatus());
    EXPECT_EQ(Get(*OpenDb(Path(name)), "a"), want);
  }
}

TEST_F(RocksBackupsTest, WritesGoOnWhileACopyIsMade) {
  RocksBackups backups(options_);
  std::atomic<bool> stop = false;
  std::atomic<int> written = 0;
  std::thread writer([&] {
    rocksdb::WriteOptions durable;
    durable.sync = true;
    while (!stop) {
      ASSERT_TRUE(db_->Put(durable, Cat(written.load()), std::string(10'000, 'x')).ok());
      ++written;
      written.notify_all();
    }
  });
  for (int round = 1; round <= 5; ++round) {
    while (written < 20 * round) written.wait(written);
    const int before = written;
    const std::string name = Cat("b", round);
    const auto made = backups.Create(db_.get(), Record(name));
    ASSERT_TRUE(made.ok()) << made.status();
    ASSERT_EQ(backups.Restore(name, Path(name)), absl::OkStatus());
    const auto copy = OpenDb(Path(name));
    for (int i = 0; i < before; ++i) ASSERT_EQ(Get(*copy, Cat(i)).size(), 10'000u) << i << " of " << before;
  }
  stop = true;
  writer.join();
}

TEST_F(RocksBackupsTest, TheOldestGoOnceANewOneIsWhole) {
  options_.keep = 2;
  RocksBackups backups(options_);
  for (const char* name : {"a", "b", "c"}) {
    Put("key", name);
    ASSERT_TRUE(backups.Create(db_.get(), Record(name)).ok());
  }
  EXPECT_THAT(Names(backups), ElementsAre("b", "c"));
  EXPECT_EQ(backups.Create(db_.get(), Record("c")).status().code(), absl::StatusCode::kAlreadyExists);
  const absl::Status gone = backups.Restore("a", Path("a"));
  EXPECT_EQ(gone.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(gone.message()), HasSubstr("there is b, c"));
}

TEST_F(RocksBackupsTest, ADirectoryIsOfOneStoreAlone) {
  RocksBackups backups(options_);
  storage::v1::BackupRecord record = Record("nightly");
  record.add_partitions()->set_partition(0);
  record.add_partitions()->set_partition(1);
  ASSERT_TRUE(backups.Create(db_.get(), record).ok());

  const std::unique_ptr<rocksdb::DB> other = OpenDb(Path("other"));
  storage::v1::BackupRecord of_other = Record("nightly");
  of_other.add_partitions()->set_partition(2);
  const absl::Status refused = backups.Create(other.get(), of_other).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(ToStd(refused.message()), HasSubstr("has backups of partition 0, and this store is of partition 2"));

  of_other.set_name("later");
  of_other.mutable_partitions(0)->set_partition(1);
  EXPECT_TRUE(backups.Create(other.get(), of_other).ok()) << "a store restored elsewhere goes on with its backups";
  EXPECT_THAT(Names(backups), ElementsAre("nightly", "later"));
}

TEST_F(RocksBackupsTest, ANameIsNoPath) {
  RocksBackups backups(options_);
  for (const std::string& name : {std::string(""), std::string("../up"), std::string("a/b"), std::string(".hidden"),
                                  std::string("two words"), std::string(65, 'a'), std::string("a\0b", 3)}) {
    EXPECT_EQ(FieldOf(backups.Create(db_.get(), Record(name)).status()), "name") << name;
  }
  EXPECT_FALSE(fs::exists(options_.dir)) << "nothing is made for a wrong name";
  EXPECT_EQ(RocksBackups::CheckName("2024-03-24.before_upgrade"), absl::OkStatus());
}

TEST_F(RocksBackupsTest, NoBackupIsBegunThatTheDiskHasNoRoomForAndFilesThatAreThereCountOnce) {
  Put("key", std::string(100'000, 'x'));
  uint64_t free = 50'000;
  options_.disk_reserve_bytes = 10'000;
  options_.free_bytes = [&free](const std::string&) { return free; };
  RocksBackups backups(options_);
  const absl::Status refused = backups.Create(db_.get(), Record("a")).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted) << refused;
  EXPECT_EQ(ReasonOf(refused), "DISK_NEARLY_FULL");
  EXPECT_THAT(Names(backups), ElementsAre());
  free = 64 << 20;
  ASSERT_TRUE(backups.Create(db_.get(), Record("a")).ok());
  free = 50'000;  // the table file of "a" does not count again
  EXPECT_EQ(backups.Create(db_.get(), Record("b")).status(), absl::OkStatus());
}

TEST_F(RocksBackupsTest, ADamagedFileIsFoundByItsChecksum) {
  RocksBackups backups(options_);
  Put("key", std::string(100'000, 'x'));
  ASSERT_TRUE(backups.Create(db_.get(), Record("a")).ok());
  for (const auto& file : fs::directory_iterator(fs::path(options_.dir) / "shared_checksum")) {
    std::fstream bytes(file.path(), std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(200);
    bytes.put('\x55');
  }
  const absl::Status status = backups.Restore("a", Path("a"));
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  EXPECT_FALSE(fs::exists(Path("a/CURRENT"))) << "it does not open";
}

TEST_F(RocksBackupsTest, NothingIsRestoredOverFiles) {
  RocksBackups backups(options_);
  ASSERT_TRUE(backups.Create(db_.get(), Record("a")).ok());
  fs::create_directories(Path("full"));
  std::ofstream(Path("full/mine")) << "kept";
  EXPECT_EQ(backups.Restore("a", Path("full")).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(std::distance(fs::directory_iterator(Path("full")), fs::directory_iterator()), 1);
}

TEST_F(RocksBackupsTest, AfterStopNoneBegins) {
  RocksBackups backups(options_);
  backups.Stop();
  EXPECT_EQ(backups.Create(db_.get(), Record("a")).status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace factline
