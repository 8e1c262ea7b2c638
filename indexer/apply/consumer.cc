#include "indexer/apply/consumer.h"

#include <algorithm>
#include <utility>

#include "protos/vocab/cat.h"
#include "protos/vocab/status.h"
#include "protos/vocab/timestamp.h"
#include "protos/vocab/trace_context.h"

namespace factline::apply {
namespace {

constexpr std::string_view kEventsDropped = "EVENTS_DROPPED";
// Space must come back by a part of the reserve before writing goes on, so that it does not flicker.
constexpr uint64_t kReserveHysteresis = 20;

}  // namespace

Consumer::Consumer(log::Reader& reader, store::Writer& writer, const DocumentBuilder& builder, ConsumerOptions options)
    : reader_(reader),
      writer_(writer),
      options_(std::move(options)),
      pool_(builder, options_.builder_threads),
      next_read_(writer.consumed_offset()) {
  progress_.partition = options_.partition;
  progress_.indexed_offset = next_read_;
  progress_.log_end_offset = next_read_;
  progress_.stall = "the log has not been heard yet";
}

absl::Status Consumer::Run() {
  reader_.ReportConsumed(options_.partition, writer_.consumed_offset());
  absl::Duration retry = options_.min_retry;
  while (WaitUnlessStopped(absl::ZeroDuration())) {
    FL_ASSIGN_OR_RETURN(const Turn turn, Step());
    if (turn == Turn::kEnded) return absl::OkStatus();
    if (turn != Turn::kRetry) {
      retry = options_.min_retry;
      continue;
    }
    if (!WaitUnlessStopped(retry)) break;
    retry = std::min(retry * 2, options_.max_retry);
  }
  return absl::OkStatus();
}

void Consumer::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_came_.notify_all();
}

Progress Consumer::progress() const {
  const std::lock_guard lock(mutex_);
  return progress_;
}

absl::StatusOr<Consumer::Turn> Consumer::Step() {
  if (IsAtEnd()) return Turn::kEnded;
  if (!HasRoomOnDisk()) return Turn::kRetry;
  FL_ASSIGN_OR_RETURN(const Turn read, ReadMore());
  if (pool_.pending_events() == 0 || (read == Turn::kIdle && WaitsForMore())) return read;
  last_commit_ = std::chrono::steady_clock::now();
  return CommitBatch(Gather());
}

bool Consumer::IsAtEnd() const {
  return options_.end_offset_exclusive.has_value() && writer_.consumed_offset() >= *options_.end_offset_exclusive;
}

bool Consumer::HasRoomOnDisk() {
  if (options_.disk_reserve_bytes == 0 || !options_.free_bytes) return true;
  const absl::StatusOr<uint64_t> free = options_.free_bytes();
  if (!free.ok()) {
    SetStall(Cat("free disk space is unknown: ", free.status().message()));
    return false;
  }
  const uint64_t reserve = options_.disk_reserve_bytes;
  const uint64_t needed = is_short_of_disk_ ? reserve + reserve / kReserveHysteresis : reserve;
  is_short_of_disk_ = *free < needed;
  if (is_short_of_disk_) SetStall(Cat("the disk is nearly full: fewer than ", needed, " bytes are free"));
  return !is_short_of_disk_;
}

bool Consumer::IsPoolFull() const {
  return pool_.pending_events() >= options_.max_batch_events || pool_.pending_bytes() >= options_.max_batch_bytes;
}

bool Consumer::HasReadAll() const {
  return options_.end_offset_exclusive.has_value() && next_read_ >= *options_.end_offset_exclusive;
}

absl::Duration Consumer::UntilNextCommit() const {
  if (!last_commit_.has_value()) return absl::ZeroDuration();
  return options_.min_commit_interval - absl::FromChrono(std::chrono::steady_clock::now() - *last_commit_);
}

// True while the next commit may take more with it.
bool Consumer::WaitsForMore() const {
  return !IsPoolFull() && !HasReadAll() && UntilNextCommit() > absl::ZeroDuration();
}

// How long the log is to be waited for: until a commit is due, once there is nothing left to build that nobody has
// begun.
absl::Duration Consumer::BuildOrWait() {
  if (pool_.pending_events() == 0) return options_.idle_wait;
  if (!WaitsForMore() || pool_.BuildOne()) return absl::ZeroDuration();
  return std::clamp(UntilNextCommit(), absl::ZeroDuration(), options_.idle_wait);
}

log::ReadLimits Consumer::LimitsWithin(absl::Duration wait) const {
  log::ReadLimits limits{.max_events = options_.max_batch_events, .max_bytes = options_.max_batch_bytes, .wait = wait};
  if (options_.end_offset_exclusive.has_value()) {
    limits.max_events =
        std::min<uint64_t>(limits.max_events, options_.end_offset_exclusive->value() - next_read_.value());
  }
  return limits;
}

