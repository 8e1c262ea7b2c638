// Random programs against an index, compared with plain maps after each step; merges cut off at every point; readers
// that follow from another process; values gone bad.
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <random>
#include <set>
#include <thread>

#include "absl/time/clock.h"
#include "indexer/store/families.h"
#include "indexer/store/keys.h"
#include "indexer/store/store_test_util.h"
#include "protos/vocab/cat.h"

namespace factline::store {
namespace {

using testing::Check;
using testing::Delete;
using testing::Difference;
using testing::Expected;
using testing::MakeDocument;
using testing::Must;
using testing::Put;
using testing::ReadAll;
using testing::SeenIndex;
using testing::SmallReader;
using testing::SmallWriter;
using testing::TempDir;

std::string RandomText(size_t words, std::mt19937* rng) {
  std::string text;
  for (size_t i = 0; i < words; ++i) {
    // Few words are frequent and many are rare, as in a language.
    const uint32_t spread = uint32_t{1} << ((*rng)() % 10);
    text += Cat(i == 0 ? "" : " ", "w", (*rng)() % spread);
  }
  return text;
}

// Feeds the same random changes to a writer and to plain maps.
class Program {
 public:
  explicit Program(uint32_t seed, size_t articles = 40) : rng_(seed), articles_(articles) {}

