#include "indexer/apply/verify.h"

#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "indexer/apply/consumer.h"
#include "protos/vocab/cat.h"

namespace factline::apply {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class MemoryLog : public log::Reader {
 public:
  absl::StatusOr<log::EventBatch> Read(Partition, Offset from, const log::ReadLimits& limits) override {
    log::EventBatch batch;
    for (size_t i = from.value(); i < events.size() && batch.events.size() < limits.max_events; ++i) {
      batch.events.push_back({Offset(i), events[i]});
    }
    batch.end_offset = Offset(events.size());
    return batch;
  }
  void ReportConsumed(Partition, Offset) override { ++reports; }

  std::vector<storage::v1::LogEvent> events;
  int reports = 0;
};

// An extractor that takes every word in capitals for an organisation, each of which likes the next one of its sentence.
class CapitalsExtractor : public extract::Extractor {
 public:
  extract::Extraction Extract(const text::Analysis& body, const std::vector<Span>&) const override {
    extract::Extraction found;
    std::vector<std::pair<uint32_t, Span>> in_order;
    for (const text::Token& token : body.tokens) {
      const std::string name(token.span.In(body.text));
      if (name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string::npos) continue;
      uint32_t index = 0;
      while (index < found.entities.size() && found.entities[index].name != name) ++index;
      if (index == found.entities.size()) found.entities.push_back({extract::EntityType::kOrg, name, {}, "", {}});
      found.entities[index].mentions.push_back({token.span});
      in_order.emplace_back(index, token.span);
    }
    for (size_t i = 1; i < in_order.size(); ++i) {
      extract::Fact fact;
      fact.predicate = "likes";
      fact.subject = {in_order[i - 1].first, "", in_order[i - 1].second};
      fact.object = {in_order[i].first, "", in_order[i].second};
      fact.confidence = 0.5;
      fact.evidence = {in_order[i - 1].second.begin, in_order[i].second.end_exclusive};
      found.facts.push_back(fact);
    }
    return found;
  }
  std::string_view Version() const override { return "capitals"; }
};

storage::v1::LogEvent Put(const std::string& id, uint64_t version, const std::string& body, int64_t published) {
  storage::v1::LogEvent event;
  event.mutable_accepted_time()->set_seconds(1000 + published);
  storage::v1::ArticleAccepted& accepted = *event.mutable_article_accepted();
  accepted.set_published_time_known(true);
  v1::StoredArticle& article = *accepted.mutable_article();
  article.set_id(id);
  article.set_version(version);
  article.set_title("About " + id);
  article.set_body(body);
  article.set_source("wire");
  article.set_language("en");
  article.mutable_published_time()->set_seconds(published);
  v1::Chunk& chunk = *article.add_chunks();
  chunk.mutable_span()->set_end(static_cast<uint32_t>(body.size()));
  *chunk.add_sentences() = chunk.span();
  return event;
}

storage::v1::LogEvent Delete(const std::string& id, uint64_t version) {
  storage::v1::LogEvent event;
  event.mutable_article_deleted()->set_article_id(id);
  event.mutable_article_deleted()->set_version(version);
  return event;
}

// Articles over few names, again and again replaced and deleted.
std::vector<storage::v1::LogEvent> History(unsigned seed, int count) {
  std::mt19937 random(seed);
  const std::vector<std::string> words = {"ACME", "BORG", "CORP", "buys",   "sells",
                                          "to",   "near", "铜梁", "新能源", "汽车"};
  std::vector<storage::v1::LogEvent> events;
  for (int i = 0; i < count; ++i) {
    const std::string id = Cat("wire/", random() % 20);
    if (random() % 4 == 0) {
      events.push_back(Delete(id, static_cast<uint64_t>(i)));
      continue;
    }
    std::string body;
    for (unsigned n = random() % 30; n > 0; --n) body += words[random() % words.size()] + " ";
    events.push_back(Put(id, static_cast<uint64_t>(i), body, static_cast<int64_t>(random() % 5)));
  }
  return events;
}

class VerifyTest : public testing::Test {
 protected:
  VerifyTest() {
    static int next = 0;
    dir_ = Cat(testing::TempDir(), "/verify_", getpid(), "_", next++);
    std::filesystem::remove_all(dir_);
    std::filesystem::create_directories(dir_);
  }
  ~VerifyTest() override { std::filesystem::remove_all(dir_); }

  store::WriterOptions WriterAt(const std::string& name) const {
    store::WriterOptions options;
    options.index_dir = dir_ + "/" + name;
    options.versions = CurrentVersions(extractor_);
    options.max_fresh_segments = 3;
    options.segment_grace = absl::ZeroDuration();
    return options;
  }

