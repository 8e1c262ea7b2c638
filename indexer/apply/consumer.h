#ifndef FACTLINE_INDEXER_APPLY_CONSUMER_H_
#define FACTLINE_INDEXER_APPLY_CONSUMER_H_

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "indexer/apply/build_pool.h"
#include "indexer/apply/document_builder.h"
#include "indexer/apply/progress.h"
#include "indexer/store/writer.h"
#include "ingest/log/reader.h"
#include "protos/vocab/duration_histogram.h"

namespace factline::apply {

// How much a line matters to an operator.
enum class Severity {
  kInfo,     // goes well again
  kWarning,  // mends itself, or was saved in part
  kError,    // something is lost to the index, or nothing goes on by itself
};

// An event of a sampled trace that is in the index, durably: a query server finds it from its next look on.
struct TracedCommit {
  std::string_view traceparent;
  Offset offset;
  std::optional<store::Change::Kind> kind;  // unset: the event could not be applied
  std::string_view id;                      // of the article or page; empty without a kind
  absl::Time accepted_time, read_time, committed_time;
};

struct ConsumerOptions {
  Partition partition;
  int builder_threads = 1;                             // beside the consumer's own; zero: that one alone
  size_t max_batch_events = 512;                       // of one commit
  size_t max_batch_bytes = 8 << 20;                    // of one commit's events; one larger event comes alone
  absl::Duration max_gather = absl::Milliseconds(20);  // a commit waits no longer for what is being built
  // From one commit to the next, unless a batch's worth of events waits: what comes closer together shares one commit,
  // one sync of the disk and one step of those who follow. An event after a pause is committed at once; zero: each is.
  absl::Duration min_commit_interval = absl::Milliseconds(50);
  absl::Duration idle_wait = absl::Milliseconds(250);  // how long the log is asked to wait for an event
  absl::Duration min_retry = absl::Milliseconds(50);   // after an error; doubles up to max_retry
  absl::Duration max_retry = absl::Seconds(5);
  int max_commit_failures = 10;                // in a row; then Run gives up
  uint64_t disk_reserve_bytes = 0;             // nothing is written while less is free; zero: never pause
  std::optional<Offset> end_offset_exclusive;  // Run ends once events before it are applied; unset: never

  // Free bytes of the index's file system; unset: never pause.
  std::function<absl::StatusOr<uint64_t>()> free_bytes;
  std::function<absl::Time()> clock = absl::Now;
  // One line for an operator: what was skipped or degraded, what stalls and when it goes on. Unset: not told.
  std::function<void(Severity, std::string_view)> log;
  // Told of each event of a sampled trace once it is committed; quick. Unset: not told.
  std::function<void(const TracedCommit&)> traced;
};

// Applies a partition of the log to an index: reads, builds on a few threads, commits in order. An event alone is
// committed as soon as it is built; when there are more, one commit an interval takes all that are built by then, and
// the next ones are built while it waits for the disk.
//
// What the world does to it: a log that is away is asked again, later and later. A disk that is nearly full is waited
// for. A commit that fails is built anew from the index's own offset. An event that cannot be applied is passed over,
// counted and told, for it would stop the log for ever: DocumentBuilder saves what it can.
//
// What ends Run is an error that waiting does not mend: events that the log dropped before they were consumed (reason
// EVENTS_DROPPED), an index ahead of the log or made from another one (whose event stands where the index's newest
// document came from), a partition that the log does not have, a damaged record, offsets that do
// not add up, a corrupt index, or max_commit_failures.
class Consumer {
 public:
  // All must outlive the consumer. Nobody else commits to `writer`.
  Consumer(log::Reader& reader, store::Writer& writer, const DocumentBuilder& builder, ConsumerOptions options);
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;

  // Until Stop, the end offset, or an error that waiting does not mend. Once.
  absl::Status Run();

  // From any thread; Run returns within about idle_wait and the time of one commit.
  void Stop();

  // From any thread.
  Progress progress() const;

  // From an event's acceptance by the ingestor to its commit, by both their clocks. From any thread.
  DurationHistogram::Counts commit_times() const { return commit_times_.counts(); }

  // One turn of Run: reads if there is room, builds, and commits what is built if a commit is due (kCommitted). kRetry
  // asks for a pause first.
  enum class Turn { kCommitted, kIdle, kRetry, kEnded };
  absl::StatusOr<Turn> Step();

 private:
  // Of an event that was passed over, or applied in part.
  struct Problem {
    bool is_skipped = false;
    std::string line;
  };
  struct Trace {
    std::string traceparent, id;
    std::optional<store::Change::Kind> kind;
    Offset offset;
    absl::Time accepted_time, read_time;
  };
  struct Batch {
    std::vector<store::Change> changes;
    Offset end;  // exclusive
    absl::Time newest_accepted_time = absl::InfinitePast();
    std::vector<absl::Time> accepted_times;
    size_t event_bytes = 0;
    uint64_t articles = 0, deletions = 0, facts = 0;
    std::vector<Trace> traces;
    std::vector<Problem> problems;  // counted and told once they are committed: a commit that fails is built anew
  };

  bool HasRoomOnDisk();
  absl::Duration BuildOrWait();
  log::ReadLimits LimitsWithin(absl::Duration wait) const;
  absl::Status BeginAtNewest();
  absl::StatusOr<Turn> ReadMore();  // kIdle: nothing to retry
  absl::Status Accept(log::EventBatch batch);
  absl::Status CheckConsumed(const log::Event& event) const;
  absl::Status Ahead(std::string_view why) const;
  absl::Status FatalReadError(const absl::Status& status) const;  // OK: ask again later
  Batch Gather();
  void AddTo(Batch& batch, BuildPool::Built built);
  absl::StatusOr<Turn> CommitBatch(Batch batch);
  absl::StatusOr<Turn> HandleCommitError(const absl::Status& status);
  void TellCommitted(const Batch& batch);
  void CountPending();  // with mutex_ held

  void SetStall(const std::string& stall, Severity severity = Severity::kWarning);  // "": none any more
  absl::Status Fail(absl::Status status);
  void Tell(Severity severity, std::string_view line) const;
  bool IsAtEnd() const;
  bool HasReadAll() const;
  bool IsPoolFull() const;
  bool WaitsForMore() const;
  absl::Duration UntilNextCommit() const;           // zero or less: it is due
  bool WaitUnlessStopped(absl::Duration duration);  // false once stopped

  log::Reader& reader_;
  store::Writer& writer_;
  const ConsumerOptions options_;
  BuildPool pool_;
  Offset next_read_;  // events before the writer's offset are looked at and not applied again
  bool has_begun_ = false;
  std::optional<storage::v1::DocRecord>
      newest_;  // of the index as it was found; unset once the log has shown its event
  absl::Time last_applied_time_ = absl::InfinitePast();
  std::optional<std::chrono::steady_clock::time_point> last_commit_;  // when it began
  int commit_failures_ = 0;
  bool is_short_of_disk_ = false;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable stop_came_;
  Progress progress_;
  DurationHistogram commit_times_;  // not guarded
  bool stopping_ = false;
};

}  // namespace factline::apply

#endif  // FACTLINE_INDEXER_APPLY_CONSUMER_H_
