// Kills each process at random points while a client streams, and holds the pipeline to what it acknowledged:
// nothing lost, nothing doubled, every span in its text, and the index equal to a rebuild from the log.
//
// FACTLINE_KILLS: how many kills (default 200). FACTLINE_SEED: which ones.

#include <atomic>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"
#include "tests/crash/article_ledger.h"
#include "tests/harness/cluster.h"
#include "tests/harness/ingest_client.h"
#include "tests/harness/news.h"

namespace factline::crash {
namespace {

using harness::Role;
using harness::Within;

uint64_t NumberFromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

// Streams operations of a ledger on its own thread until told to stop; each until it is acknowledged.
class Client {
 public:
  Client(harness::Cluster& cluster, ArticleLedger& ledger) : cluster_(cluster), ledger_(ledger) {}

  void Start() {
    stop_ = false;
    thread_ = std::thread([this] {
      while (!stop_ && status_.ok()) {
        if (allowance_ > 0) {
          status_ = SendSome();
        } else {
          allowance_.wait(0);
        }
      }
    });
  }

  // Lets the client send about so many operations more: what is checked at the end grows with the kills, not with the
  // machine's speed.
  void Allow(int operations) {
    allowance_ += operations;
    allowance_.notify_all();
  }

  // The first thing that went wrong. Everything sent is acknowledged then.
  absl::Status Stop() {
    stop_ = true;
    Allow(1);
    if (thread_.joinable()) thread_.join();
    return status_;
  }

 private:
  absl::Status SendSome() {
    const std::vector<ArticleLedger::Operation> operations = ledger_.Next(24);
    allowance_ -= static_cast<int>(operations.size());
    if (allowance_ < 0) allowance_ = 0;
    std::vector<v1::IngestRequest> puts;
    for (const auto& operation : operations) {
      if (operation.delete_id.empty()) puts.push_back(operation.put);
    }
    FL_ASSIGN_OR_RETURN(const std::vector<v1::IngestResponse> responses,
                        harness::SendAllPersistently(cluster_.ingest(), puts));
    size_t next = 0;
    for (const auto& operation : operations) {
      if (!operation.delete_id.empty()) {
        FL_RETURN_IF_ERROR(Delete(operation));
        continue;
      }
      const v1::IngestResponse& response = responses[next++];
      if (!response.has_acceptance() || response.acceptance().articles_size() != 1) {
        return absl::InternalError(Cat("not accepted: ", response.ShortDebugString()));
      }
      FL_RETURN_IF_ERROR(
          ledger_.Acknowledge(operation, response.acceptance().articles(0), response.acceptance().duplicate()));
    }
    return absl::OkStatus();
  }

  absl::Status Delete(const ArticleLedger::Operation& operation) {
    v1::DeleteArticleRequest request;
    request.set_id(operation.delete_id);
    request.set_request_id(operation.request_id);
    while (true) {
      const auto context = Within(absl::Seconds(60));
      context->set_wait_for_ready(true);
      v1::DeleteArticleResponse response;
      const grpc::Status status = cluster_.ingest().DeleteArticle(context.get(), request, &response);
      if (status.error_code() == grpc::StatusCode::UNAVAILABLE || status.error_code() == grpc::StatusCode::CANCELLED) {
        continue;  // killed in the middle: the same request_id makes it count once
      }
      FL_RETURN_IF_ERROR(FromGrpc(status));
      if (response.articles_size() != 1) return absl::InternalError(response.ShortDebugString());
      return ledger_.Acknowledge(operation, response.articles(0), response.duplicate());
    }
  }

  harness::Cluster& cluster_;
  ArticleLedger& ledger_;
  std::atomic<bool> stop_ = false;
  std::atomic<int> allowance_ = 0;
  std::thread thread_;
  absl::Status status_;
};

// Compares what queries answer with the ledger. The client must rest.
class Auditor {
 public:
  Auditor(harness::Cluster& cluster, const ArticleLedger& ledger) : cluster_(cluster), ledger_(ledger) {}