// An index that goes on with a log other than the one it was made from would be wrong without a word: after a restore,
// a log may have come back to an offset that the index has passed. So the first thing read is the event of the newest
// document.
absl::Status Consumer::BeginAtNewest() {
  if (std::exchange(has_begun_, true)) return absl::OkStatus();
  absl::StatusOr<std::optional<storage::v1::DocRecord>> newest = writer_.NewestDocument();
  if (!newest.ok()) return Fail(std::move(newest).status());
  newest_ = *std::move(newest);
  if (newest_.has_value()) next_read_ = std::min(next_read_, Offset(newest_->log_offset()));
  return absl::OkStatus();
}

// Asks for more while the pool has little to do.
absl::StatusOr<Consumer::Turn> Consumer::ReadMore() {
  FL_RETURN_IF_ERROR(BeginAtNewest());
  if (IsPoolFull() || HasReadAll()) return Turn::kIdle;
  absl::StatusOr<log::EventBatch> batch = reader_.Read(options_.partition, next_read_, LimitsWithin(BuildOrWait()));
  if (!batch.ok()) {
    if (newest_.has_value() && ReasonOf(batch.status()) == kEventsDropped) {  // indexed long ago
      newest_.reset();
      next_read_ = writer_.consumed_offset();
      return Turn::kRetry;
    }
    if (absl::Status fatal = FatalReadError(batch.status()); !fatal.ok()) return Fail(std::move(fatal));
    SetStall(Cat("the log does not answer: ", batch.status().message()));
    return Turn::kRetry;
  }
  FL_RETURN_IF_ERROR(Accept(*std::move(batch)));
  return Turn::kIdle;
}

absl::Status Consumer::FatalReadError(const absl::Status& status) const {
  if (absl::IsDataLoss(status) || absl::IsInvalidArgument(status)) {
    return absl::Status(status.code(),
                        Cat("the log cannot be read from offset ", next_read_.value(), " on: ", status.message()));
  }
  if (!absl::IsOutOfRange(status)) return absl::OkStatus();
  if (ReasonOf(status) == kEventsDropped) {
    return WithReason(absl::DataLossError(Cat("the log dropped events from offset ", next_read_.value(),
                                              " on before they were indexed: ", status.message())),
                      kEventsDropped);
  }
  return Ahead(ToStd(status.message()));
}

absl::Status Consumer::Ahead(std::string_view why) const {
  return absl::FailedPreconditionError(Cat(
      "the index is ahead of the log: it has consumed the events before ", writer_.consumed_offset().value(), ", but ",
      why, ". The log is another one, or an older one, than the index was made from: make the index anew ",
      "(factline admin rebuild), or restore log and index of one backup"));
}

absl::Status Consumer::CheckConsumed(const log::Event& event) const {
  if (!newest_.has_value() || event.offset != Offset(newest_->log_offset())) return absl::OkStatus();
  const std::string& id = newest_->article().id();
  const bool is_it = event.event.article_accepted().article().id() == id &&
                     FromTimestamp(event.event.accepted_time()) == FromTimestamp(newest_->indexed_time());
  return is_it ? absl::OkStatus()
               : Ahead(Cat("event ", event.offset.value(), " of the log is not the one that article '", id,
                           "' came from"));
}

absl::Status Consumer::Accept(log::EventBatch batch) {
  if (batch.end_offset < writer_.consumed_offset()) {
    return Fail(Ahead(Cat("the log ends at ", batch.end_offset.value())));
  }
  for (log::Event& event : batch.events) {
    if (event.offset != next_read_) {
      return Fail(absl::DataLossError(
          Cat("the log gave offset ", event.offset.value(), " in the place of ", next_read_.value())));
    }
    next_read_ = Offset(next_read_.value() + 1);
    if (event.offset < writer_.consumed_offset()) {
      if (absl::Status status = CheckConsumed(event); !status.ok()) return Fail(std::move(status));
      continue;
    }
    newest_.reset();
    pool_.Submit(std::move(event), options_.clock());
  }
  SetStall("", Severity::kInfo);
  const std::lock_guard lock(mutex_);
  progress_.heard_time = options_.clock();
  progress_.log_end_offset = std::max(batch.end_offset, next_read_);
  if (progress_.lag_events() > 0) {
    progress_.oldest_waiting_time = pool_.oldest_accepted_time().value_or(last_applied_time_);
  }
  CountPending();
  return absl::OkStatus();
}

void Consumer::CountPending() {
  progress_.waiting_since = pool_.oldest_submitted_time();
  progress_.pending_events = pool_.pending_events();
  progress_.pending_bytes = pool_.pending_bytes();
}

Consumer::Batch Consumer::Gather() {
  Batch batch;
  batch.end = writer_.consumed_offset();
  AddTo(batch, *pool_.TakeNext(absl::InfiniteFuture()));
  const absl::Time deadline = absl::Now() + options_.max_gather;
  while (batch.accepted_times.size() < options_.max_batch_events && batch.event_bytes < options_.max_batch_bytes &&
         absl::Now() < deadline) {
    std::optional<BuildPool::Built> next = pool_.TakeNext(deadline);
    if (!next.has_value()) break;
    AddTo(batch, *std::move(next));
  }
  return batch;
}

