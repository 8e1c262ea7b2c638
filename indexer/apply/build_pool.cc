#include "indexer/apply/build_pool.h"

#include <utility>

#include "protos/vocab/timestamp.h"

namespace factline::apply {

BuildPool::BuildPool(const DocumentBuilder& builder, int threads) : builder_(builder) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
}

BuildPool::~BuildPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    waiting_.clear();
  }
  work_came_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void BuildPool::Submit(log::Event event, absl::Time now) {
  auto task = std::make_shared<Task>();
  task->result.offset = event.offset;
  task->result.submitted_time = now;
  task->result.accepted_time = FromTimestamp(event.event.accepted_time());
  task->result.event_bytes = event.event.ByteSizeLong();
  task->result.traceparent = event.event.traceparent();
  task->event = std::move(event);
  pending_bytes_ += task->result.event_bytes;
  tasks_.push_back(task);
  if (threads_.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(task));
  }
  work_came_.notify_one();
}

std::optional<BuildPool::Built> BuildPool::TakeNext(absl::Time deadline) {
  if (tasks_.empty()) return std::nullopt;
  Task& task = *tasks_.front();
  bool is_mine = false;
  {
    std::unique_lock lock(mutex_);
    const auto is_done = [&task] { return task.state == State::kDone; };
    if (task.state == State::kWaiting) {
      task.state = State::kRunning;  // a worker that comes upon it passes on
      is_mine = true;
    } else if (deadline == absl::InfiniteFuture()) {
      task_done_.wait(lock, is_done);
    } else if (!task_done_.wait_until(lock, absl::ToChronoTime(deadline), is_done)) {
      return std::nullopt;
    }
  }
  if (is_mine) BuildTask(task);
  Built built = std::move(task.result);
  pending_bytes_ -= built.event_bytes;
  tasks_.pop_front();
  return built;
}

bool BuildPool::BuildOne() {
  for (const std::shared_ptr<Task>& task : tasks_) {
    {
      const std::lock_guard lock(mutex_);
      if (task->state != State::kWaiting) continue;
      task->state = State::kRunning;  // a worker that comes upon it passes on
    }
    BuildTask(*task);
    const std::lock_guard lock(mutex_);
    task->state = State::kDone;
    return true;
  }
  return false;
}

void BuildPool::Clear() {
  {
    const std::lock_guard lock(mutex_);
    waiting_.clear();  // a task that runs keeps itself alive
  }
  tasks_.clear();
  pending_bytes_ = 0;
}

std::optional<absl::Time> BuildPool::oldest_accepted_time() const {
  if (tasks_.empty()) return std::nullopt;
  return tasks_.front()->result.accepted_time;
}

std::optional<absl::Time> BuildPool::oldest_submitted_time() const {
  if (tasks_.empty()) return std::nullopt;
  return tasks_.front()->result.submitted_time;
}

void BuildPool::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    work_came_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    const std::shared_ptr<Task> task = std::move(waiting_.front());
    waiting_.pop_front();
    if (task->state != State::kWaiting) continue;
    task->state = State::kRunning;
    lock.unlock();
    BuildTask(*task);
    lock.lock();
    task->state = State::kDone;
    task_done_.notify_one();
  }
}

void BuildPool::BuildTask(Task& task) const {
  task.result.built = builder_.Build(task.event.offset, task.event.event);
  task.event.event.Clear();
}

}  // namespace factline::apply
