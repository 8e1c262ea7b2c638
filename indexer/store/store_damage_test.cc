// Positions that went bad on the disk, unseen by RocksDB's checksums.
#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "indexer/store/families.h"
#include "indexer/store/keys.h"
#include "indexer/store/store_test_util.h"

namespace factline::store {
namespace {

using testing::Check;
using testing::MakeDocument;
using testing::Must;
using testing::Put;
using testing::SmallReader;
using testing::SmallWriter;
using testing::TempDir;

constexpr int kCommits = 4;
constexpr int kDocumentsPerCommit = 40;

std::vector<Change> Documents(int commit) {
  std::vector<Change> changes;
  std::string body = "rare" + std::to_string(commit);
  for (int i = 0; i < 60; ++i) body += " steel";
  for (int i = 0; i < kDocumentsPerCommit; ++i) {
    changes.push_back(Put(MakeDocument("a" + std::to_string(commit * 100 + i), 1, "t", body)));
  }
  return changes;
}

// An index of one merged segment in which the positions of "steel" have a value of their own, then one fresh segment
// for the next merge to join to it.
void MakeIndex(const std::string& dir) {
  const auto writer = Must(Writer::Open(SmallWriter(dir)));
  for (int commit = 0; commit < kCommits; ++commit) {
    Check(writer->Commit(Documents(commit), Offset(static_cast<uint64_t>(commit) + 1)));
  }
  ASSERT_TRUE(Must(writer->MergeOnce()));
  Must(writer->MergeOnce());  // drops what the merge replaced
}

// Changes the values of the family of positions. Returns how many there are.
int Damage(const std::string& dir, const std::function<std::string(std::string)>& change) {
  rocksdb::DB* opened = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DBOptions options;
  EXPECT_TRUE(
      rocksdb::DB::Open(options, dir + "/index", FamilyDescriptors(rocksdb::NewLRUCache(1 << 20)), &handles, &opened)
          .ok());
  const std::unique_ptr<rocksdb::DB> db(opened);
  const Families families = FamiliesOf(handles);
  std::map<std::string, std::string> values;
  {
    const std::unique_ptr<rocksdb::Iterator> it(db->NewIterator(rocksdb::ReadOptions(), families.pos));
    for (it->SeekToFirst(); it->Valid(); it->Next()) values[it->key().ToString()] = it->value().ToString();
  }
  for (const auto& [key, value] : values) {
    EXPECT_TRUE(db->Put(rocksdb::WriteOptions(), families.pos, key, change(value)).ok());
  }
  for (rocksdb::ColumnFamilyHandle* handle : families.all) EXPECT_TRUE(db->DestroyColumnFamilyHandle(handle).ok());
  return static_cast<int>(values.size());
}

// Of all positions of a term: the first error.
absl::Status ReadPositions(const IndexView& view, const std::string& term) {
  for (const auto& segment : view.segments()) {
    const std::unique_ptr<PostingCursor> cursor = Must(segment->Postings(Field::kBodyGram, term));
    if (cursor == nullptr) continue;
    std::vector<uint32_t> positions;
    for (uint32_t doc = cursor->Next(); doc != kNoMoreDocs; doc = cursor->Next()) {
      if (absl::Status read = cursor->Positions(&positions); !read.ok()) return read;
    }
    if (!cursor->status().ok()) return cursor->status();
  }
  return absl::OkStatus();
}

struct DamageCase {
  const char* name;
  std::function<std::string(std::string)> change;
};

class StoreDamageTest : public ::testing::TestWithParam<DamageCase> {};

TEST_P(StoreDamageTest, DamagedPositionsAreNamedAndCostNothingElse) {
  TempDir dir;
  MakeIndex(dir.path());
  ASSERT_GT(Damage(dir.path(), GetParam().change), 0) << "no positions lie apart: the test shows nothing";
  const auto writer = Must(Writer::Open(SmallWriter(dir.path())));
  const auto reader = Must(Reader::Open(SmallReader(dir.path())));
  const auto expect_damage_in_steel_alone = [&reader] {
    Check(reader->CatchUp());
    const absl::Status read = ReadPositions(*reader->View(), "steel");
    EXPECT_EQ(read.code(), absl::StatusCode::kDataLoss) << read;
    EXPECT_NE(read.message().find("positions"), absl::string_view::npos) << read;
    EXPECT_EQ(ReadPositions(*reader->View(), "rare1"), absl::OkStatus());
    EXPECT_EQ(Must(reader->View()->segments()[0]->Postings(Field::kBodyWord, "steel"))->document_frequency(),
              uint32_t{kCommits * kDocumentsPerCommit});
  };
  expect_damage_in_steel_alone();

  // Deletions make the segment worth merging again: positions are moved with their postings.
  uint64_t offset = kCommits;
  std::vector<Change> deletions;
  for (int i = 0; i < (kCommits - 1) * kDocumentsPerCommit; ++i) {
    deletions.push_back(testing::Delete("a" + std::to_string(i / kDocumentsPerCommit * 100 + i % kDocumentsPerCommit)));
  }
  Check(writer->Commit(std::move(deletions), Offset(++offset)));
  const absl::Status merged = writer->MergeOnce().status();
  EXPECT_EQ(merged.code(), absl::StatusCode::kDataLoss) << merged;
  EXPECT_NE(merged.message().find("steel"), absl::string_view::npos) << merged;
  Check(writer->Commit(Documents(kCommits), Offset(++offset)));
  expect_damage_in_steel_alone();
  EXPECT_EQ(ReadPositions(*reader->View(), "rare" + std::to_string(kCommits)), absl::OkStatus());
}

INSTANTIATE_TEST_SUITE_P(
    All, StoreDamageTest,
    ::testing::Values(
        DamageCase{"CutShort", [](std::string value) { return value.substr(0, value.size() / 2); }},
        DamageCase{"Empty", [](std::string) { return std::string(); }},
        DamageCase{"OffsetsOutOfRange", [](std::string value) { return value.replace(0, 4, "\xFF\xFF\xFF\xFF"); }},
        DamageCase{
            "NumbersThatNeverEnd",
            [](std::string value) { return value.replace(4, value.size() - 4, value.size() - 4, '\xFF'); },
        }),
    [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace factline::store
