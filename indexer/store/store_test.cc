// Writer and Reader together, on one index.
#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "indexer/store/store_test_util.h"
#include "indexer/store/stored_text.h"
#include "protos/vocab/cat.h"

namespace factline::store {
namespace {

using testing::Batch;
using testing::Check;
using testing::Delete;
using testing::Expected;
using testing::MakeDocument;
using testing::Must;
using testing::PageChange;
using testing::Put;
using testing::ReadAll;
using testing::SeenIndex;
using testing::SmallReader;
using testing::SmallWriter;
using testing::TempDir;

// An index with its writer and one reader.
class StoreTest : public ::testing::Test {
 protected:
  StoreTest() : writer_(Must(Writer::Open(SmallWriter(dir_.path())))) {}

  void Commit(std::vector<Change> changes) {
    Check(writer_->Commit(std::move(changes), Offset(writer_->consumed_offset().value() + 1)));
  }
  std::shared_ptr<const IndexView> View() {
    if (reader_ == nullptr) reader_ = Must(Reader::Open(SmallReader(dir_.path())));
    Check(reader_->CatchUp());
    return reader_->View();
  }
  SeenIndex All() { return ReadAll(*View()); }
  void Reopen() {
    writer_.reset();
    writer_ = Must(Writer::Open(SmallWriter(dir_.path())));
  }

