#include "query/service/worker_pool.h"

#include <utility>

namespace factline::query {

WorkerPool::WorkerPool(size_t thread_count, size_t max_waiting) : max_waiting_(max_waiting) {
  threads_.reserve(thread_count);
  for (size_t i = 0; i < thread_count; ++i) threads_.emplace_back([this] { Work(); });
}

WorkerPool::~WorkerPool() {
  {
    std::lock_guard lock(mutex_);
    ends_ = true;
  }
  has_work_or_ends_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool WorkerPool::TrySubmit(Task task) {
  {
    std::lock_guard lock(mutex_);
    if (waiting_.size() >= max_waiting_) return false;
    waiting_.push_back(std::move(task));
  }
  has_work_or_ends_.notify_one();
  return true;
}

WorkerPool::Load WorkerPool::load() const {
  std::lock_guard lock(mutex_);
  return {.waiting = waiting_.size(), .running = running_};
}

void WorkerPool::Work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    has_work_or_ends_.wait(lock, [this] { return !waiting_.empty() || ends_; });
    if (waiting_.empty()) return;
    ++running_;
    {
      const Task task = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      task();
    }
    lock.lock();
    --running_;
  }
}

}  // namespace factline::query
