#ifndef FACTLINE_QUERY_SERVICE_WORKER_POOL_H_
#define FACTLINE_QUERY_SERVICE_WORKER_POOL_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

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

  struct Load {
    size_t waiting = 0, running = 0;  // tasks
  };
  Load load() const;

 private:
  void Work();

  const size_t max_waiting_;
  mutable std::mutex mutex_;  // guards waiting_, running_ and ends_
  std::condition_variable has_work_or_ends_;
  std::deque<Task> waiting_;
  size_t running_ = 0;
  bool ends_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SERVICE_WORKER_POOL_H_