void Consumer::AddTo(Batch& batch, BuildPool::Built built) {
  batch.end = Offset(built.offset.value() + 1);
  batch.newest_accepted_time = built.accepted_time;
  batch.accepted_times.push_back(built.accepted_time);
  batch.event_bytes += built.event_bytes;
  const bool is_skipped = !built.built.change.has_value();
  if (!built.built.problem.empty()) {
    batch.problems.push_back(
        {is_skipped, Cat("event ", built.offset.value(),
                         is_skipped ? " was skipped: " : " was indexed in part: ", built.built.problem)});
  }
  if (options_.traced && IsSampled(built.traceparent)) {
    batch.traces.push_back({.traceparent = std::move(built.traceparent),
                            .id = is_skipped ? "" : built.built.change->id,
                            .kind = is_skipped ? std::nullopt : std::optional(built.built.change->kind),
                            .offset = built.offset,
                            .accepted_time = built.accepted_time,
                            .read_time = built.submitted_time});
  }
  if (is_skipped) return;
  store::Change& change = *built.built.change;
  batch.articles += change.kind == store::Change::Kind::kPut;
  batch.deletions += change.kind == store::Change::Kind::kDelete;
  if (change.document != nullptr) batch.facts += static_cast<uint64_t>(change.document->record.facts_size());
  batch.changes.push_back(std::move(change));
}

absl::StatusOr<Consumer::Turn> Consumer::CommitBatch(Batch batch) {
  const absl::Status status = writer_.Commit(std::move(batch.changes), batch.end);
  if (!status.ok()) return HandleCommitError(status);
  commit_failures_ = 0;
  TellCommitted(batch);
  last_applied_time_ = batch.newest_accepted_time;
  reader_.ReportConsumed(options_.partition, batch.end);
  for (const Problem& problem : batch.problems) {
    Tell(problem.is_skipped ? Severity::kError : Severity::kWarning, problem.line);
  }
  const std::lock_guard lock(mutex_);
  progress_.indexed_offset = batch.end;
  progress_.log_end_offset = std::max(progress_.log_end_offset, batch.end);
  progress_.oldest_waiting_time = std::nullopt;
  if (progress_.lag_events() > 0) {
    progress_.oldest_waiting_time = pool_.oldest_accepted_time().value_or(last_applied_time_);
  }
  CountPending();
  ++progress_.commits;
  progress_.articles += batch.articles;
  progress_.deletions += batch.deletions;
  progress_.facts += batch.facts;
  for (Problem& problem : batch.problems) {
    ++(problem.is_skipped ? progress_.skipped_events : progress_.degraded_events);
    progress_.last_problem = std::move(problem.line);
  }
  return Turn::kCommitted;
}

void Consumer::TellCommitted(const Batch& batch) {
  const absl::Time now = options_.clock();
  for (const absl::Time accepted : batch.accepted_times) {
    commit_times_.Observe(std::max(now - accepted, absl::ZeroDuration()));
  }
  for (const Trace& trace : batch.traces) {
    options_.traced({.traceparent = trace.traceparent,
                     .offset = trace.offset,
                     .kind = trace.kind,
                     .id = trace.id,
                     .accepted_time = trace.accepted_time,
                     .read_time = trace.read_time,
                     .committed_time = now});
  }
}

absl::StatusOr<Consumer::Turn> Consumer::HandleCommitError(const absl::Status& status) {
  ++commit_failures_;
  const bool is_hopeless = absl::IsDataLoss(status) || absl::IsFailedPrecondition(status);
  if (is_hopeless || commit_failures_ >= options_.max_commit_failures) return Fail(status);
  SetStall(Cat("the index cannot be written: ", status.message()));
  pool_.Clear();  // its changes build upon the ones that were lost
  next_read_ = writer_.consumed_offset();
  const std::lock_guard lock(mutex_);
  CountPending();
  return Turn::kRetry;
}

void Consumer::SetStall(const std::string& stall, Severity severity) {
  {
    const std::lock_guard lock(mutex_);
    if (progress_.stall == stall) return;
    progress_.stall = stall;
  }
  Tell(severity, stall.empty() ? "indexing goes on" : stall);
}

absl::Status Consumer::Fail(absl::Status status) {
  SetStall(std::string(ToStd(status.message())), Severity::kError);
  return status;
}

void Consumer::Tell(Severity severity, std::string_view line) const {
  if (options_.log) options_.log(severity, line);
}

bool Consumer::WaitUnlessStopped(absl::Duration duration) {
  std::unique_lock lock(mutex_);
  return !stop_came_.wait_for(lock, absl::ToChronoNanoseconds(duration), [this] { return stopping_; });
}

}  // namespace factline::apply