  std::vector<Change> NextBatch(size_t max_changes, size_t max_words) {
    std::vector<Change> batch;
    for (size_t i = rng_() % (max_changes + 1); i > 0; --i) {
      const std::string id = Cat("article ", rng_() % articles_);
      if (rng_() % 4 == 0) {
        expected_.erase(id);
        batch.push_back(Delete(id));
        continue;
      }
      // Now and then a version that is no newer: it changes nothing while the article lives.
      const auto live = expected_.find(id);
      uint64_t version = ++versions_[id];
      if (live != expected_.end() && rng_() % 8 == 0) version = live->second.version;
      auto document = MakeDocument(id, version, RandomText(1 + rng_() % 5, &rng_),
                                   RandomText(rng_() % max_words, &rng_), static_cast<int64_t>(rng_() % 2'000'000'000));
      if (live == expected_.end() || version > live->second.version) expected_[id] = Expected(*document);
      batch.push_back(Put(std::move(document)));
    }
    return batch;
  }

  const SeenIndex& expected() const { return expected_; }
  std::mt19937& rng() { return rng_; }

 private:
  std::mt19937 rng_;
  const size_t articles_;
  std::map<std::string, uint64_t> versions_;
  SeenIndex expected_;
};

uint64_t CommitNext(Writer* writer, std::vector<Change> batch) {
  const Offset next(writer->consumed_offset().value() + 1);
  Check(writer->Commit(std::move(batch), next));
  return next.value();
}

class StoreModelTest : public ::testing::TestWithParam<uint32_t> {};

TEST_P(StoreModelTest, AnyProgramLeavesWhatPlainMapsSay) {
  TempDir dir;
  Program program(GetParam());
  auto writer = Must(Writer::Open(SmallWriter(dir.path())));
  auto reader = Must(Reader::Open(SmallReader(dir.path())));
  for (int step = 0; step < 40; ++step) {
    switch (program.rng()() % 8) {
      case 0:
      case 1:
        Must(writer->MergeOnce());
        break;
      case 2:
        if (program.rng()() % 4 == 0) {
          writer.reset();
          writer = Must(Writer::Open(SmallWriter(dir.path())));
        }
        break;
      case 3:
        if (program.rng()() % 4 == 0) reader = Must(Reader::Open(SmallReader(dir.path())));
        break;
      default:
        CommitNext(writer.get(), program.NextBatch(12, 200));
    }
    if (program.rng()() % 3 != 0) continue;  // the reader sleeps through some steps
    Check(reader->CatchUp());
    ASSERT_EQ("", Difference(ReadAll(*reader->View()), program.expected())) << "after step " << step;
  }
  while (Must(writer->MergeOnce())) {
  }
  Check(reader->CatchUp());
  EXPECT_EQ("", Difference(ReadAll(*reader->View()), program.expected()));
  EXPECT_EQ(reader->View()->visible_offset(), writer->consumed_offset());
}

INSTANTIATE_TEST_SUITE_P(Seeds, StoreModelTest, ::testing::Range(1u, 7u));

TEST(StoreMergeTest, ListsOfManyChunksSurviveMergesOfMerges) {
  TempDir dir;
  Program program(100, /*articles=*/1'000'000);
  auto writer = Must(Writer::Open(SmallWriter(dir.path())));
  for (int i = 0; i < 12; ++i) {
    CommitNext(writer.get(), program.NextBatch(250, 60));
    if (i % 4 == 3) Must(writer->MergeOnce());
  }
  // One document with far more positions than a chunk of them takes.
  std::string long_text;
  for (int i = 0; i < 150'000; ++i) long_text += "same ";
  SeenIndex expected = program.expected();
  auto long_document = MakeDocument("long", 1, "long", long_text);
  expected["long"] = Expected(*long_document);
  CommitNext(writer.get(), testing::Batch(Put(std::move(long_document))));
  for (int i = 0; i < 4; ++i)
    CommitNext(writer.get(), testing::Batch(Delete("nobody"), Put(MakeDocument(Cat("filler ", i), 1, "same", "same"))));
  for (int i = 0; i < 4; ++i)
    expected[Cat("filler ", i)] = Expected(*MakeDocument(Cat("filler ", i), 1, "same", "same"));
  while (Must(writer->MergeOnce())) {
  }
  const auto reader = Must(Reader::Open(SmallReader(dir.path())));
  EXPECT_EQ("", Difference(ReadAll(*reader->View()), expected));
}

// Runs this program again, as a writer (main): a process that was only forked would not have RocksDB's threads.
pid_t StartWriterProcess(const char* task, const std::string& dir) {
  std::string program = "/proc/self/exe", task_argument = task, dir_argument = dir;
  char* argv[] = {program.data(), task_argument.data(), dir_argument.data(), nullptr};
  pid_t child = -1;
  EXPECT_EQ(posix_spawn(&child, argv[0], nullptr, nullptr, argv, environ), 0);
  return child;
}

// Waits for the process to end.
void ExpectSuccess(pid_t child) {
  ASSERT_GT(child, 0);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

constexpr int kCrashBatches = 8;
std::vector<Change> NextCrashBatch(Program* program) { return program->NextBatch(10, 80); }

// The writer that ends at a point of its merge, without any clean-up.
int CommitAndCrashAt(std::string_view point, const std::string& dir) {
  WriterOptions options = SmallWriter(dir);
  options.after_merge_point = [&](std::string_view passed) {
    if (passed == point) _exit(0);
    return absl::OkStatus();
  };
  const auto writer = Must(Writer::Open(options));
  Program program(7);
  for (int i = 0; i < kCrashBatches; ++i) CommitNext(writer.get(), NextCrashBatch(&program));
  while (Must(writer->MergeOnce())) {
  }
  return 1;  // the point was never passed
}

class StoreCrashTest : public ::testing::TestWithParam<const char*> {};

TEST_P(StoreCrashTest, AMergeKilledAtAnyPointLeavesACorrectIndex) {
  TempDir dir;
  Program program(7);
  for (int i = 0; i < kCrashBatches; ++i) NextCrashBatch(&program);
  ASSERT_NO_FATAL_FAILURE(ExpectSuccess(StartWriterProcess(GetParam(), dir.path())));
  auto reader = Must(Reader::Open(SmallReader(dir.path())));
  EXPECT_EQ("", Difference(ReadAll(*reader->View()), program.expected())) << "while the writer is down";
  auto writer = Must(Writer::Open(SmallWriter(dir.path())));
  EXPECT_EQ(writer->consumed_offset(), Offset(kCrashBatches));
  for (int i = 0; i < 6; ++i) CommitNext(writer.get(), program.NextBatch(10, 80));
  while (Must(writer->MergeOnce())) {
  }
  Check(reader->CatchUp());
  EXPECT_EQ("", Difference(ReadAll(*reader->View()), program.expected())) << "after more commits and merges";

  // Nothing of cut-off merges is left: the families of segments hold what the manifest names.
  const IndexInfo info = Must(writer->Info());
  std::set<uint64_t> named;
  for (const SegmentInfo& segment : info.segments) named.insert(segment.id.value());
  writer.reset();
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  ASSERT_TRUE(rocksdb::DB::OpenForReadOnly({}, dir.path() + "/index", FamilyDescriptors(rocksdb::NewLRUCache(1 << 20)),
                                           &handles, &db)
                  .ok());
  const Families families = FamiliesOf(handles);
  for (rocksdb::ColumnFamilyHandle* family : families.OfSegments()) {
    std::unique_ptr<rocksdb::Iterator> it(db->NewIterator({}, family));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      const SegmentId segment = Must(SegmentOfKey({it->key().data(), it->key().size()}));
      EXPECT_TRUE(named.contains(segment.value())) << family->GetName() << " still has segment " << segment.value();
    }
  }
  std::unique_ptr<rocksdb::Iterator> docs(db->NewIterator({}, families.docs));
  size_t stored = 0;
  for (docs->SeekToFirst(); docs->Valid(); docs->Next()) ++stored;
  EXPECT_EQ(stored, info.live_docs + info.deleted_docs);
  docs.reset();
  for (rocksdb::ColumnFamilyHandle* handle : handles) db->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  delete db;
}

INSTANTIATE_TEST_SUITE_P(Points, StoreCrashTest,
                         ::testing::Values("started", "written", "ingested", "flipped", "dropped"));

TEST(StoreMergeTest, DeletionsThatArriveDuringAMergeAreKept) {
  TempDir dir;
  WriterOptions options = SmallWriter(dir.path());
  std::unique_ptr<Writer> writer;
  options.after_merge_point = [&](std::string_view point) {
    if (point == "written") {
      CommitNext(writer.get(), testing::Batch(Delete("b"), Put(MakeDocument("c", 2, "t", "new"))));
    }
    return absl::OkStatus();
  };
  writer = Must(Writer::Open(options));
  for (const char* id : {"a", "b", "c", "d"}) {
    CommitNext(writer.get(), testing::Batch(Put(MakeDocument(id, 1, "t", "old"))));
  }
  CommitNext(writer.get(), testing::Batch(Delete("d")));
  EXPECT_TRUE(Must(writer->MergeOnce()));
  const auto reader = Must(Reader::Open(SmallReader(dir.path())));
  EXPECT_EQ("", Difference(ReadAll(*reader->View()), (SeenIndex{{"a", Expected(*MakeDocument("a", 1, "t", "old"))},
                                                                {"c", Expected(*MakeDocument("c", 2, "t", "new"))}})));
  EXPECT_EQ(reader->View()->segments()[0]->doc_count(), 4u);
  EXPECT_EQ(reader->View()->stats().docs, 4u);  // a, b, c of the merge, and the new c; d is purged
}

constexpr char kFollowedTask[] = "be followed";
constexpr int kFollowedBatches = 60;
std::vector<Change> NextFollowedBatch(Program* program) { return program->NextBatch(8, 60); }

// The writer that a reader in another process follows.
int BeFollowed(const std::string& dir) {
  WriterOptions options = SmallWriter(dir);
  options.write_buffer_bytes = 128 << 10;  // flushes and compactions, too
  options.segment_grace = absl::Seconds(2);
  const auto writer = Must(Writer::Open(options));
  Program program(9);
  for (int i = 0; i < kFollowedBatches; ++i) {
    CommitNext(writer.get(), NextFollowedBatch(&program));
    Must(writer->MergeOnce());
    absl::SleepFor(absl::Milliseconds(5));
  }
  return 0;
}

TEST(StoreFollowTest, AReaderFollowsAWriterInAnotherProcess) {
  TempDir dir;
  Program program(9);
  std::vector<SeenIndex> expected(1);
  for (int i = 0; i < kFollowedBatches; ++i) {
    NextFollowedBatch(&program);
    expected.push_back(program.expected());
  }
  const pid_t child = StartWriterProcess(kFollowedTask, dir.path());
  std::unique_ptr<Reader> reader;
  uint64_t offset = 0;
  const absl::Time deadline = absl::Now() + absl::Seconds(60);
  int compared = 0;
  while (offset < kFollowedBatches && absl::Now() < deadline) {
    if (reader == nullptr) {
      auto opened = Reader::Open(SmallReader(dir.path()));
      if (opened.ok()) reader = *std::move(opened);
      continue;
    }
    Check(reader->CatchUp());
    const auto view = reader->View();
    ASSERT_GE(view->visible_offset().value(), offset);
    if (view->visible_offset().value() == offset) continue;
    offset = view->visible_offset().value();
    // Articles move on under a view, so only what segments say is compared: the number of live documents.
    EXPECT_EQ(view->stats().live_docs, expected[offset].size()) << "at offset " << offset;
    for (const auto& segment : view->segments()) {
      const auto terms = segment->Terms();
      while (terms->Next()) {
        const auto cursor = Must(terms->Postings());
        while (cursor->Next() != kNoMoreDocs) {
        }
        Check(cursor->status());
      }
      Check(terms->status());
    }
    ++compared;
  }
  ExpectSuccess(child);
  ASSERT_EQ(offset, uint64_t{kFollowedBatches});
  EXPECT_GT(compared, 3);
  EXPECT_EQ("", Difference(ReadAll(*reader->View()), program.expected()));
}

// A merger of each scope, until `done`.
std::vector<std::thread> MergeBothScopes(Writer* writer, const std::atomic<bool>* done) {
  std::vector<std::thread> mergers;
  for (const MergeScope scope : {MergeScope::kFresh, MergeScope::kLevels}) {
    mergers.emplace_back([writer, done, scope] {
      while (!*done) writer->MergeOnce({.scope = scope}).status().IgnoreError();
    });
  }
  return mergers;
}

TEST(StoreFollowTest, MergesOfBothScopesMayRunAndFailSideBySide) {
  TempDir dir;
  Program program(12);
  WriterOptions options = SmallWriter(dir.path());  // replaced segments are dropped at once
  std::atomic<int> flips = 0;
  options.after_merge_point = [&flips](std::string_view point) {
    const bool fails = point == "ingested" && ++flips % 5 == 0;
    return fails ? absl::UnavailableError("cut off") : absl::OkStatus();
  };
  const auto writer = Must(Writer::Open(options));
  std::atomic<bool> done = false;
  std::vector<std::thread> mergers = MergeBothScopes(writer.get(), &done);
  for (int i = 0; i < 200; ++i) CommitNext(writer.get(), program.NextBatch(4, 60));
  done = true;
  for (std::thread& merger : mergers) merger.join();
  while (writer->MergeOnce().value_or(true)) {
  }
  const auto reader = Must(Reader::Open(SmallReader(dir.path())));
  EXPECT_EQ("", Difference(ReadAll(*reader->View()), program.expected()));
}

TEST(StoreFollowTest, CommitsMergesAndReadsMayRunSideBySide) {
  TempDir dir;
  Program program(11);
  WriterOptions options = SmallWriter(dir.path());
  options.segment_grace = absl::Seconds(5);
  const auto writer = Must(Writer::Open(options));
  std::atomic<bool> done = false;
  std::vector<std::thread> mergers = MergeBothScopes(writer.get(), &done);
  std::thread watcher([&] {
    while (!done) Must(writer->Info());
  });
  std::thread follower([&] {
    const auto reader = Must(Reader::Open(SmallReader(dir.path())));
    std::thread second([&] {
      while (!done) {
        const auto view = reader->View();
        for (const auto& segment : view->segments()) {
          const auto cursor = Must(segment->Postings(Field::kBodyGram, "w0"));
          if (cursor == nullptr) continue;
          std::vector<uint32_t> positions;
          while (cursor->Next() != kNoMoreDocs) Check(cursor->Positions(&positions));
          Check(cursor->status());
        }
      }
    });
    while (!done) Check(reader->CatchUp());
    second.join();
  });
  for (int i = 0; i < 60; ++i) CommitNext(writer.get(), program.NextBatch(8, 60));
  done = true;
  for (std::thread& merger : mergers) merger.join();
  watcher.join();
  follower.join();
  const auto reader = Must(Reader::Open(SmallReader(dir.path())));
  EXPECT_EQ("", Difference(ReadAll(*reader->View()), program.expected()));
}

// Changes a value of the index behind its back.
void Overwrite(const std::string& dir, ValueAddress::Kind kind, const std::function<void(std::string*)>& change) {
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  ASSERT_TRUE(
      rocksdb::DB::Open({}, dir + "/index", FamilyDescriptors(rocksdb::NewLRUCache(1 << 20)), &handles, &db).ok());
  rocksdb::ColumnFamilyHandle* family = FamiliesOf(handles).Of(kind);
  std::unique_ptr<rocksdb::Iterator> it(db->NewIterator({}, family));
  it->SeekToFirst();
  ASSERT_TRUE(it->Valid());
  std::string value = it->value().ToString();
  change(&value);
  ASSERT_TRUE(db->Put({}, family, it->key(), value).ok());
  it.reset();
  for (rocksdb::ColumnFamilyHandle* handle : handles) db->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  delete db;
}

absl::Status WalkAll(const IndexView& view) {
  for (const auto& segment : view.segments()) {
    const auto terms = segment->Terms();
    while (terms->Next()) {
      const auto cursor = terms->Postings();
      if (!cursor.ok()) return cursor.status();
      std::vector<uint32_t> positions;
      while ((*cursor)->Next() != kNoMoreDocs) {
        if (!HasPositions(terms->field())) continue;
        if (absl::Status read = (*cursor)->Positions(&positions); !read.ok()) return read;
      }
      if (!(*cursor)->status().ok()) return (*cursor)->status();
    }
    if (!terms->status().ok()) return terms->status();
  }
  return absl::OkStatus();
}

TEST(StoreCorruptionTest, AValueCutShortIsReportedAsDataLoss) {
  using Kind = ValueAddress::Kind;
  for (const Kind kind : {Kind::kFresh, Kind::kDictionaryBlock, Kind::kPostings, Kind::kPositions, Kind::kTitleNorms}) {
    TempDir dir;
    {
      Program program(13, /*articles=*/100'000);
      const auto writer = Must(Writer::Open(SmallWriter(dir.path())));
      for (int i = 0; i < 4; ++i) {
        std::vector<Change> batch;
        for (int k = 0; k < 1500; ++k) {
          batch.push_back(Put(MakeDocument(Cat(i, " ", k), 1, "t", RandomText(12, &program.rng()))));
        }
        CommitNext(writer.get(), std::move(batch));
      }
      if (kind != Kind::kFresh) Must(writer->MergeOnce());
    }
    for (const bool by_a_third : {false, true}) {  // the last byte first
      Overwrite(dir.path(), kind, [by_a_third](std::string* value) {
        value->resize(by_a_third ? value->size() - value->size() / 3 : value->size() - 1);
      });
      const auto reader = Reader::Open(SmallReader(dir.path()));
      const absl::Status status = reader.ok() ? WalkAll(*(*reader)->View()) : reader.status();
      EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss)
          << static_cast<int>(kind) << (by_a_third ? ", a third: " : ", a byte: ") << status.ToString();
    }
  }
}

}  // namespace

// The program again, as the process that writes an index while a test reads it.
int RunAsWriter(const std::string& task, const std::string& dir) {
  return task == kFollowedTask ? BeFollowed(dir) : CommitAndCrashAt(task, dir);
}

}  // namespace factline::store

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  if (argc == 3) return factline::store::RunAsWriter(argv[1], argv[2]);
  return RUN_ALL_TESTS();
}
