#include "ingest/accept/acceptor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <future>
#include <map>
#include <numeric>
#include <set>

#include "ingest/log/embedded_log.h"
#include "protos/vocab/status.h"

namespace factline::accept {
namespace {

using ::testing::ElementsAre;

v1::Article Article(std::string id, std::string body = "The plant opened.") {
  v1::Article article;
  article.set_id(std::move(id));
  article.set_title("A plant");
  article.set_body(std::move(body));
  return article;
}

// Several articles in the manner of a printed page, each with a headline, a byline and a body.
std::string PageText(int articles) {
  constexpr const char* kNames[] = {"星桥电子", "海湾重工", "北岭药业", "青川软件"};
  std::string text;
  for (int i = 0; i < articles; ++i) {
    const std::string name = kNames[i % 4];
    text += Cat(name, "新厂正式投产\n本报记者 林小禾\n本报讯（记者 林小禾）5月", i + 1, "日，", name,
                "宣布位于南湾的新工厂正式投产。公司表示，新厂年产能为三百万片，总投资达十二亿元。\n"
                "据介绍，该厂由",
                name, "与当地政府共同建设，将带动上下游企业二十余家，新增就业岗位三千个。\n\n");
  }
  return text;
}

v1::Page Page(std::string id, int articles) {
  v1::Page page;
  page.set_id(std::move(id));
  page.set_text(PageText(articles));
  return page;
}

class AcceptorTest : public ::testing::Test {
 protected:
  AcceptorTest() {
    const char* tmp = std::getenv("TEST_TMPDIR");
    log_options_.path =
        Cat(tmp != nullptr ? tmp : "/tmp", "/", ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(log_options_.path);
    log_options_.disk_reserve_bytes = 0;
    log_options_.maintenance_interval = absl::ZeroDuration();
    log_options_.write_buffer_bytes = 4 << 20;
    options_.clock = [this] { return absl::FromUnixSeconds(now_s_.load()); };
  }

  void Open() {
    acceptor_.reset();
    log_.reset();
    auto opened = log::EmbeddedLog::Open(log_options_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    log_ = *std::move(opened);
    acceptor_ = std::make_unique<Acceptor>(log_.get(), options_);
  }

  template <typename Item>
  AcceptResult Take(Item item, std::string request_id = "", absl::Time deadline = absl::InfiniteFuture()) {
    std::promise<AcceptResult> promise;
    acceptor_->Submit(Acceptor::NewLane(),
                      {.request_id = std::move(request_id), .item = std::move(item), .deadline = deadline},
                      [&](AcceptResult result) { promise.set_value(std::move(result)); });
    return promise.get_future().get();
  }

  AcceptResult TakeOn(const std::shared_ptr<Acceptor::Lane>& lane, v1::Article article) {
    std::promise<AcceptResult> promise;
    acceptor_->Submit(lane, {.item = std::move(article)},
                      [&](AcceptResult result) { promise.set_value(std::move(result)); });
    return promise.get_future().get();
  }

  static std::string Places(const AcceptResult& result) {
    if (!result.ok()) return result.status().ToString();
    std::string places;
    for (const auto& article : result->articles()) {
      places += Cat(article.article_id(), " v", article.version(), " @", article.offset(), "; ");
    }
    return places + (result->duplicate() ? "duplicate" : "new");
  }

  // What the log holds, one line an event: "accepted a v1", "deleted a v2", "page p".
  std::vector<std::string> Events(Partition partition = Partition(0)) {
    std::vector<std::string> lines;
    const auto batch =
        log_->Read(partition, Offset(0), {.max_events = 100000, .max_bytes = 1 << 30, .wait = absl::ZeroDuration()});
    EXPECT_TRUE(batch.ok()) << batch.status();
    for (const log::Event& event : batch->events) {
      if (event.event.has_article_accepted()) {
        const auto& article = event.event.article_accepted().article();
        lines.push_back(Cat("accepted ", article.id(), " v", article.version()));
      } else if (event.event.has_article_deleted()) {
        const auto& deleted = event.event.article_deleted();
        lines.push_back(Cat("deleted ", deleted.article_id(), " v", deleted.version()));
      } else {
        lines.push_back(Cat("page ", event.event.page_accepted().page_id()));
      }
    }
    return lines;
  }

  std::atomic<int64_t> now_s_ = 1'700'000'000;
  log::EmbeddedLogOptions log_options_;
  AcceptorOptions options_;
  std::unique_ptr<log::EmbeddedLog> log_;
  std::unique_ptr<Acceptor> acceptor_;
};

TEST_F(AcceptorTest, CountsSayWhatBecameOfItemsAndWhy) {
  Open();
  EXPECT_TRUE(Take(Page("p", 3)).ok());
  EXPECT_TRUE(Take(Page("p", 3)).ok());
  EXPECT_FALSE(Take(Article("")).ok());
  EXPECT_FALSE(Take(Deletion{"nobody"}).ok());
  const AcceptorCounts counts = acceptor_->counts();
  EXPECT_EQ(counts.accepted_items, 1u);
  EXPECT_EQ(counts.accepted_articles, 3u);
  EXPECT_EQ(counts.duplicate_items, 1u);
  EXPECT_EQ(counts.rejected_items, 2u);
  EXPECT_THAT(counts.rejections, ElementsAre(::testing::Pair("INVALID_ARGUMENT", 1), ::testing::Pair("NOT_FOUND", 1)));
  EXPECT_EQ(counts.waiting_items, 0u);
  EXPECT_EQ(counts.waiting_bytes, 0u);
  const DurationHistogram::Counts times = acceptor_->answer_times();
  EXPECT_EQ(std::accumulate(times.of_class.begin(), times.of_class.end(), uint64_t{0}), 2u) << "no rejected ones";
}

TEST_F(AcceptorTest, AnAnswerNamesTheEventInTheLog) {
  Open();
  EXPECT_EQ(Places(Take(Article("a"))), "a v1 @0; new");
  EXPECT_EQ(Places(Take(Article("b"))), "b v1 @1; new");
  EXPECT_THAT(Events(), ElementsAre("accepted a v1", "accepted b v1"));
  EXPECT_EQ(acceptor_->counts().accepted_items, 2u);
}

TEST_F(AcceptorTest, TheEventIsFilledIn) {
  Open();
  v1::Article dated = Article("b");
  dated.mutable_published_time()->set_seconds(1'600'000'000);
  ASSERT_TRUE(Take(Article("a")).ok());
  ASSERT_TRUE(Take(dated).ok());
  const auto batch = log_->Read(Partition(0), Offset(0), {});
  const auto& arrived = batch->events[0].event.article_accepted();
  EXPECT_FALSE(arrived.published_time_known());
  EXPECT_EQ(arrived.article().published_time().seconds(), now_s_);
  EXPECT_EQ(arrived.article().accepted_time().seconds(), now_s_);
  EXPECT_EQ(arrived.article().language(), "en");
  EXPECT_EQ(arrived.article().content_hash().size(), 16u);
  const auto& published = batch->events[1].event.article_accepted();
  EXPECT_TRUE(published.published_time_known());
  EXPECT_EQ(published.article().published_time().seconds(), 1'600'000'000);
}

TEST_F(AcceptorTest, TheSameRequestIsAnsweredWithItsFirstResultAcrossReopening) {
  Open();
  EXPECT_EQ(Places(Take(Article("a", "one"), "r1")), "a v1 @0; new");
  EXPECT_EQ(Places(Take(Article("a", "two"), "r2")), "a v2 @1; new");
  EXPECT_EQ(Places(Take(Article("a", "one"), "r1")), "a v1 @0; duplicate");
  Open();
  EXPECT_EQ(Places(Take(Article("a", "one"), "r1")), "a v1 @0; duplicate");
  EXPECT_EQ(Places(Take(Article("a", "two"), "r2")), "a v2 @1; duplicate");
  EXPECT_EQ(Events().size(), 2u);
}

TEST_F(AcceptorTest, TheSameContentIsAnsweredWithItsFirstResultAcrossReopening) {
  Open();
  EXPECT_EQ(Places(Take(Article("a"))), "a v1 @0; new");
  EXPECT_EQ(Places(Take(Article("a"))), "a v1 @0; duplicate");
  Open();
  EXPECT_EQ(Places(Take(Article("a"), "some-request")), "a v1 @0; duplicate");
  EXPECT_EQ(Events().size(), 1u);
  EXPECT_EQ(acceptor_->counts().duplicate_items, 1u);
}

TEST_F(AcceptorTest, ARequestOfADuplicateStaysADuplicateWhenTheArticleHasChanged) {
  Open();
  ASSERT_TRUE(Take(Article("a", "one")).ok());
  EXPECT_EQ(Places(Take(Article("a", "one"), "r")), "a v1 @0; duplicate");
  ASSERT_TRUE(Take(Article("a", "two")).ok());
  EXPECT_EQ(Places(Take(Article("a", "one"), "r")), "a v1 @0; duplicate");
}

TEST_F(AcceptorTest, OtherContentReplacesAndSoDoesAnOlderOneSentAgain) {
  Open();
  EXPECT_EQ(Places(Take(Article("a", "one"))), "a v1 @0; new");
  EXPECT_EQ(Places(Take(Article("a", "two"))), "a v2 @1; new");
  EXPECT_EQ(Places(Take(Article("a", "one"))), "a v3 @2; new");
}

TEST_F(AcceptorTest, AReusedRequestIdIsRefused) {
  Open();
  ASSERT_TRUE(Take(Article("a"), "r").ok());
  const AcceptResult other = Take(Article("b"), "r");
  EXPECT_EQ(FieldOf(other.status()), "request_id");
  EXPECT_EQ(FieldOf(Take(Deletion{"a"}, "r").status()), "request_id");
  EXPECT_EQ(Events().size(), 1u);
  EXPECT_EQ(acceptor_->counts().rejected_items, 2u);
}

TEST_F(AcceptorTest, DeletionsAreEventsWithAVersionAndHappenOnce) {
  Open();
  ASSERT_TRUE(Take(Article("a")).ok());
  EXPECT_EQ(Places(Take(Deletion{"a"}, "d")), "a v2 @1; new");
  EXPECT_EQ(Places(Take(Deletion{"a"}, "d")), "a v2 @1; duplicate");
  EXPECT_EQ(Take(Deletion{"a"}).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Take(Deletion{"never"}).status().code(), absl::StatusCode::kNotFound);
  Open();
  EXPECT_EQ(Places(Take(Article("a"))), "a v3 @2; new") << "the same content, after the deletion";
  EXPECT_THAT(Events(), ElementsAre("accepted a v1", "deleted a v2", "accepted a v3"));
}

TEST_F(AcceptorTest, APageBecomesItsArticles) {
  Open();
  const AcceptResult result = Take(Page("p", 3));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(Places(result), "p#1 v1 @1; p#2 v1 @2; p#3 v1 @3; new");
  EXPECT_THAT(Events(), ElementsAre("page p", "accepted p#1 v1", "accepted p#2 v1", "accepted p#3 v1"));
  EXPECT_EQ(Places(Take(Page("p", 3))), "p#1 v1 @1; p#2 v1 @2; p#3 v1 @3; duplicate");
}

TEST_F(AcceptorTest, APageWithFewerArticlesDeletesTheVanishedOnes) {
  Open();
  ASSERT_TRUE(Take(Page("p", 3)).ok());
  EXPECT_EQ(Places(Take(Page("p", 2))), "p#1 v2 @5; p#2 v2 @6; new");
  EXPECT_EQ(Events().back(), "deleted p#3 v2");
  EXPECT_EQ(Places(Take(Page("p", 3))), "p#1 v3 @9; p#2 v3 @10; p#3 v3 @11; new");
}

TEST_F(AcceptorTest, DeletingAPageWithdrawsAllItsArticles) {
  Open();
  ASSERT_TRUE(Take(Page("p", 3)).ok());
  EXPECT_EQ(Places(Take(Deletion{"p#2"})), "p#2 v2 @4; new");
  EXPECT_EQ(Places(Take(Deletion{"p"})), "p#1 v2 @5; p#3 v2 @6; new");
  EXPECT_EQ(Take(Deletion{"p"}).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Take(Deletion{"p#1"}).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Places(Take(Page("p", 3))), "p#1 v3 @8; p#2 v3 @9; p#3 v3 @10; new");
}

TEST_F(AcceptorTest, APageIsNoDuplicateOnceOneOfItsArticlesWasDeleted) {
  Open();
  ASSERT_TRUE(Take(Page("p", 2)).ok());
  ASSERT_TRUE(Take(Deletion{"p#1"}).ok());
  EXPECT_EQ(Places(Take(Page("p", 2))), "p#1 v3 @5; p#2 v2 @6; new");
}

TEST_F(AcceptorTest, IdsOfPagesAndArticlesDoNotMix) {
  Open();
  ASSERT_TRUE(Take(Page("p", 2)).ok());
  ASSERT_TRUE(Take(Article("q#1")).ok());
  ASSERT_TRUE(Take(Article("solo")).ok());
  EXPECT_EQ(FieldOf(Take(Article("p")).status()), "article.id");
  EXPECT_EQ(FieldOf(Take(Article("p#1")).status()), "article.id");
  EXPECT_EQ(FieldOf(Take(Page("solo", 1)).status()), "page.id");
  EXPECT_EQ(FieldOf(Take(Page("q", 1)).status()), "page.id");
  EXPECT_EQ(Events().size(), 5u);
}

TEST_F(AcceptorTest, AnIdThatBelongedToAPageInBetweenGoesOnCounting) {
  Open();
  EXPECT_EQ(Places(Take(Article("a"))), "a v1 @0; new");
  EXPECT_EQ(Places(Take(Deletion{"a"})), "a v2 @1; new");
  ASSERT_TRUE(Take(Page("a", 1)).ok());
  ASSERT_TRUE(Take(Page("a", 2)).ok());
  Open();
  ASSERT_TRUE(Take(Deletion{"a"}).ok());
  EXPECT_EQ(Take(Deletion{"a"}).status().code(), absl::StatusCode::kNotFound);
  Open();
  const AcceptResult again = Take(Article("a"));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->articles(0).version(), 3u);
}

TEST_F(AcceptorTest, ABadItemIsRefusedAndTheLaneGoesOn) {
  Open();
  EXPECT_EQ(FieldOf(Take(Article("")).status()), "article.id");
  EXPECT_EQ(FieldOf(Take(std::monostate()).status()), "item");
  EXPECT_EQ(FieldOf(Take(Article("a"), std::string(200, 'r')).status()), "request_id");
  EXPECT_EQ(Places(Take(Article("a"))), "a v1 @0; new");
}

TEST_F(AcceptorTest, AnItemPastItsDeadlineIsNotTakenIn) {
  Open();
  const AcceptResult late = Take(Article("a"), "", absl::FromUnixSeconds(now_s_ - 1));
  EXPECT_EQ(late.status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_TRUE(Events().empty());
}

TEST_F(AcceptorTest, RequestIdsAreForgottenAfterTheirAge) {
  options_.request_id_retention = absl::Hours(1);
  options_.expired_requests_per_step = 2;
  Open();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(Take(Article(Cat("a", i)), Cat("r", i)).ok());
  now_s_ += 3000;
  ASSERT_TRUE(Take(Article("young"), "young").ok());
  now_s_ += 1000;
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (!log_->ScanState("qr", "qs", 10)->empty()) {
    ASSERT_LT(absl::Now(), deadline);
    absl::SleepFor(absl::Milliseconds(20));
  }
  EXPECT_EQ(log_->ScanState("q", "r", 10)->size(), 1u) << "the young one stays";
  EXPECT_EQ(log_->ScanState("t", "u", 10)->size(), 1u);
  EXPECT_EQ(Places(Take(Article("other"), "r1")), "other v1 @6; new");
}

TEST_F(AcceptorTest, ManyLanesKeepTheirOrderAndEveryVersionIsThereOnce) {
  options_.prepare_threads = 4;
  options_.group_items = 16;
  Open();
  constexpr int kLanes = 8, kItems = 100;
  std::mutex mutex;
  std::vector<std::vector<int>> answered(kLanes);
  std::vector<std::thread> clients;
  for (int l = 0; l < kLanes; ++l) {
    clients.emplace_back([&, l] {
      const auto lane = Acceptor::NewLane();
      for (int i = 0; i < kItems; ++i) {
        // A page among small articles is prepared much more slowly than what follows it.
        Submission submission{.request_id = Cat(l, "-", i), .item = Article(Cat("a", l), Cat("body ", i))};
        if (i % 10 == 0) submission.item = Page(Cat("p", l, "-", i), 4);
        acceptor_->Submit(lane, std::move(submission), [&, l, i](AcceptResult result) {
          std::lock_guard lock(mutex);
          ASSERT_TRUE(result.ok()) << result.status();
          answered[l].push_back(i);
        });
      }
    });
  }
  for (std::thread& client : clients) client.join();
  acceptor_->Stop();
  std::vector<int> in_order(kItems);
  for (int i = 0; i < kItems; ++i) in_order[i] = i;
  for (int l = 0; l < kLanes; ++l) EXPECT_EQ(answered[l], in_order) << "lane " << l;
  std::map<std::string, uint64_t> versions;
  const auto batch = log_->Read(Partition(0), Offset(0), {.max_events = 100000, .max_bytes = 1 << 30});
  ASSERT_TRUE(batch.ok()) << batch.status();
  for (const log::Event& event : batch->events) {
    if (!event.event.has_article_accepted()) continue;
    const auto& article = event.event.article_accepted().article();
    EXPECT_EQ(article.version(), ++versions[article.id()]) << article.id();
    EXPECT_FALSE(article.body().empty());
  }
  EXPECT_EQ(versions["a0"], 90u);
}

TEST_F(AcceptorTest, PartitionsTakeArticlesApartAndKeepThem) {
  log_options_.partitions = 4;
  Open();
  std::map<std::string, uint32_t> partition_of;
  for (int i = 0; i < 40; ++i) {
    partition_of[Cat("a", i)] = Take(Article(Cat("a", i), "one"))->articles(0).partition();
  }
  Open();
  std::set<uint32_t> used;
  for (int i = 0; i < 40; ++i) {
    EXPECT_EQ(Take(Article(Cat("a", i), "two"))->articles(0).partition(), partition_of[Cat("a", i)]);
    used.insert(partition_of[Cat("a", i)]);
  }
  EXPECT_EQ(used.size(), 4u);
  const AcceptResult page = Take(Page("p", 3));
  for (const auto& article : page->articles()) EXPECT_EQ(article.partition(), page->articles(0).partition());
}

TEST_F(AcceptorTest, APageWhoseIdEndsInANumberIsInItsArticlesPartition) {
  log_options_.partitions = 16;
  Open();
  for (int i = 0; i < 8; ++i) {
    const std::string id = Cat("daily-", i, "#12");
    const AcceptResult page = Take(Page(id, 1));
    ASSERT_TRUE(page.ok()) << page.status();
    const std::string article = Cat("accepted ", id, "#1 v1");
    const std::vector<std::string> events = Events(Partition(page->articles(0).partition()));
    const auto at = std::find(events.begin(), events.end(), Cat("page ", id));
    ASSERT_NE(at, events.end()) << id;
    EXPECT_EQ(*(at + 1), article);
    const AcceptResult deleted = Take(Deletion{Cat(id, "#1")});
    EXPECT_EQ(deleted->articles(0).partition(), page->articles(0).partition());
  }
}

TEST_F(AcceptorTest, RefusesWithoutDiskSpaceAndForgetsNothing) {
  std::atomic<uint64_t> free_bytes = 0;
  log_options_.disk_reserve_bytes = 100;
  log_options_.free_bytes = [&](const std::string&) -> absl::StatusOr<uint64_t> { return free_bytes.load(); };
  Open();
  const AcceptResult refused = Take(Article("a"), "r");
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused.status()), "DISK_NEARLY_FULL");
  EXPECT_TRUE(RetryDelayOf(refused.status()).has_value());
  free_bytes = 100;
  EXPECT_EQ(Places(Take(Article("a"), "r")), "a v1 @0; new");
  acceptor_.reset();
  log_.reset();
}

// A log whose appends wait until they are let through.
class GatedLog final : public log::Writer {
 public:
  explicit GatedLog(log::Writer* log) : log_(log) {}
  uint32_t partition_count() const override { return log_->partition_count(); }
  Offset EndOffset(Partition partition) const override { return log_->EndOffset(partition); }
  absl::Status CheckAdmission() const override { return log_->CheckAdmission(); }
  absl::Status Append(const log::AppendBatch& batch) override {
    {
      std::unique_lock lock(mutex_);
      ++entered_;
      changed_.notify_all();
      changed_.wait(lock, [&] { return open_; });
    }
    const absl::Status status = log_->Append(batch);
    if (after_append_) after_append_();
    return status;
  }
  absl::StatusOr<std::optional<std::string>> GetState(std::string_view key) const override {
    return log_->GetState(key);
  }
  absl::StatusOr<std::vector<log::StateEntry>> ScanState(std::string_view from, std::string_view end,
                                                         size_t max) const override {
    return log_->ScanState(from, end, max);
  }
  log::LogState Describe() const override { return log_->Describe(); }

  void AfterAppend(std::function<void()> hook) { after_append_ = std::move(hook); }
  int Entered() {
    std::lock_guard lock(mutex_);
    return entered_;
  }
  void WaitUntilEntered() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return entered_ > 0; });
  }
  void OpenGate() {
    std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  log::Writer* const log_;
  std::function<void()> after_append_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int entered_ = 0;
  bool open_ = false;
};

TEST_F(AcceptorTest, AnAnswerWaitsForTheAppendAndAllThatWaitsSharesOne) {
  Open();
  acceptor_.reset();
  GatedLog gated(log_.get());
  Acceptor acceptor(&gated, options_);
  std::atomic<int> answered = 0;
  const auto count = [&](const AcceptResult& result) { answered += result.ok(); };
  const auto lane = Acceptor::NewLane();
  acceptor.Submit(lane, {.item = Article("first")}, count);
  gated.WaitUntilEntered();
  for (int i = 0; i < 50; ++i) acceptor.Submit(lane, {.item = Article(Cat("a", i))}, count);
  absl::SleepFor(absl::Milliseconds(50));
  EXPECT_EQ(answered, 0);
  gated.OpenGate();
  acceptor.Stop();
  EXPECT_EQ(answered, 51);
  EXPECT_EQ(gated.Entered(), 2) << "the fifty that waited share one append";
}

TEST_F(AcceptorTest, TheQueueIsBoundedAndRefusalsComeInOrder) {
  options_.queue_items = 5;
  Open();
  acceptor_.reset();
  GatedLog gated(log_.get());
  Acceptor acceptor(&gated, options_);
  std::mutex mutex;
  std::vector<std::string> answers;
  const auto lane = Acceptor::NewLane();
  for (int i = 0; i < 12; ++i) {
    acceptor.Submit(lane, {.item = Article(Cat("a", i))}, [&, i](const AcceptResult& result) {
      std::lock_guard lock(mutex);
      answers.push_back(Cat(i, result.ok() ? " ok" : Cat(" ", ReasonOf(result.status()).value_or("?"))));
    });
    if (i == 3 || i == 4) {
      EXPECT_EQ(acceptor.Congested(), i == 4);
    }
  }
  gated.OpenGate();
  acceptor.Stop();
  ASSERT_EQ(answers.size(), 12u);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(answers[i], Cat(i, " ok"));
  EXPECT_EQ(answers[10], "10 QUEUE_FULL");
  EXPECT_EQ(answers[11], "11 QUEUE_FULL");
  EXPECT_FALSE(acceptor.Congested());
}

TEST_F(AcceptorTest, AfterARefusalForTheMomentNothingBehindItOnTheLaneIsTaken) {
  std::atomic<uint64_t> free_bytes = 0;
  log_options_.disk_reserve_bytes = 100;
  log_options_.free_bytes = [&](const std::string&) -> absl::StatusOr<uint64_t> { return free_bytes.load(); };
  Open();
  const auto lane = Acceptor::NewLane();
  const AcceptResult older = TakeOn(lane, Article("a", "older"));
  EXPECT_EQ(ReasonOf(older.status()), "DISK_NEARLY_FULL");
  free_bytes = 1000;
  const AcceptResult newer = TakeOn(lane, Article("a", "newer"));
  EXPECT_EQ(newer.status(), older.status()) << "the older version would come after it";
  const auto next_lane = Acceptor::NewLane();
  EXPECT_EQ(Places(TakeOn(next_lane, Article("a", "older"))), "a v1 @0; new");
  EXPECT_EQ(Places(TakeOn(next_lane, Article("a", "newer"))), "a v2 @1; new");
  acceptor_.reset();
  log_.reset();
}

TEST_F(AcceptorTest, WhatWaitsBehindARefusedAppendIsRefusedToo) {
  std::atomic<uint64_t> free_bytes = 0;
  log_options_.disk_reserve_bytes = 100;
  log_options_.free_bytes = [&](const std::string&) -> absl::StatusOr<uint64_t> { return free_bytes.load(); };
  Open();
  acceptor_.reset();
  options_.group_items = 1;
  GatedLog gated(log_.get());
  gated.AfterAppend([&] { free_bytes = 1000; });
  {
    Acceptor acceptor(&gated, options_);
    std::vector<std::string> answers;
    const auto lane = Acceptor::NewLane();
    for (int i = 0; i < 3; ++i) {
      acceptor.Submit(lane, {.item = Article("a", Cat("version ", i))}, [&](const AcceptResult& result) {
        answers.push_back(ReasonOf(result.status()).value_or(result.status().ToString()));
      });
    }
    gated.OpenGate();
    acceptor.Stop();
    EXPECT_THAT(answers, ElementsAre("DISK_NEARLY_FULL", "DISK_NEARLY_FULL", "DISK_NEARLY_FULL"));
  }
  EXPECT_TRUE(Events().empty());
  log_.reset();
}

TEST_F(AcceptorTest, AFullQueueIsARefusalForTheMomentToo) {
  options_.queue_items = 1;
  Open();
  acceptor_.reset();
  GatedLog gated(log_.get());
  Acceptor acceptor(&gated, options_);
  const auto full_lane = Acceptor::NewLane(), lane = Acceptor::NewLane();
  std::promise<void> filled, refused;
  acceptor.Submit(full_lane, {.item = Article("x")}, [](const AcceptResult&) {});
  acceptor.Submit(full_lane, {.item = Article("y")}, [&](const AcceptResult&) { filled.set_value(); });
  acceptor.Submit(lane, {.item = Article("a", "older")}, [&](const AcceptResult& result) {
    EXPECT_EQ(ReasonOf(result.status()), "QUEUE_FULL");
    refused.set_value();
  });
  gated.OpenGate();
  filled.get_future().wait();
  refused.get_future().wait();
  acceptor.Submit(lane, {.item = Article("a", "newer")},
                  [](const AcceptResult& result) { EXPECT_EQ(ReasonOf(result.status()), "QUEUE_FULL"); });
  acceptor.Stop();
  EXPECT_THAT(Events(), ElementsAre("accepted x v1", "accepted y v1"));
}

// Every field that a client can make large counts, so that none can fill the memory past the bound.
TEST_F(AcceptorTest, TheQueueCountsAllThatAnItemHolds) {
  const std::string large(100'000, 'x');
  v1::Article tagged = Article("a"), linked = Article("a"), signed_by = Article("a");
  for (int i = 0; i < 20'000; ++i) tagged.add_tags("t");
  linked.set_url(large);
  signed_by.add_authors(large);
  v1::Page page = Page("p", 1);
  page.set_source(large);
  Open();
  acceptor_.reset();
  int round = 0;
  for (const Submission& submission :
       {Submission{.item = tagged}, Submission{.item = linked}, Submission{.item = signed_by},
        Submission{.item = Article(large)}, Submission{.item = page}}) {
    options_.queue_bytes = 150'000;
    GatedLog gated(log_.get());
    Acceptor acceptor(&gated, options_);
    acceptor.Submit(Acceptor::NewLane(), {.item = Article(Cat("first", ++round))}, [](const AcceptResult&) {});
    gated.WaitUntilEntered();
    EXPECT_FALSE(acceptor.Congested());
    acceptor.Submit(Acceptor::NewLane(), submission, [](const AcceptResult&) {});
    EXPECT_TRUE(acceptor.Congested());
    gated.OpenGate();
    acceptor.Stop();
  }
}

TEST_F(AcceptorTest, ItemsWithAFaultInTheirSmallFieldsDoNotWait) {
  options_.queue_items = 1;
  Open();
  acceptor_.reset();
  GatedLog gated(log_.get());
  Acceptor acceptor(&gated, options_);
  const auto lane = Acceptor::NewLane();
  std::vector<std::string> fields;
  const auto note = [&](const AcceptResult& result) { fields.push_back(FieldOf(result.status()).value_or("?")); };
  acceptor.Submit(lane, {.request_id = std::string(1 << 20, 'r'), .item = Article("a")}, note);
  acceptor.Submit(lane, {.item = Deletion{std::string(1 << 20, 'd')}}, note);
  acceptor.Submit(lane, {}, note);
  acceptor.Submit(lane, {.item = FieldError("other", "does not parse")}, note);
  EXPECT_FALSE(acceptor.Congested());
  gated.OpenGate();
  acceptor.Stop();
  EXPECT_THAT(fields, ElementsAre("request_id", "id", "item", "other"));
}

TEST_F(AcceptorTest, ARefusalIsAnsweredBeforeWhatOtherLanesWaitFor) {
  options_.queue_items = 2;
  options_.group_items = 1;
  Open();
  acceptor_.reset();
  GatedLog gated(log_.get());
  Acceptor acceptor(&gated, options_);
  std::vector<std::string> answers;
  const auto note = [&](std::string name) { return [&, name](const AcceptResult&) { answers.push_back(name); }; };
  const auto lane = Acceptor::NewLane();
  acceptor.Submit(lane, {.item = Article("a0")}, note("a0"));
  gated.WaitUntilEntered();
  for (int i = 1; i < 4; ++i) acceptor.Submit(lane, {.item = Article(Cat("a", i))}, note(Cat("a", i)));
  acceptor.Submit(Acceptor::NewLane(), {.item = Article("b")}, note("refused b"));
  gated.OpenGate();
  acceptor.Stop();
  EXPECT_THAT(answers, ElementsAre("a0", "refused b", "a1", "a2", "a3"));
}

TEST_F(AcceptorTest, AQueueOfNoBytesTakesOneItemAtATime) {
  options_.queue_bytes = 0;
  Open();
  EXPECT_FALSE(acceptor_->Congested());
  EXPECT_EQ(Places(Take(Article("a"))), "a v1 @0; new");
  EXPECT_EQ(Places(Take(Article("b"))), "b v1 @1; new");
}

TEST_F(AcceptorTest, StopWaitsForWhatCameBeforeItAlone) {
  Open();
  acceptor_.reset();
  GatedLog gated(log_.get());
  std::atomic<bool> stopped = false;
  const auto lane = Acceptor::NewLane();
  Acceptor* taker = nullptr;
  // One that never tires, as a stream that goes on sending does.
  std::function<void(const AcceptResult&)> again = [&](const AcceptResult&) {
    if (!stopped) taker->Submit(lane, {.item = Article("more")}, again);
  };
  Acceptor acceptor(&gated, options_);
  taker = &acceptor;
  acceptor.Submit(lane, {.item = Article("a")}, again);
  gated.WaitUntilEntered();
  gated.OpenGate();
  acceptor.Stop();
  EXPECT_EQ(Events().front(), "accepted a v1");
  stopped = true;
}

TEST_F(AcceptorTest, AfterStopItemsAreRefused) {
  Open();
  acceptor_->Stop();
  EXPECT_EQ(Take(Article("a")).status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace factline::accept
