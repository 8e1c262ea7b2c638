#ifndef FACTLINE_QUERY_SERVICE_WORKER_POOL_H_
#define FACTLINE_QUERY_SERVICE_WORKER_POOL_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace factline::query {

// Runs tasks on a fixed number of threads, from a queue of fixed length. Thread-safe.
class WorkerPool {
 public:
  using Task = std::function<void()>;

  // Both at least 1.
  WorkerPool(size_t thread_count, size_t max_waiting);
  // Runs what still waits, then joins. No TrySubmit may come after.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False, and the task is dropped, if as many tasks wait as may.
  [[nodiscard]] bool TrySubmit(Task task);

 private:
  void Work();
  bool HasWorkOrEnds() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !waiting_.empty() || ends_; }

  const size_t max_waiting_;
  absl::Mutex mutex_;
  std::deque<Task> waiting_ ABSL_GUARDED_BY(mutex_);
  bool ends_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SERVICE_WORKER_POOL_H_