  void ExpectAllKept() {
    ASSERT_EQ(cluster_.AwaitVisible(ledger_.end_offset(), absl::Minutes(3)), absl::OkStatus());
    for (const auto& [id, expected] : ledger_.articles()) ExpectArticle(id, expected);
    v1::SearchResponse all;
    ASSERT_TRUE(cluster_.query().Search(Within(absl::Seconds(60)).get(), {}, &all).ok());
    EXPECT_EQ(all.total_count(), ledger_.live_count());
  }

  // The command that users run.
  void ExpectIndexEqualsRebuild() {
    std::string output;
    EXPECT_EQ(cluster_.RunClient({"admin", "verify", Cat("--data_dir=", cluster_.data_dir())}, &output), 0) << output;
  }

 private:
  void ExpectArticle(const std::string& id, const ArticleLedger::Expected& expected) {
    v1::GetArticleRequest request;
    request.set_id(id);
    request.set_include_extraction(true);
    v1::GetArticleResponse response;
    const grpc::Status status = cluster_.query().GetArticle(Within(absl::Seconds(60)).get(), request, &response);
    if (expected.deleted) {
      EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND) << id;
      return;
    }
    ASSERT_TRUE(status.ok()) << id << ": " << status.error_message();
    EXPECT_EQ(response.article().version(), expected.version) << id;
    EXPECT_TRUE(response.article().body() == ledger_.ArticleOf(id, expected).body()) << id << " has another text";
    const std::string& body = response.article().body();
    for (const v1::Fact& fact : response.facts()) {
      ASSERT_EQ(fact.evidences_size(), 1) << id;
      const v1::Span& span = fact.evidences(0).span();
      ASSERT_LE(span.end(), body.size()) << id;
      EXPECT_EQ(body.substr(span.begin(), span.end() - span.begin()), fact.evidences(0).text()) << id;
    }
    for (const v1::ArticleEntity& entity : response.entities()) {
      for (const v1::Span& span : entity.mentions()) ASSERT_LE(span.end(), body.size()) << id;
    }
  }

  harness::Cluster& cluster_;
  const ArticleLedger& ledger_;
};

TEST(CrashTest, NothingAcknowledgedIsLostOrDoubledByKills) {
  const uint64_t kills = NumberFromEnvironment("FACTLINE_KILLS", 200);
  const uint64_t seed = NumberFromEnvironment("FACTLINE_SEED", 20240305);
  std::mt19937_64 random(seed);
  harness::Cluster cluster({.data_dir = harness::NewFolder("crash"),
                            .indexer_flags = {"--max_fresh_segments=6"}});  // merges are under way most of the time
  ASSERT_EQ(cluster.Start(), absl::OkStatus());
  ArticleLedger ledger(seed);
  Client client(cluster, ledger);
  Auditor auditor(cluster, ledger);
  constexpr uint64_t kKillsBetweenAudits = 40;
  constexpr int kOperationsBetweenKills = 40;

  client.Start();
  for (uint64_t kill = 1; kill <= kills; ++kill) {
    client.Allow(kOperationsBetweenKills);
    absl::SleepFor(absl::Microseconds(random() % 120'000));  // the random point; nothing waits for it
    const Role role = harness::kRoles[random() % 3];
    cluster.Kill(role);
    ASSERT_EQ(cluster.Start(role), absl::OkStatus()) << "kill " << kill << " of " << harness::RoleName(role);
    if (kill % kKillsBetweenAudits == 0 || kill == kills) {
      ASSERT_EQ(client.Stop(), absl::OkStatus()) << "after " << kill << " kills, seed " << seed;
      auditor.ExpectAllKept();
      if (::testing::Test::HasFailure()) FAIL() << "after " << kill << " kills, seed " << seed;
      if (kill < kills) client.Start();
    }
  }
  auditor.ExpectIndexEqualsRebuild();
  RecordProperty("kills", static_cast<int>(kills));
  RecordProperty("articles", static_cast<int>(ledger.articles().size()));
  EXPECT_GT(ledger.articles().size(), kills) << "the client hardly got anything through: the test shows little";
}

}  // namespace
}  // namespace factline::crash
