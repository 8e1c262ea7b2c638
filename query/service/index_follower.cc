#include "query/service/index_follower.h"

#include <algorithm>
#include <string>
#include <utility>

#include "protos/vocab/status.h"

namespace factline::query {
namespace {

// A view together with the reader that it reads by.
struct KeptView {
  std::shared_ptr<store::Reader> reader;
  std::shared_ptr<const store::IndexView> view;
};

}  // namespace

IndexFollower::IndexFollower(IndexFollowerOptions options)
    : options_(std::move(options)),
      wait_(options_.interval),
      open_status_(absl::UnavailableError("the index has not been opened yet")) {}

IndexFollower::~IndexFollower() { Stop(); }

void IndexFollower::Start() {
  thread_ = std::thread([this] { Run(); });
}

void IndexFollower::Stop() {
  {
    std::lock_guard lock(mutex_);
    stops_ = true;
  }
  stop_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void IndexFollower::Run() {
  for (;;) {
    const absl::Duration wait = Step(absl::Now());
    std::unique_lock lock(mutex_);
    if (stop_.wait_for(lock, absl::ToChronoNanoseconds(wait), [this] { return stops_; })) return;
  }
}

absl::Duration IndexFollower::Step(absl::Time now) { return reader_ == nullptr ? Open(now) : CatchUp(now); }

absl::Duration IndexFollower::Open(absl::Time now) {
  absl::StatusOr<std::unique_ptr<store::Reader>> opened = options_.open();
  if (!opened.ok()) {
    std::lock_guard lock(mutex_);
    open_status_ = opened.status();
    return options_.open_interval;
  }
  reader_ = *std::move(opened);
  failing_since_.reset();
  return CatchUp(now);
}

absl::Duration IndexFollower::CatchUp(absl::Time now) {
  const uint64_t generation = reader_->View()->generation();
  const absl::Status status = reader_->CatchUp();
  if (!status.ok()) {
    if (!failing_since_.has_value()) failing_since_ = now;
    if (now - *failing_since_ >= options_.reopen_after) {
      // Answers go on from the last view, which keeps this reader.
      reader_ = nullptr;
      return options_.open_interval;
    }
    return options_.idle_interval;
  }
  failing_since_.reset();
  const bool has_news = reader_->View()->generation() != generation;
  wait_ = has_news ? options_.interval : std::min(wait_ * 1.5, options_.idle_interval);
  Publish(now);
  return wait_;
}

// The time and the view that it is of change together.
void IndexFollower::Publish(absl::Time now) {
  std::shared_ptr<const store::IndexView> view = reader_->View();
  std::shared_ptr<const store::IndexView> published;
  const bool is_new = view_.get() != view.get();  // none but this thread changes it
  if (is_new) {
    auto kept = std::make_shared<const KeptView>(KeptView{reader_, std::move(view)});
    published = std::shared_ptr<const store::IndexView>(kept, kept->view.get());
  }
  std::lock_guard lock(mutex_);
  caught_up_time_ = now;
  if (!is_new) return;
  view_.swap(published);  // the old one dies, if nobody has it, after the lock
  versions_ = reader_->versions();
}

absl::StatusOr<std::shared_ptr<const store::IndexView>> IndexFollower::View() const {
  std::lock_guard lock(mutex_);
  if (view_ != nullptr) return view_;
  return WithRetryDelay(
      WithReason(absl::UnavailableError(Cat("there is no index to answer from yet: ", ToStd(open_status_.message()))),
                 "INDEX_NOT_READY"),
      options_.open_interval);
}

std::optional<absl::Time> IndexFollower::caught_up_time() const {
  std::lock_guard lock(mutex_);
  return caught_up_time_;
}

std::optional<store::IndexVersions> IndexFollower::versions() const {
  std::lock_guard lock(mutex_);
  return versions_;
}

}  // namespace factline::query
