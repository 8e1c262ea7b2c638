#ifndef FACTLINE_INGEST_ACCEPT_ACCEPTOR_H_
#define FACTLINE_INGEST_ACCEPT_ACCEPTOR_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "factline/v1/ingest_service.pb.h"
#include "ingest/accept/prepare.h"
#include "ingest/log/writer.h"
#include "protos/vocab/duration_histogram.h"

namespace factline::accept {

using AcceptResult = absl::StatusOr<v1::Acceptance>;

// What an item of a sampled trace is answered.
struct TracedAnswer {
  std::string_view traceparent;
  bool is_deletion = false;
  const AcceptResult& result;
};

struct AcceptorOptions {
  Limits limits;
  size_t prepare_threads = 2;  // at least 1
  // Items that wait, from all lanes together. From here on `Congested` says so; at twice as much an item is refused
  // with RESOURCE_EXHAUSTED, reason QUEUE_FULL. Where nothing waits an item is always taken: zero means one at a time.
  size_t queue_items = 8192;
  size_t queue_bytes = 64 << 20;  // counted as about what an item takes in memory
  // One group, which costs one fsync.
  size_t group_items = 1024;
  size_t group_bytes = 16 << 20;
  absl::Duration request_id_retention = absl::Hours(24 * 7);
  size_t expired_requests_per_step = 1024;  // forgotten at a time, about every second or after each group
  std::function<absl::Time()> clock = absl::Now;
  // Told before the client is, by a thread of the acceptor; quick. Unset: not told.
  std::function<void(const TracedAnswer&)> traced;
};

struct Deletion {
  std::string id;
};

struct Submission {
  std::string request_id;  // may be empty
  // A status: what came could not even be read as an item, and is answered with that error in its turn.
  std::variant<std::monostate, v1::Article, v1::Page, Deletion, absl::Status> item;
  absl::Time deadline = absl::InfiniteFuture();  // an item not yet on its way to disk then is refused
  std::string traceparent;  // of the call it came with, as NormalTraceparent gives it; may be empty
};

struct AcceptorCounts {
  // Since construction.
  uint64_t accepted_items = 0, duplicate_items = 0, rejected_items = 0;
  uint64_t accepted_articles = 0;  // of accepted items: one for each article put or withdrawn
  // Rejected items by the reason that their error names, by its code where it names none ("INVALID_ARGUMENT").
  std::map<std::string, uint64_t> rejections;
  // As of now: items that are to become durable.
  uint64_t waiting_items = 0, waiting_bytes = 0;
};

// Takes items from many streams into the log. Items are prepared by a small pool; one thread gives them their place and
// appends all that waits with one fsync. Thread-safe. No two acceptors on one log.
class Acceptor {
 public:
  // Items of one lane are taken in and answered in the order of their submission. After an item was refused for the
  // moment (RESOURCE_EXHAUSTED, UNAVAILABLE) all behind it on the lane are refused with the same error: the client is
  // to send them again on a new lane, in their order, and no older version comes after a newer one.
  class Lane;

  // `writer` must outlive it.
  Acceptor(log::Writer* writer, AcceptorOptions options);
  ~Acceptor();  // after Stop()

  static std::shared_ptr<Lane> NewLane();

  // `done` is called exactly once, when the item is durable or refused, from a thread of the acceptor (never from
  // within Submit); it must be quick, and may submit. Never blocks.
  void Submit(const std::shared_ptr<Lane>& lane, Submission submission, std::function<void(AcceptResult)> done);

  // So much waits that a caller should not read more from its stream while an item of its own is under way.
  bool Congested() const;

  // Refuses what is submitted from now on with UNAVAILABLE, and returns when all that came before is answered, however
  // much still comes.
  void Stop();

  AcceptorCounts counts() const;
  // From an item's submission to its answer.
  DurationHistogram::Counts answer_times() const { return answer_times_.counts(); }

 private:
  struct Item;

  // With mutex_ held.
  bool IsFull(size_t factor) const;
  absl::Status RefusalOf(const Lane& lane) const;
  void AddRefused(std::shared_ptr<Item> item, absl::Status why);
  void AddWaiting(std::shared_ptr<Item> item);
  void ReleaseReady(Lane* lane);

  void Prepare();
  void PrepareItem(Item* item);
  void Commit();
  std::vector<std::shared_ptr<Item>> NextGroup();
  void CommitGroup(const std::vector<std::shared_ptr<Item>>& group);
  AcceptResult Sequence(class Sequencer* sequencer, Item* item);
  void RefuseFromNowOn(Lane* lane, const absl::Status& why);
  void Answer(const std::vector<std::shared_ptr<Item>>& group, std::vector<AcceptResult> results);
  void Count(const AcceptResult& result);  // with mutex_ held
  void ForgetExpired();
  absl::Time Now();

  log::Writer* const writer_;
  const AcceptorOptions options_;

  mutable std::mutex mutex_;  // guards what follows and every lane
  std::condition_variable to_prepare_changed_, ready_changed_, drained_;
  std::deque<std::shared_ptr<Item>> to_prepare_;
  std::deque<std::shared_ptr<Item>> ready_;    // prepared, and all before it in its lane
  std::deque<std::shared_ptr<Item>> refused_;  // nothing before it in its lane is unanswered: answered first
  size_t waiting_items_ = 0;                   // without refused ones, which keep next to nothing
  size_t waiting_bytes_ = 0;
  size_t unanswered_ = 0;  // of what came before Stop: waiting, or on their way to `done`
  bool refusing_ = false;  // after Stop
  bool closing_ = false;   // in the destructor

  // Of the commit thread.
  absl::Time last_now_ = absl::InfinitePast();
  absl::Time next_expiry_ = absl::InfinitePast();
  std::string expired_up_to_;

  AcceptorCounts counts_;  // guarded by mutex_; without what waits
  DurationHistogram answer_times_;
  std::vector<std::thread> threads_;
};

}  // namespace factline::accept

#endif  // FACTLINE_INGEST_ACCEPT_ACCEPTOR_H_
