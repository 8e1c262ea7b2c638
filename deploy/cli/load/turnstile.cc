#include "deploy/cli/load/turnstile.h"

#include <algorithm>

namespace factline::load {
namespace {

// How long want of room may hide that the pacer gives up.
constexpr absl::Duration kLookAgain = absl::Milliseconds(100);

}  // namespace

std::optional<absl::Duration> Turnstile::Enter() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    const absl::Duration now = watch_.elapsed();
    const Pacer::Turn turn = pacer_.Next(now, in_flight_ < max_in_flight_);
    switch (turn.what) {
      case Pacer::What::kSend:
        ++in_flight_;
        return turn.at;
      case Pacer::What::kEnd:
        return std::nullopt;
      case Pacer::What::kFull:
        wants_room_ = true;
        may_enter_.wait_for(lock, absl::ToChronoNanoseconds(kLookAgain));
        wants_room_ = false;
        break;
      case Pacer::What::kWait:
        may_enter_.wait_for(lock, absl::ToChronoNanoseconds(turn.at - now));
        break;
    }
  }
}

void Turnstile::Leave() {
  const std::lock_guard<std::mutex> lock(mutex_);
  --in_flight_;
  if (wants_room_) may_enter_.notify_one();
  if (in_flight_ == 0) left_.notify_all();
}

void Turnstile::Stop() {
  const std::lock_guard<std::mutex> lock(mutex_);
  pacer_.Abandon(watch_.elapsed());
  may_enter_.notify_one();
}

void Turnstile::AwaitEmpty() {
  std::unique_lock<std::mutex> lock(mutex_);
  left_.wait(lock, [this] { return in_flight_ == 0; });
}

size_t Turnstile::waiting() {
  const std::lock_guard<std::mutex> lock(mutex_);
  pacer_.Advance(watch_.elapsed());
  return in_flight_ + pacer_.backlog();
}

}  // namespace factline::load