  // Consumes the log in small steps, merging and reopening as time goes by, up to `end`.
  void Index(const std::string& name, Offset end, unsigned seed) {
    std::mt19937 random(seed);
    while (true) {
      absl::StatusOr<std::unique_ptr<store::Writer>> writer = store::Writer::Open(WriterAt(name));
      ASSERT_TRUE(writer.ok()) << writer.status();
      if ((*writer)->consumed_offset() >= end) return;
      ConsumerOptions options;
      options.builder_threads = static_cast<int>(random() % 3);
      options.max_batch_events = 1 + random() % 7;
      options.end_offset_exclusive = end;
      Consumer consumer(log_, **writer, builder_, options);
      for (unsigned i = 10 + random() % 20; i > 0; --i) {
        ASSERT_TRUE(consumer.Step().ok());
        const bool merge = random() % 3 == 0;
        ASSERT_TRUE(!merge || (*writer)->MergeOnce().ok());
      }
    }
  }

  absl::StatusOr<Verification> Verify(const std::string& name) {
    VerifyOptions options;
    options.index_dir = dir_ + "/" + name;
    options.work_dir = dir_ + "/work";
    options.versions = CurrentVersions(extractor_);
    return VerifyIndex(log_, builder_, options);
  }

  std::string dir_;
  MemoryLog log_;
  const text::Analyzer analyzer_;
  const CapitalsExtractor extractor_;
  const DocumentBuilder builder_{analyzer_, extractor_};
};

TEST_F(VerifyTest, AnIndexThatReplacedDeletedAndMergedEqualsItsRebuild) {
  for (unsigned seed = 1; seed <= 3; ++seed) {
    SCOPED_TRACE(seed);
    std::filesystem::remove_all(dir_ + "/work");
    log_.events = History(seed, 300);
    const std::string name = Cat("index", seed);
    Index(name, Offset(300), seed);
    const int reports = log_.reports;
    const absl::StatusOr<Verification> verification = Verify(name);
    ASSERT_TRUE(verification.ok()) << verification.status();
    EXPECT_THAT(verification->differences, IsEmpty());
    EXPECT_EQ(verification->offset, Offset(300));
    EXPECT_GT(verification->live_articles, 5);
    EXPECT_GT(verification->facts, 3);
    EXPECT_EQ(verification->entities, 3);
    EXPECT_EQ(log_.reports, reports) << "a tool consumes nothing";
  }
}

TEST_F(VerifyTest, AnIndexBehindTheLogIsComparedAsOfItsOwnOffset) {
  log_.events = History(9, 60);
  Index("index", Offset(40), 9);
  const absl::StatusOr<Verification> verification = Verify("index");
  ASSERT_TRUE(verification.ok()) << verification.status();
  EXPECT_EQ(verification->offset, Offset(40));
  EXPECT_THAT(verification->differences, IsEmpty());
}

TEST_F(VerifyTest, AnIndexOfAnotherHistoryIsToldApart) {
  log_.events = History(5, 40);
  log_.events.push_back(Put("wire/x", 1, "ACME sells to BORG ", 3));
  Index("index", Offset(41), 5);
  log_.events.back() = Put("wire/x", 1, "ACME sells to CORP ", 3);
  const absl::StatusOr<Verification> verification = Verify("index");
  ASSERT_TRUE(verification.ok()) << verification.status();
  EXPECT_THAT(verification->differences, Contains(HasSubstr("article wire/x: record=")));
}

TEST_F(VerifyTest, ARebuildSaysWhenTheLogIsTooShort) {
  log_.events = History(1, 10);
  RebuildOptions options;
  options.writer = WriterAt("rebuilt");
  options.to_offset = Offset(11);
  EXPECT_TRUE(absl::IsFailedPrecondition(Rebuild(log_, builder_, options)));
}

TEST_F(VerifyTest, ARebuildGoesOnWhereItStoppedAndNeverGoesBack) {
  log_.events = History(2, 30);
  RebuildOptions options;
  options.writer = WriterAt("rebuilt");
  options.to_offset = Offset(10);
  ASSERT_TRUE(Rebuild(log_, builder_, options).ok());
  options.to_offset = Offset(30);
  Offset first(1000);
  options.on_progress = [&first](const Progress& progress) { first = std::min(first, progress.indexed_offset); };
  ASSERT_TRUE(Rebuild(log_, builder_, options).ok());
  EXPECT_GT(first, Offset(9));
  options.to_offset = Offset(29);
  EXPECT_TRUE(absl::IsFailedPrecondition(Rebuild(log_, builder_, options)));
}

}  // namespace
}  // namespace factline::apply
