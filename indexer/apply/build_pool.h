#ifndef FACTLINE_INDEXER_APPLY_BUILD_POOL_H_
#define FACTLINE_INDEXER_APPLY_BUILD_POOL_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "indexer/apply/document_builder.h"
#include "ingest/log/reader.h"

namespace factline::apply {

// Builds the changes of events on several threads and gives them back in the order of the events. One thread submits
// and takes; it builds too, when it asks to (BuildOne) and whenever it would wait for an event that nobody has begun,
// so that no worker is needed at all. What is in it is bounded by its owner, who looks at pending().
class BuildPool {
 public:
  struct Built {
    Offset offset;
    absl::Time accepted_time;
    absl::Time submitted_time;
    size_t event_bytes = 0;
    std::string traceparent;  // the event's
    BuiltChange built;
  };

  // `builder` must outlive the pool.
  BuildPool(const DocumentBuilder& builder, int threads);
  ~BuildPool();
  BuildPool(const BuildPool&) = delete;
  BuildPool& operator=(const BuildPool&) = delete;

  // `now`: for oldest_submitted_time.
  void Submit(log::Event event, absl::Time now);

  // The oldest event submitted and not taken, once it is built. Nullopt if there is none, or if it is not built before
  // `deadline`.
  std::optional<Built> TakeNext(absl::Time deadline);

  // Builds the oldest event that nobody has begun, on this thread; false if there is none.
  bool BuildOne();

  // Forgets all that is not taken.
  void Clear();

  size_t pending_events() const { return tasks_.size(); }
  size_t pending_bytes() const { return pending_bytes_; }
  // When the oldest event that is not taken was accepted.
  std::optional<absl::Time> oldest_accepted_time() const;
  // And when it was submitted.
  std::optional<absl::Time> oldest_submitted_time() const;

 private:
  enum class State { kWaiting, kRunning, kDone };
  struct Task {
    log::Event event;
    Built result;
    State state = State::kWaiting;  // guarded by mutex_
  };

  void Work();
  void BuildTask(Task& task) const;

  const DocumentBuilder& builder_;
  std::deque<std::shared_ptr<Task>> tasks_;  // the owner's thread alone; in the order of the events
  size_t pending_bytes_ = 0;

  std::mutex mutex_;  // guards what follows
  std::condition_variable work_came_;
  std::condition_variable task_done_;
  std::deque<std::shared_ptr<Task>> waiting_;
  bool stopping_ = false;

  std::vector<std::thread> threads_;
};

}  // namespace factline::apply

#endif  // FACTLINE_INDEXER_APPLY_BUILD_POOL_H_
