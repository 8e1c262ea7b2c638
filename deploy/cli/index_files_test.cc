#include "deploy/cli/index_files.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <set>
#include <string>

#include "indexer/store/writer.h"
#include "protos/vocab/status.h"

namespace factline::cli {
namespace {

namespace fs = std::filesystem;

store::IndexVersions Versions(const std::string& extractor) {
  return {.analyzer_version = "analyser 1", .extractor_version = extractor};
}

class IndexFilesTest : public testing::Test {
 protected:
  IndexFilesTest() {
    fs::remove_all(files_.data_dir);
    fs::create_directories(files_.data_dir);
  }

  static void MakeIndex(const fs::path& dir, const std::string& extractor) {
    auto writer = store::Writer::Open({.index_dir = dir.string(), .versions = Versions(extractor)});
    ASSERT_TRUE(writer.ok()) << writer.status();
  }

  // Something to tell one directory from another by.
  static void Mark(const fs::path& dir, const std::string& mark) {
    fs::create_directories(dir);
    std::ofstream(dir / "mark") << mark;
  }
  static std::string MarkOf(const fs::path& dir) {
    std::string mark;
    std::ifstream(dir / "mark") >> mark;
    return mark;
  }

  std::set<std::string> Names() const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(files_.data_dir)) names.insert(entry.path().filename().string());
    return names;
  }

  IndexFiles files_{fs::path(testing::TempDir()) / "index_files"};
};

TEST_F(IndexFilesTest, AnInterruptedRebuildOfTheSameVersionsIsKept) {
  MakeIndex(files_.Fresh(), "extractor 1");
  ASSERT_TRUE(files_.DiscardLeftovers(Versions("extractor 1")).ok());
  EXPECT_EQ(Names(), std::set<std::string>{"index.new"});
}

TEST_F(IndexFilesTest, AnInterruptedRebuildOfOtherVersionsIsDiscarded) {
  MakeIndex(files_.Fresh(), "extractor 1");
  ASSERT_TRUE(files_.DiscardLeftovers(Versions("extractor 2")).ok());
  EXPECT_EQ(Names(), std::set<std::string>{});
}

TEST_F(IndexFilesTest, AnInterruptedRebuildThatDoesNotOpenIsDiscarded) {
  Mark(files_.Fresh(), "no index");
  ASSERT_TRUE(files_.DiscardLeftovers(Versions("extractor 1")).ok());
  EXPECT_EQ(Names(), std::set<std::string>{});
}

TEST_F(IndexFilesTest, OldIndexesThatAKilledRebuildLeftAreRemovedAndNothingElseIs) {
  Mark(files_.Index(), "served");
  Mark(files_.data_dir / "index.old.1", "old");
  Mark(files_.data_dir / "index.old.22", "old");
  Mark(files_.data_dir / "log", "log");
  ASSERT_TRUE(files_.DiscardLeftovers(Versions("extractor 1")).ok());
  EXPECT_EQ(Names(), (std::set<std::string>{"index", "log"}));
}

TEST_F(IndexFilesTest, ExchangePutsTheNewIndexInPlaceAndRemovesTheOldOne) {
  Mark(files_.Index(), "old");
  Mark(files_.Fresh(), "new");
  ASSERT_TRUE(files_.Exchange().ok());
  EXPECT_EQ(MarkOf(files_.Index()), "new");
  EXPECT_EQ(Names(), std::set<std::string>{"index"});
}

TEST_F(IndexFilesTest, ExchangeWorksWhereThereWasNoIndex) {
  Mark(files_.Fresh(), "new");
  ASSERT_TRUE(files_.Exchange().ok());
  EXPECT_EQ(MarkOf(files_.Index()), "new");
}

// A kill between exchange and removal is a removal that fails.
TEST_F(IndexFilesTest, AnOldIndexThatIsStillThereIsNoInterruptedRebuild) {
  Mark(files_.Index(), "old");
  fs::create_directories(files_.Index() / "kept");
  std::ofstream(files_.Index() / "kept" / "file") << "x";
  Mark(files_.Fresh(), "new");
  fs::permissions(files_.Index() / "kept", fs::perms::owner_read | fs::perms::owner_exec);
  bool removed = files_.Exchange().ok();
  EXPECT_EQ(MarkOf(files_.Index()), "new");
  EXPECT_FALSE(fs::exists(files_.Fresh()));
  fs::path old = files_.data_dir / Cat("index.old.", getpid());
  if (removed) GTEST_SKIP() << "permissions do not bind this user";
  fs::permissions(old / "kept", fs::perms::owner_all);
  ASSERT_TRUE(files_.DiscardLeftovers(Versions("extractor 1")).ok());
  EXPECT_EQ(Names(), std::set<std::string>{"index"});
}

// An index that was not there when the rebuild began, and that an indexer has made and opened since.
TEST_F(IndexFilesTest, ExchangeLeavesAnIndexInUseAlone) {
  Mark(files_.Index(), "live");
  Mark(files_.Fresh(), "new");
  int ready[2], done[2];
  ASSERT_EQ(pipe(ready), 0);
  ASSERT_EQ(pipe(done), 0);
  pid_t child = fork();
  if (child == 0) {
    IndexLock lock;
    char byte = lock.Take(files_.Index()).ok() ? 'y' : 'n';
    if (write(ready[1], &byte, 1) != 1 || read(done[0], &byte, 1) != 1) _exit(1);
    _exit(0);
  }
  char byte = 0;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  ASSERT_EQ(byte, 'y');
  EXPECT_TRUE(absl::IsFailedPrecondition(files_.Exchange()));
  EXPECT_EQ(MarkOf(files_.Index()), "live");
  EXPECT_EQ(MarkOf(files_.Fresh()), "new");
  ASSERT_EQ(write(done[1], &byte, 1), 1);
  EXPECT_EQ(waitpid(child, nullptr, 0), child);
  for (int fd : {ready[0], ready[1], done[0], done[1]}) close(fd);
  EXPECT_TRUE(files_.Exchange().ok()) << "it may be called again";
  EXPECT_EQ(MarkOf(files_.Index()), "new");
}

// Locks are of processes, so that another one must try.
TEST_F(IndexFilesTest, AnIndexInUseIsNotTaken) {
  MakeIndex(files_.Fresh(), "extractor 1");
  IndexLock lock;
  ASSERT_TRUE(lock.Take(files_.Fresh()).ok());
  pid_t child = fork();
  if (child == 0) _exit(absl::IsFailedPrecondition(IndexLock().Take(files_.Fresh())) ? 0 : 1);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

}  // namespace
}  // namespace factline::cli
