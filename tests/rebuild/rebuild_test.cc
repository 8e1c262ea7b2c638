// The real log, analyser, extractor and store in one process: what was indexed bit by bit, with replacements,
// deletions, merges and restarts, equals what a rebuild makes of the log.

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "indexer/apply/consumer.h"
#include "indexer/apply/document_builder.h"
#include "indexer/apply/merger.h"
#include "indexer/apply/verify.h"
#include "indexer/extract/extractor.h"
#include "indexer/store/reader.h"
#include "indexer/store/writer.h"
#include "ingest/chunk/chunker.h"
#include "ingest/log/embedded_log.h"
#include "protos/vocab/cat.h"

namespace factline {
namespace {

using ::testing::IsEmpty;

// Invented companies in the manner of business news; every choice makes another statement.
std::string Body(std::mt19937& random) {
  const auto pick = [&random](std::vector<std::string> of) { return of[random() % of.size()]; };
  const std::vector<std::string> companies = {"云岭机器人有限公司", "青石电池有限公司", "远帆汽车集团", "望江大学",
                                              "Harrow Motors"};
  std::string body;
  for (unsigned i = 1 + random() % 5; i > 0; --i) {
    switch (random() % 4) {
      case 0:
        body += Cat(pick(companies), "投资", random() % 9 + 1, "亿元建设", pick({"云岭产业园", "青石工厂"}), "。");
        break;
      case 1:
        body += Cat(pick(companies), "与", pick(companies), "签订战略合作协议。");
        break;
      case 2:
        body += Cat(random() % 5 + 2020, "年，", pick(companies), "营业收入达到", random() % 90 + 10, "亿元，同比增长",
                    random() % 30 + 1, "%。");
        break;
      default:
        body += Cat(pick(companies), "研发的", pick({"固态电池", "四足机器人"}), "将在年内量产。");
    }
    if (random() % 3 == 0) body += "\n";
  }
  return body;
}

void AddChunks(v1::StoredArticle& article) {
  for (const chunk::Chunk& chunk : chunk::ChunkBody(article.body())) {
    v1::Chunk& added = *article.add_chunks();
    added.mutable_span()->set_begin(chunk.span.begin);
    added.mutable_span()->set_end(chunk.span.end_exclusive);
    for (const Span sentence : chunk.sentences) {
      v1::Span& span = *added.add_sentences();
      span.set_begin(sentence.begin);
      span.set_end(sentence.end_exclusive);
    }
  }
}

storage::v1::LogEvent Article(std::mt19937& random, const std::string& id, uint64_t version, absl::Time now) {
  storage::v1::LogEvent event;
  event.mutable_accepted_time()->set_seconds(absl::ToUnixSeconds(now));
  storage::v1::ArticleAccepted& accepted = *event.mutable_article_accepted();
  accepted.set_published_time_known(random() % 4 != 0);
  v1::StoredArticle& article = *accepted.mutable_article();
  article.set_id(id);
  article.set_version(version);
  article.set_title("新能源产业动态");
  article.set_body(Body(random));
  article.set_source(random() % 2 == 0 ? "daily" : "wire");
  article.set_language("zh");
  article.mutable_published_time()->set_seconds(1711238400 + 86400 * static_cast<int64_t>(random() % 10));
  article.set_content_hash(Cat("hash ", version));
  AddChunks(article);
  return event;
}

class RebuildTest : public testing::Test {
 protected:
  RebuildTest() : dir_(Cat(testing::TempDir(), "/rebuild_", getpid())) {
    std::filesystem::remove_all(dir_);
    std::filesystem::create_directories(dir_);
    log::EmbeddedLogOptions options;
    options.path = dir_ + "/log";
    options.consumers = {"indexer"};
    options.disk_reserve_bytes = 0;
    absl::StatusOr<std::unique_ptr<log::EmbeddedLog>> log = log::EmbeddedLog::Open(options);
    EXPECT_TRUE(log.ok()) << log.status();
    log_ = *std::move(log);
    absl::StatusOr<std::unique_ptr<extract::Extractor>> extractor =
        extract::Extractor::Create(extract::BuiltInRulePacks());
    EXPECT_TRUE(extractor.ok()) << extractor.status();
    extractor_ = *std::move(extractor);
    builder_ = std::make_unique<apply::DocumentBuilder>(analyzer_, *extractor_);
  }
  ~RebuildTest() override {
    log_.reset();
    std::filesystem::remove_all(dir_);
  }

  void Append(std::vector<storage::v1::LogEvent> events) {
    log::AppendBatch batch;
    uint64_t offset = log_->EndOffset(Partition(0)).value();
    for (storage::v1::LogEvent& event : events)
      batch.events.push_back({Partition(0), Offset(offset++), std::move(event)});
    const absl::Status status = log_->Append(batch);
    ASSERT_TRUE(status.ok()) << status;
  }

