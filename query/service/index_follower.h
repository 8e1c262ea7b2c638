#ifndef FACTLINE_QUERY_SERVICE_INDEX_FOLLOWER_H_
#define FACTLINE_QUERY_SERVICE_INDEX_FOLLOWER_H_

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "indexer/store/reader.h"

namespace factline::query {

struct IndexFollowerOptions {
  // Opens the index; asked again until it succeeds. Usually store::Reader::Open.
  std::function<absl::StatusOr<std::unique_ptr<store::Reader>>()> open;
  absl::Duration interval = absl::Milliseconds(5);         // between looks for news while there are some
  absl::Duration idle_interval = absl::Milliseconds(25);   // what that grows to while there are none
  absl::Duration open_interval = absl::Milliseconds(200);  // between attempts to open
  absl::Duration reopen_after = absl::Seconds(1);  // an index that fails for so long is opened anew: it may be another
};

// Keeps a view of the index fresh. One thread of its own, between Start and Stop; without Start, tests call Step().
// The other methods may be called by any thread at any time.
class IndexFollower {
 public:
  explicit IndexFollower(IndexFollowerOptions options);
  ~IndexFollower();  // stops
  IndexFollower(const IndexFollower&) = delete;
  IndexFollower& operator=(const IndexFollower&) = delete;

  void Start();
  void Stop();  // returns once the thread has ended; views stay good

  // The newest view. UNAVAILABLE with reason INDEX_NOT_READY while there is none yet, and why. The view keeps its
  // reader alive; it may outlive the follower.
  absl::StatusOr<std::shared_ptr<const store::IndexView>> View() const;

  // When the index was last seen to have no more than the view. nullopt before the first time.
  std::optional<absl::Time> caught_up_time() const;

  // What the index was made with. nullopt while there is none.
  std::optional<store::IndexVersions> versions() const;

  // Opens the index, or catches up with it once. Returns how long to wait until the next step.
  absl::Duration Step(absl::Time now);

 private:
  absl::Duration Open(absl::Time now);
  absl::Duration CatchUp(absl::Time now);
  void Publish(absl::Time now);
  void Run();

  const IndexFollowerOptions options_;

  // Of the one thread that steps.
  std::shared_ptr<store::Reader> reader_;
  absl::Duration wait_;
  std::optional<absl::Time> failing_since_;

  mutable std::mutex mutex_;  // guards what follows, but the thread
  std::condition_variable stop_;
  std::shared_ptr<const store::IndexView> view_;
  std::optional<store::IndexVersions> versions_;
  std::optional<absl::Time> caught_up_time_;
  absl::Status open_status_;
  bool stops_ = false;
  std::thread thread_;
};

}  // namespace factline::query

#endif  // FACTLINE_QUERY_SERVICE_INDEX_FOLLOWER_H_