  TempDir dir_;
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<Reader> reader_;
};

TEST_F(StoreTest, ANewIndexIsEmptyAndReadable) {
  const auto view = View();
  EXPECT_TRUE(view->segments().empty());
  EXPECT_EQ(view->visible_offset(), Offset(0));
  EXPECT_EQ(view->stats().live_docs, 0u);
  EXPECT_EQ(view->SegmentOf(0), nullptr);
  EXPECT_EQ(Must(view->FindArticle("a")), std::nullopt);
  EXPECT_EQ(reader_->versions().analyzer_version, "analyzer 1");
}

TEST_F(StoreTest, ACommittedDocumentIsThereWithAllItsTerms) {
  const auto document = [] { return MakeDocument("a", 1, "steel rises", "steel prices rise as steel is short", 1234); };
  Commit(Batch(Put(document())));
  EXPECT_EQ(All(), (SeenIndex{{"a", Expected(*document())}}));
  EXPECT_EQ(View()->visible_offset(), Offset(1));
  EXPECT_EQ(View()->stats().body_tokens, 7u);
}

TEST_F(StoreTest, AnUnknownTermHasNoCursor) {
  Commit(Batch(Put(MakeDocument("a", 1, "t", "m n"))));
  const auto view = View();
  for (const char* term : {"a", "mm", "z", ""}) {
    EXPECT_EQ(Must(view->segments()[0]->Postings(Field::kBodyWord, term)), nullptr) << term;
  }
}

TEST_F(StoreTest, ATimeIsSoughtAsDocumentByDocument) {
  // Mostly ascending, with some early and late ones between, over several zones of times.
  std::vector<Change> changes;
  for (int i = 0; i < 900; ++i) {
    const int64_t seconds = i % 97 == 0 ? 5 * i : i % 101 == 0 ? 9000 - i : 1000 + i / 3;
    changes.push_back(Put(MakeDocument(Cat("a", i), 1, "t", "x", seconds)));
  }
  Commit(std::move(changes));
  const auto view = View();
  const SegmentView& segment = *view->segments()[0];
  for (const auto& [first, last] :
       {std::pair<int64_t, int64_t>{0, 10'000}, {1100, 1110}, {1290, 1400}, {8000, 9000}, {9001, 9999}, {5, 4}}) {
    for (uint32_t doc = 0; doc < 900; doc += 7) {
      EXPECT_EQ(segment.SeekPublished(doc, first, last), segment.SegmentView::SeekPublished(doc, first, last)) << doc;
    }
  }
}

TEST_F(StoreTest, ADeletedArticleIsGone) {
  Commit(Batch(Put(MakeDocument("a", 1, "t", "x")), Put(MakeDocument("b", 1, "t", "y"))));
  Commit(Batch(Delete("a"), Delete("never there")));
  EXPECT_EQ(All(), (SeenIndex{{"b", Expected(*MakeDocument("b", 1, "t", "y"))}}));
  EXPECT_EQ(Must(View()->FindArticle("a")), std::nullopt);
}

TEST_F(StoreTest, ANewerVersionReplacesAndAnOlderOneIsIgnored) {
  Commit(Batch(Put(MakeDocument("a", 2, "t", "old"))));
  Commit(Batch(Put(MakeDocument("a", 2, "t", "same version"))));
  Commit(Batch(Put(MakeDocument("a", 1, "t", "older"))));
  EXPECT_EQ(All().at("a").text, "t|old");
  Commit(Batch(Put(MakeDocument("a", 3, "t", "new"))));
  EXPECT_EQ(All(), (SeenIndex{{"a", Expected(*MakeDocument("a", 3, "t", "new"))}}));
}

TEST_F(StoreTest, TheLastWordForAnIdInOneBatchWins) {
  Commit(Batch(Put(MakeDocument("a", 1, "t", "first")), Put(MakeDocument("a", 2, "t", "second")),
               Put(MakeDocument("b", 1, "t", "b")), Delete("b"), Put(MakeDocument("c", 1, "t", "c")), Delete("c"),
               Put(MakeDocument("c", 3, "t", "c again"))));
  EXPECT_EQ(All(), (SeenIndex{{"a", Expected(*MakeDocument("a", 2, "t", "second"))},
                              {"c", Expected(*MakeDocument("c", 3, "t", "c again"))}}));
}

TEST_F(StoreTest, AnEmptyCommitMovesTheOffset) {
  Check(writer_->Commit({}, Offset(77)));
  EXPECT_EQ(View()->visible_offset(), Offset(77));
  Reopen();
  EXPECT_EQ(writer_->consumed_offset(), Offset(77));
}

TEST_F(StoreTest, EverythingIsThereAfterReopening) {
  Commit(Batch(Put(MakeDocument("a", 1, "t", "x")), Put(MakeDocument("b", 1, "t", "y"))));
  Commit(Batch(Delete("a"), PageChange("p", "page text")));
  Reopen();
  Commit(Batch(Put(MakeDocument("c", 1, "t", "z"))));
  EXPECT_EQ(All(), (SeenIndex{{"b", Expected(*MakeDocument("b", 1, "t", "y"))},
                              {"c", Expected(*MakeDocument("c", 1, "t", "z"))}}));
}

TEST_F(StoreTest, AViewStaysAsItWasWhileTheWriterGoesOn) {
  Commit(Batch(Put(MakeDocument("a", 1, "t", "x"))));
  const auto before = View();
  Commit(Batch(Put(MakeDocument("b", 1, "t", "y")), Delete("a")));
  const auto after = View();
  EXPECT_GT(after->generation(), before->generation());
  EXPECT_EQ(before->stats().live_docs, 1u);
  EXPECT_TRUE(before->segments()[0]->IsLive(0));
  EXPECT_FALSE(after->segments()[0]->IsLive(0));
  EXPECT_EQ(before->SegmentOf(1), nullptr);
}

TEST_F(StoreTest, CatchingUpWithNothingNewKeepsTheView) {
  Commit(Batch(Put(MakeDocument("a", 1, "t", "x"))));
  EXPECT_EQ(View().get(), View().get());
}

TEST_F(StoreTest, FreshSegmentsBecomeOneAndDeletedDocumentsArePurged) {
  for (int i = 0; i < 4; ++i) Commit(Batch(Put(MakeDocument("a" + std::to_string(i), 1, "t", "x y x"))));
  Commit(Batch(Delete("a1")));
  const SeenIndex before = All();
  EXPECT_TRUE(Must(writer_->MergeOnce()));
  const auto view = View();
  ASSERT_EQ(view->segments().size(), 1u);
  EXPECT_EQ(view->stats().docs, 3u);
  EXPECT_EQ(ReadAll(*view), before);
  EXPECT_TRUE(Must(writer_->MergeOnce()));  // drops what the merge replaced
  EXPECT_FALSE(Must(writer_->MergeOnce()));
  EXPECT_EQ(All(), before);
  EXPECT_EQ(Must(View()->Document(1)), std::nullopt);
  Reopen();
  EXPECT_EQ(All(), before);
}

TEST_F(StoreTest, ASegmentWhoseDocumentsAreAllDeletedVanishes) {
  for (int i = 0; i < 4; ++i) Commit(Batch(Put(MakeDocument("a" + std::to_string(i), 1, "t", "x"))));
  Commit(Batch(Delete("a0"), Delete("a1"), Delete("a2"), Delete("a3")));
  EXPECT_TRUE(Must(writer_->MergeOnce()));
  EXPECT_TRUE(View()->segments().empty());
  Commit(Batch(Put(MakeDocument("b", 1, "t", "x"))));
  EXPECT_EQ(View()->segments()[0]->base_doc(), 4u);
  EXPECT_EQ(All().size(), 1u);
}

TEST_F(StoreTest, InfoCountsDocumentsAndSegments) {
  for (int i = 0; i < 4; ++i) Commit(Batch(Put(MakeDocument("a" + std::to_string(i), 1, "t", "x"))));
  Commit(Batch(Delete("a0")));
  IndexInfo info = Must(writer_->Info());
  EXPECT_EQ(info.live_docs, 3u);
  EXPECT_EQ(info.deleted_docs, 1u);
  EXPECT_EQ(info.segments.size(), 4u);
  EXPECT_TRUE(info.segments[0].fresh);
  EXPECT_GT(info.disk_bytes, 0u);
  EXPECT_EQ(info.column_family_bytes.size(), 13u);
  EXPECT_TRUE(Must(writer_->MergeOnce()));
  info = Must(writer_->Info());
  EXPECT_EQ(info.merges, 1u);
  EXPECT_EQ(info.deleted_docs, 0u);
}

TEST_F(StoreTest, SegmentsCountNoHoles) {
  for (int i = 0; i < 4; ++i) Commit(Batch(Put(MakeDocument("a" + std::to_string(i), 1, "t", "x"))));
  Commit(Batch(Delete("a1")));
  EXPECT_TRUE(Must(writer_->MergeOnce()));
  const IndexInfo info = Must(writer_->Info());
  ASSERT_EQ(info.segments.size(), 1u);
  EXPECT_EQ(info.segments[0].doc_count, 3u);
}

TEST_F(StoreTest, DroppingGivesSpaceBackAndBeginsNoMerge) {
  for (int i = 0; i < 4; ++i) Commit(Batch(Put(MakeDocument("a" + std::to_string(i), 1, "t", "x"))));
  EXPECT_FALSE(Must(writer_->DropReplaced()));
  EXPECT_EQ(Must(writer_->Info()).segments.size(), 4u);
  EXPECT_TRUE(Must(writer_->MergeOnce()));
  EXPECT_TRUE(Must(writer_->DropReplaced()));
  EXPECT_FALSE(Must(writer_->DropReplaced()));
}

TEST_F(StoreTest, FreshSegmentsAreMergedBesideALongMergeOfOthers) {
  int docs = 0;
  const auto four_commits = [&] {
    for (int i = 0; i < 4; ++i, ++docs) Commit(Batch(Put(MakeDocument("a" + std::to_string(docs), 1, "t", "x y"))));
  };
  while (Must(writer_->Info()).segments.size() < MergePolicy().fan_in) {
    four_commits();
    EXPECT_TRUE(Must(writer_->MergeOnce({.scope = MergeScope::kFresh})));
  }
  std::promise<void> begun, may_go_on;
  bool is_first = true;
  std::thread long_merge([&] {
    EXPECT_TRUE(Must(writer_->MergeOnce({.scope = MergeScope::kLevels, .checkpoint = [&] {
                                           if (std::exchange(is_first, false)) {
                                             begun.set_value();
                                             may_go_on.get_future().wait();
                                           }
                                           return absl::OkStatus();
                                         }})));
  });
  begun.get_future().wait();
  four_commits();
  Commit(Batch(Delete("a1")));  // of a segment that is being merged
  EXPECT_TRUE(Must(writer_->MergeOnce({.scope = MergeScope::kFresh})));
  EXPECT_EQ(Must(writer_->Info()).segments.size(), MergePolicy().fan_in + 1);
  may_go_on.set_value();
  long_merge.join();
  EXPECT_EQ(Must(writer_->Info()).segments.size(), 2u);
  const SeenIndex all = All();
  EXPECT_EQ(all.size(), static_cast<size_t>(docs) - 1);
  EXPECT_FALSE(all.contains("a1"));
  Reopen();
  EXPECT_EQ(All(), all);
}

TEST_F(StoreTest, WhatGatheredBesideALongMergeIsTakenMaxInputsAtATime) {
  const size_t gathered = MergePolicy().max_inputs + MergePolicy().fan_in;
  for (size_t i = 0, docs = 0; i < gathered; ++i) {
    while (docs < 4 * (i + 1)) Commit(Batch(Put(MakeDocument("a" + std::to_string(docs++), 1, "t", "x y"))));
    ASSERT_TRUE(Must(writer_->MergeOnce({.scope = MergeScope::kFresh})));
  }
  const SeenIndex before = All();
  ASSERT_EQ(Must(writer_->Info()).segments.size(), gathered);
  EXPECT_TRUE(Must(writer_->MergeOnce({.scope = MergeScope::kLevels})));
  EXPECT_EQ(Must(writer_->Info()).segments.size(), gathered - MergePolicy().max_inputs + 1);
  EXPECT_EQ(All(), before);
  EXPECT_TRUE(Must(writer_->MergeOnce({.scope = MergeScope::kLevels})));
  EXPECT_EQ(Must(writer_->Info()).segments.size(), 1u);
  EXPECT_EQ(All(), before);
}

TEST_F(StoreTest, TermsThatDifferLateOrByZerosAreMergedApart) {
  const std::string fifteen(15, 'a');
  const std::vector<std::string> words = {"aaaaaaa",
                                          "aaaaaaaa",
                                          fifteen,
                                          fifteen + "b",
                                          fifteen + "c",
                                          "a",
                                          std::string("a\0", 2),
                                          std::string("a\0b", 3),
                                          fifteen + std::string("\0", 1)};
  SeenIndex expected;
  for (size_t i = 0; i < 2 * words.size(); ++i) {  // each word in some segments and not in others
    std::string body;
    for (size_t w = 0; w < words.size(); ++w) body += (i + w) % 3 == 0 ? words[w] + " " : "";
    const std::string id = "a" + std::to_string(i);
    Commit(Batch(Put(MakeDocument(id, 1, "t", body))));
    expected[id] = Expected(*MakeDocument(id, 1, "t", body));
  }
  while (Must(writer_->MergeOnce())) {
  }
  EXPECT_EQ(All(), expected);
}

TEST_F(StoreTest, AMergeOfTheWholeLeavesOneSegmentWhateverIsDue) {
  for (int i = 0; i < 3; ++i) Commit(Batch(Put(MakeDocument("a" + std::to_string(i), 1, "t", "x y"))));
  EXPECT_TRUE(Must(writer_->MergeOnce({.scope = MergeScope::kWhole})));
  Commit(Batch(Put(MakeDocument("b", 1, "t", "y z"))));
  const SeenIndex before = All();
  EXPECT_TRUE(Must(writer_->MergeOnce({.scope = MergeScope::kWhole})));
  EXPECT_EQ(Must(writer_->Info()).segments.size(), 1u);
  EXPECT_EQ(All(), before);
  while (Must(writer_->DropReplaced())) {
  }
  EXPECT_FALSE(Must(writer_->MergeOnce({.scope = MergeScope::kWhole})));
}

TEST_F(StoreTest, AMergeThatItsCheckpointEndsChangesNothing) {
  for (int i = 0; i < 4; ++i) Commit(Batch(Put(MakeDocument("a" + std::to_string(i), 1, "t", "x y"))));
  const SeenIndex before = All();
  EXPECT_EQ(writer_->MergeOnce({.checkpoint = [] { return absl::CancelledError("enough"); }}).status().code(),
            absl::StatusCode::kCancelled);
  EXPECT_EQ(Must(writer_->Info()).segments.size(), 4u);
  EXPECT_TRUE(std::filesystem::is_empty(dir_.path() + "/index/merge"));
  EXPECT_EQ(All(), before);
  EXPECT_TRUE(Must(writer_->MergeOnce()));
  EXPECT_EQ(All(), before);
}

TEST(StoreMergeFailureTest, TheOutputOfAMergeThatFailedBeforeItsFlipIsRemoved) {
  TempDir dir;
  WriterOptions options = SmallWriter(dir.path());
  std::vector<std::string> points;
  bool fails = true;
  options.after_merge_point = [&](std::string_view point) {
    points.emplace_back(point);
    return fails && point == "ingested" ? absl::UnavailableError("cut off") : absl::OkStatus();
  };
  const auto writer = Must(Writer::Open(options));
  uint64_t offset = 0;
  const auto commit = [&](const std::string& id) {
    Check(writer->Commit(Batch(Put(MakeDocument(id, 1, "t", "x"))), Offset(++offset)));
  };
  for (const char* id : {"a", "b", "c", "d"}) commit(id);
  EXPECT_EQ(writer->MergeOnce().status().code(), absl::StatusCode::kUnavailable);
  EXPECT_FALSE(Must(writer->DropReplaced())) << "its flip may be on disk until a later generation is";
  commit("e");
  points.clear();
  EXPECT_TRUE(Must(writer->DropReplaced()));
  EXPECT_EQ(points, std::vector<std::string>{"dropped"});
  fails = false;
  EXPECT_TRUE(Must(writer->MergeOnce()));
  const auto reader = Must(Reader::Open(SmallReader(dir.path())));
  EXPECT_EQ(ReadAll(*reader->View()).size(), 5u);
}

TEST(StoredTextTest, WhatCouldNotBeReadAgainIsNotWritten) {
  const std::string most(kMaxStoredBytes, 'x');
  EXPECT_EQ(Must(Decompress(Must(Compress(most)))).size(), most.size());
  EXPECT_EQ(Compress(most + "x").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(StoreOpenTest, AnIndexOfOtherVersionsIsRefusedByName) {
  TempDir dir;
  Must(Writer::Open(SmallWriter(dir.path()))).reset();
  WriterOptions options = SmallWriter(dir.path());
  options.versions.analyzer_version = "analyzer 2";
  const absl::Status status = Writer::Open(options).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(status.message().find("analyzer 1"), absl::string_view::npos);
  EXPECT_NE(status.message().find("analyzer 2"), absl::string_view::npos);
}

TEST(StoreOpenTest, AReaderOfNoIndexIsToldSo) {
  TempDir dir;
  EXPECT_EQ(Reader::Open(SmallReader(dir.path())).status().code(), absl::StatusCode::kNotFound);
}

// RocksDB aborted on the manifest of the new one, which it took for a continuation of the old.
TEST(StoreOpenTest, AReaderOpensTheIndexThatWasMadeInThePlaceOfItsOwn) {
  TempDir dir;
  const auto make = [&dir](const std::string& id, int commits) {
    std::unique_ptr<Writer> writer = Must(Writer::Open(SmallWriter(dir.path())));
    for (int i = 1; i <= commits; ++i) Check(writer->Commit(Batch(Put(MakeDocument(id, i, "t", "b"))), Offset(i)));
    return writer;
  };
  make("old", 30).reset();
  const std::unique_ptr<Reader> reader = Must(Reader::Open(SmallReader(dir.path())));
  std::filesystem::remove_all(dir.path() + "/index");
  EXPECT_EQ(reader->CatchUp().code(), absl::StatusCode::kNotFound);
  EXPECT_NE(Must(reader->View()->FindArticle("old")), std::nullopt) << "what it had it shows";
  const std::unique_ptr<Writer> writer = make("new", 1);
  Check(reader->CatchUp());
  EXPECT_NE(Must(reader->View()->FindArticle("new")), std::nullopt);
  EXPECT_EQ(Must(reader->View()->FindArticle("old")), std::nullopt);
}

TEST(StoreOpenTest, ASecondWriterIsRefused) {
  TempDir dir;
  const auto writer = Must(Writer::Open(SmallWriter(dir.path())));
  EXPECT_FALSE(Writer::Open(SmallWriter(dir.path())).ok());
}

}  // namespace
}  // namespace factline::store