  store::WriterOptions WriterHere() const {
    store::WriterOptions options;
    options.index_dir = dir_ + "/index";
    options.versions = apply::CurrentVersions(*extractor_);
    options.max_fresh_segments = 4;
    options.segment_grace = absl::ZeroDuration();
    return options;
  }

  // Runs consumer and merger as the indexer does, until all of the log is in the index.
  void IndexAll() {
    absl::StatusOr<std::unique_ptr<store::Writer>> writer = store::Writer::Open(WriterHere());
    ASSERT_TRUE(writer.ok()) << writer.status();
    const std::unique_ptr<log::Reader> reader = log_->NewReader("indexer");
    apply::ConsumerOptions options;
    options.idle_wait = absl::Milliseconds(20);
    options.max_batch_events = 8;
    apply::Consumer consumer(*reader, **writer, *builder_, options);
    apply::Merger merger(**writer, {.idle_wait = absl::Milliseconds(1)});
    std::thread consuming([&consumer] { EXPECT_TRUE(consumer.Run().ok()); });
    std::thread merging([&merger] { merger.Run(); });
    const Offset end = log_->EndOffset(Partition(0));
    const absl::Time deadline = absl::Now() + absl::Minutes(2);
    while (consumer.progress().indexed_offset < end && absl::Now() < deadline) absl::SleepFor(absl::Milliseconds(2));
    EXPECT_EQ(consumer.progress().indexed_offset, end) << consumer.progress().stall;
    consumer.Stop();
    merger.Stop();
    consuming.join();
    merging.join();
  }

  apply::Verification Verify() {
    apply::VerifyOptions options;
    options.index_dir = dir_ + "/index";
    options.work_dir = dir_ + "/work";
    std::filesystem::remove_all(options.work_dir);
    options.versions = apply::CurrentVersions(*extractor_);
    const std::unique_ptr<log::Reader> reader = log_->NewReader("");
    const absl::StatusOr<apply::Verification> verification = apply::VerifyIndex(*reader, *builder_, options);
    EXPECT_TRUE(verification.ok()) << verification.status();
    return verification.value_or(apply::Verification{.differences = {"no verification"}});
  }

  const std::string dir_;
  const text::Analyzer analyzer_;
  std::unique_ptr<extract::Extractor> extractor_;
  std::unique_ptr<apply::DocumentBuilder> builder_;
  std::unique_ptr<log::EmbeddedLog> log_;
};

TEST_F(RebuildTest, AnIndexGrownOverRestartsEqualsItsRebuildFromTheLog) {
  std::mt19937 random(11);
  uint64_t version = 0;
  for (int run = 0; run < 4; ++run) {
    for (int i = 0; i < 12; ++i) {
      std::vector<storage::v1::LogEvent> events;
      for (unsigned n = 1 + random() % 6; n > 0; --n) {
        const std::string id = Cat("news/", random() % 40);
        if (random() % 5 == 0) {
          storage::v1::LogEvent deletion;
          deletion.mutable_article_deleted()->set_article_id(id);
          events.push_back(deletion);
        } else {
          events.push_back(Article(random, id, ++version, absl::Now()));
        }
      }
      Append(std::move(events));
    }
    IndexAll();
    const apply::Verification verification = Verify();
    EXPECT_THAT(verification.differences, IsEmpty());
    EXPECT_EQ(verification.offset, log_->EndOffset(Partition(0)));
    EXPECT_GT(verification.live_articles, 5);
    EXPECT_GT(verification.facts, 5);
    EXPECT_GT(verification.entities, 3);
  }
  EXPECT_EQ(log_->Consumed("indexer", Partition(0)), log_->EndOffset(Partition(0)));
}

TEST_F(RebuildTest, AnEventIsSearchableSoonAfterItsAppend) {
  absl::StatusOr<std::unique_ptr<store::Writer>> writer = store::Writer::Open(WriterHere());
  ASSERT_TRUE(writer.ok()) << writer.status();
  const std::unique_ptr<log::Reader> reader = log_->NewReader("indexer");
  apply::Consumer consumer(*reader, **writer, *builder_, {});
  std::thread consuming([&consumer] { EXPECT_TRUE(consumer.Run().ok()); });
  std::mt19937 random(5);
  std::vector<absl::Duration> delays;
  for (uint64_t i = 0; i < 40; ++i) {
    Append({Article(random, Cat("a", i), 1, absl::Now())});
    const absl::Time appended = absl::Now();
    while (consumer.progress().indexed_offset.value() <= i && absl::Now() < appended + absl::Seconds(30)) {
      absl::SleepFor(absl::Microseconds(200));
    }
    delays.push_back(absl::Now() - appended);
  }
  consumer.Stop();
  consuming.join();
  std::sort(delays.begin(), delays.end());
  std::cerr << "appended to committed: median " << delays[delays.size() / 2] << ", worst " << delays.back() << "\n";
  EXPECT_LT(delays[delays.size() / 2], absl::Milliseconds(200)) << "an idle consumer must not wait for more events";
}

}  // namespace
}  // namespace factline
