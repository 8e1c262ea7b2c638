#include "indexer/service/admin_service.h"

#include <algorithm>
#include <utility>

#include "protos/vocab/grpc_status.h"
#include "protos/vocab/timestamp.h"

namespace factline::service {
namespace {

void FillCounts(const store::IndexInfo& info, v1::GetIndexStatsResponse* response) {
  response->set_generation(info.generation);
  response->set_live_article_count(info.live_docs);
  response->set_deleted_article_count(info.deleted_docs);
  response->set_fact_count(info.facts);
  response->set_entity_count(info.entities);
  response->set_disk_bytes(info.disk_bytes);
  response->set_merges(info.merges);
  response->set_merged_bytes(info.merged_bytes);
  for (const store::SegmentInfo& segment : info.segments) {
    v1::SegmentStats& stats = *response->add_segments();
    stats.set_segment_id(segment.id.value());
    stats.set_fresh(segment.fresh);
    stats.set_article_count(segment.doc_count);
    stats.set_deleted_count(segment.deleted_count);
    stats.set_bytes(segment.bytes);
  }
  for (const auto& [name, bytes] : info.column_family_bytes) {
    v1::ColumnFamilyStats& stats = *response->add_column_families();
    stats.set_name(name);
    stats.set_bytes(bytes);
  }
}

void FillLag(const apply::Progress& progress, absl::Time now, v1::GetLagResponse* response) {
  response->set_partition(progress.partition.value());
  response->set_indexed_offset(progress.indexed_offset.value());
  response->set_log_end_offset(progress.log_end_offset.value());
  response->set_lag_events(progress.lag_events());
  response->set_progressing(progress.stall.empty());
  response->set_stall(progress.stall);
  response->set_skipped_events(progress.skipped_events);
  response->set_degraded_events(progress.degraded_events);
  response->set_last_problem(progress.last_problem);
  absl::Duration lag;
  if (progress.oldest_waiting_time.has_value()) lag = std::max(lag, now - *progress.oldest_waiting_time);
  if (lag == absl::InfiniteDuration()) lag = absl::ZeroDuration();  // nothing tells how old it is
  const int64_t seconds = absl::IDivDuration(lag, absl::Seconds(1), &lag);
  response->mutable_lag_time()->set_seconds(seconds);
  response->mutable_lag_time()->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(lag)));
  if (progress.heard_time.has_value()) *response->mutable_log_heard_time() = ToTimestamp(*progress.heard_time);
}

}  // namespace

AdminService::AdminService(const store::Writer& writer, store::IndexVersions versions,
                           std::function<apply::Progress()> progress, std::function<absl::Time()> clock)
    : writer_(writer), versions_(std::move(versions)), progress_(std::move(progress)), clock_(std::move(clock)) {
  stats_thread_ = std::thread([this] { AnswerStats(); });
}

AdminService::~AdminService() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  stats_thread_.join();
}

grpc::ServerUnaryReactor* AdminService::GetIndexStats(grpc::CallbackServerContext* context,
                                                      const v1::GetIndexStatsRequest*,
                                                      v1::GetIndexStatsResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() < kMaxWaiting) {
      waiting_.push_back({reactor, response});
      changed_.notify_all();
      return reactor;
    }
  }
  reactor->Finish(ToGrpc(absl::ResourceExhaustedError("too many requests for statistics wait")));
  return reactor;
}

void AdminService::AnswerStats() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const StatsRequest request = waiting_.front();
    waiting_.pop_front();
    lock.unlock();
    request.reactor->Finish(FillStats(request.response));
    lock.lock();
  }
}

grpc::Status AdminService::FillStats(v1::GetIndexStatsResponse* response) const {
  const absl::StatusOr<store::IndexInfo> info = writer_.Info();
  if (!info.ok()) return ToGrpc(info.status());
  response->set_format_version(versions_.format_version);
  response->set_analyzer_version(versions_.analyzer_version);
  response->set_extractor_version(versions_.extractor_version);
  FillCounts(*info, response);
  return grpc::Status::OK;
}

grpc::ServerUnaryReactor* AdminService::GetLag(grpc::CallbackServerContext* context, const v1::GetLagRequest*,
                                               v1::GetLagResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  FillLag(progress_(), clock_(), response);
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

}  // namespace factline::service
