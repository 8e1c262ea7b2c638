#include "indexer/service/admin_service.h"

#include <atomic>
#include <future>
#include <latch>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "protos/vocab/cat.h"

namespace factline::service {
namespace {

using ::testing::SizeIs;

class FakeWriter : public store::Writer {
 public:
  Offset consumed_offset() const override { return Offset(0); }
  absl::Status Commit(std::vector<store::Change>, Offset) override { return absl::OkStatus(); }
  absl::StatusOr<bool> MergeOnce(const store::MergeRequest&) override { return false; }
  absl::StatusOr<bool> DropReplaced() override { return false; }
  absl::StatusOr<store::IndexInfo> Info() const override {
    if (hangs) {
      asked.count_down();
      goes_on.wait();
    }
    const std::lock_guard lock(mutex_);
    return info_;
  }
  void SetInfo(absl::StatusOr<store::IndexInfo> info) {
    const std::lock_guard lock(mutex_);
    info_ = std::move(info);
  }

  std::atomic<bool> hangs = false;
  mutable std::latch asked{1};
  std::latch goes_on{1};

 private:
  mutable std::mutex mutex_;
  absl::StatusOr<store::IndexInfo> info_;
};

// The service on a port of its own, asked over gRPC.
class AdminServiceTest : public testing::Test {
 protected:
  AdminServiceTest()
      : service_(
            writer_, {.format_version = 3, .analyzer_version = "an", .extractor_version = "ex"},
            [this] { return progress_; }, [] { return absl::FromUnixSeconds(100); }) {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = v1::AdminService::NewStub(grpc::CreateChannel(Cat("127.0.0.1:", port), grpc::InsecureChannelCredentials()));
  }

  v1::GetLagResponse GetLag() {
    grpc::ClientContext context;
    v1::GetLagResponse response;
    EXPECT_TRUE(stub_->GetLag(&context, {}, &response).ok());
    return response;
  }

  FakeWriter writer_;
  apply::Progress progress_;
  AdminService service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::AdminService::Stub> stub_;
};

TEST_F(AdminServiceTest, StatsSayWhatTheIndexHolds) {
  store::IndexInfo info;
  info.generation = 9;
  info.live_docs = 40;
  info.deleted_docs = 2;
  info.facts = 7;
  info.entities = 5;
  info.disk_bytes = 1 << 20;
  info.segments = {{SegmentId(4), true, 30, 1, 1000}, {SegmentId(6), false, 12, 1, 2000}};
  info.column_family_bytes = {{"docs", 500}};
  writer_.SetInfo(info);
  grpc::ClientContext context;
  v1::GetIndexStatsResponse response;
  ASSERT_TRUE(stub_->GetIndexStats(&context, {}, &response).ok());
  EXPECT_EQ(response.format_version(), 3);
  EXPECT_EQ(response.extractor_version(), "ex");
  EXPECT_EQ(response.live_article_count(), 40);
  EXPECT_EQ(response.fact_count(), 7);
  ASSERT_THAT(response.segments(), SizeIs(2));
  EXPECT_TRUE(response.segments(0).fresh());
  EXPECT_EQ(response.segments(1).segment_id(), 6);
  EXPECT_EQ(response.column_families(0).name(), "docs");
}

TEST_F(AdminServiceTest, AnErrorOfTheIndexReachesTheCaller) {
  writer_.SetInfo(absl::DataLossError("bad manifest"));
  grpc::ClientContext context;
  v1::GetIndexStatsResponse response;
  const grpc::Status status = stub_->GetIndexStats(&context, {}, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DATA_LOSS);
  EXPECT_EQ(status.error_message(), "bad manifest");
}

TEST_F(AdminServiceTest, StatisticsThatHangHoldUpNobodyElse) {
  writer_.SetInfo(store::IndexInfo());
  writer_.hangs = true;
  std::atomic<int> refused = 0;
  const auto ask = [this, &refused] {
    grpc::ClientContext context;
    v1::GetIndexStatsResponse response;
    const grpc::Status status = stub_->GetIndexStats(&context, {}, &response);
    refused += status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED;
    return status;
  };
  std::vector<std::future<grpc::Status>> calls;
  calls.push_back(std::async(std::launch::async, ask));
  writer_.asked.wait();
  writer_.hangs = false;  // the others are answered once this one goes on
  for (int i = 0; i < 19; ++i) calls.push_back(std::async(std::launch::async, ask));
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (refused < 3 && absl::Now() < deadline) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_EQ(refused, 3) << "one is being answered, sixteen may wait";
  EXPECT_TRUE(GetLag().progressing());
  writer_.goes_on.count_down();
  int answered = 0;
  for (std::future<grpc::Status>& call : calls) answered += call.get().ok();
  EXPECT_EQ(answered, 17);
}

TEST_F(AdminServiceTest, LagCountsEventsAndTheAgeOfTheOldest) {
  progress_.partition = Partition(2);
  progress_.indexed_offset = Offset(10);
  progress_.log_end_offset = Offset(25);
  progress_.oldest_waiting_time = absl::FromUnixMillis(97'500);
  progress_.heard_time = absl::FromUnixMillis(99'250);
  const v1::GetLagResponse lag = GetLag();
  EXPECT_EQ(lag.partition(), 2);
  EXPECT_EQ(lag.lag_events(), 15);
  EXPECT_EQ(lag.lag_time().seconds(), 2);
  EXPECT_EQ(lag.lag_time().nanos(), 500'000'000);
  EXPECT_EQ(lag.log_heard_time().seconds(), 99);
  EXPECT_EQ(lag.log_heard_time().nanos(), 250'000'000);
  EXPECT_TRUE(lag.progressing());
}

TEST_F(AdminServiceTest, WhatWasPassedOverIsCountedAndSaid) {
  progress_.skipped_events = 2;
  progress_.degraded_events = 3;
  progress_.last_problem = "event 7 was skipped: it has no id";
  const v1::GetLagResponse lag = GetLag();
  EXPECT_EQ(lag.skipped_events(), 2);
  EXPECT_EQ(lag.degraded_events(), 3);
  EXPECT_EQ(lag.last_problem(), "event 7 was skipped: it has no id");
}

TEST_F(AdminServiceTest, AStallIsSaidAndUnknownTimesAreUnset) {
  progress_.stall = "the disk is nearly full";
  progress_.oldest_waiting_time = absl::InfinitePast();
  v1::GetLagResponse lag = GetLag();
  EXPECT_FALSE(lag.progressing());
  EXPECT_EQ(lag.stall(), "the disk is nearly full");
  EXPECT_EQ(lag.lag_time().seconds(), 0);
  EXPECT_FALSE(lag.has_log_heard_time());
  progress_.oldest_waiting_time = absl::FromUnixSeconds(101);
  EXPECT_EQ(GetLag().lag_time().seconds(), 0) << "clocks of two machines may differ";
}

}  // namespace
}  // namespace factline::service
