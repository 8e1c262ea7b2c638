#include "ingest/accept/acceptor.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "ingest/accept/sequencer.h"
#include "ingest/accept/state.h"
#include "protos/vocab/status.h"
#include "protos/vocab/trace_context.h"

namespace factline::accept {
namespace {

constexpr absl::Duration kQueueRetryDelay = absl::Milliseconds(200);
constexpr absl::Duration kExpiryInterval = absl::Seconds(1);
constexpr size_t kMaxRejectionReasons = 32;  // more than there are

// About what an item takes in memory until it is durable: as it came, prepared, and as its event. All its fields count,
// for the caps on them are checked only later.
size_t CostOf(const Submission& submission) {
  constexpr size_t kOverheadBytes = 1024;
  const size_t bytes = kOverheadBytes + 3 * submission.request_id.size();
  if (const auto* article = std::get_if<v1::Article>(&submission.item)) return bytes + 3 * article->SpaceUsedLong();
  if (const auto* page = std::get_if<v1::Page>(&submission.item)) return bytes + 4 * page->SpaceUsedLong();
  if (const auto* deletion = std::get_if<Deletion>(&submission.item)) return bytes + 3 * deletion->id.size();
  return bytes;
}

// The errors that need no look at the text, and those of the small fields: found before an item waits anywhere.
absl::Status CheckAtOnce(const Submission& submission) {
  FL_RETURN_IF_ERROR(ValidateRequestId(submission.request_id));
  if (const auto* error = std::get_if<absl::Status>(&submission.item)) return *error;
  if (const auto* deletion = std::get_if<Deletion>(&submission.item)) return ValidateId("id", deletion->id);
  if (!std::holds_alternative<std::monostate>(submission.item)) return absl::OkStatus();
  return FieldError("item", "is not set; it must be an article or a page");
}

bool IsForTheMoment(const absl::Status& status) {
  return status.code() == absl::StatusCode::kResourceExhausted || status.code() == absl::StatusCode::kUnavailable;
}

}  // namespace

struct Acceptor::Item {
  std::shared_ptr<Lane> lane;
  Submission submission;
  std::function<void(AcceptResult)> done;
  bool is_deletion = false;  // the submission loses its item on the way
  size_t cost_bytes = 0;
  bool waits = false;     // counted in waiting_items_
  bool is_early = false;  // came before Stop; counted in unanswered_
  std::chrono::steady_clock::time_point submitted = std::chrono::steady_clock::now();
  absl::StatusOr<PreparedItem> prepared = absl::UnknownError("not prepared yet");
  bool ready = false;  // with mutex_ held
};

class Acceptor::Lane {
 public:
  std::deque<std::shared_ptr<Item>> items;  // submitted and not yet in ready_
  size_t unanswered = 0;
  absl::Status refusal;  // of all that is still to be submitted

  // Of the commit thread.
  absl::Status committed_refusal;  // of all that is still to be committed
};

Acceptor::Acceptor(log::Writer* writer, AcceptorOptions options)
    : writer_(writer), options_(std::move(options)), expired_up_to_(ExpiryBegin()) {
  for (size_t i = 0; i < std::max<size_t>(options_.prepare_threads, 1); ++i) {
    threads_.emplace_back([this] { Prepare(); });
  }
  threads_.emplace_back([this] { Commit(); });
}

Acceptor::~Acceptor() {
  Stop();
  {
    std::lock_guard lock(mutex_);
    closing_ = true;
    to_prepare_changed_.notify_all();
    ready_changed_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
}

void Acceptor::Stop() {
  std::unique_lock lock(mutex_);
  refusing_ = true;
  drained_.wait(lock, [&] { return unanswered_ == 0; });
}

std::shared_ptr<Acceptor::Lane> Acceptor::NewLane() { return std::make_shared<Lane>(); }

bool Acceptor::IsFull(size_t factor) const {
  if (waiting_items_ == 0) return false;
  return waiting_items_ >= factor * options_.queue_items || waiting_bytes_ >= factor * options_.queue_bytes;
}

bool Acceptor::Congested() const {
  std::lock_guard lock(mutex_);
  return IsFull(1);
}

void Acceptor::Submit(const std::shared_ptr<Lane>& lane, Submission submission,
                      std::function<void(AcceptResult)> done) {
  auto item = std::make_shared<Item>();
  item->lane = lane;
  item->done = std::move(done);
  const absl::Status fault = CheckAtOnce(submission);
  item->submission.traceparent = std::move(submission.traceparent);
  std::lock_guard lock(mutex_);
  item->is_early = !refusing_;
  unanswered_ += item->is_early;
  lane->unanswered += 1;
  if (absl::Status refusal = RefusalOf(*lane); !refusal.ok()) {
    lane->refusal = refusal;
    AddRefused(std::move(item), std::move(refusal));
  } else if (!fault.ok()) {
    AddRefused(std::move(item), fault);
  } else {
    item->cost_bytes = CostOf(submission);
    submission.traceparent = std::move(item->submission.traceparent);
    item->is_deletion = std::holds_alternative<Deletion>(submission.item);
    item->submission = std::move(submission);
    AddWaiting(std::move(item));
  }
}

absl::Status Acceptor::RefusalOf(const Lane& lane) const {
  FL_RETURN_IF_ERROR(lane.refusal);
  if (refusing_) return absl::UnavailableError("the ingestor is shutting down");
  if (!IsFull(2)) return absl::OkStatus();
  return WithRetryDelay(
      WithReason(absl::ResourceExhaustedError(Cat(waiting_items_, " items wait to become durable")), "QUEUE_FULL"),
      kQueueRetryDelay);
}

// Answered in its turn, with nothing to prepare, and keeping none of what came.
void Acceptor::AddRefused(std::shared_ptr<Item> item, absl::Status why) {
  Lane* const lane = item->lane.get();
  item->prepared = std::move(why);
  item->ready = true;
  if (lane->unanswered == 1) {
    refused_.push_back(std::move(item));
    ready_changed_.notify_one();
  } else {
    lane->items.push_back(std::move(item));
    ReleaseReady(lane);
  }
}

void Acceptor::AddWaiting(std::shared_ptr<Item> item) {
  item->waits = true;
  waiting_items_ += 1;
  waiting_bytes_ += item->cost_bytes;
  item->lane->items.push_back(item);
  to_prepare_.push_back(std::move(item));
  to_prepare_changed_.notify_one();
}

void Acceptor::ReleaseReady(Lane* lane) {
  while (!lane->items.empty() && lane->items.front()->ready) {
    ready_.push_back(std::move(lane->items.front()));
    lane->items.pop_front();
  }
  if (!ready_.empty()) ready_changed_.notify_one();
}

void Acceptor::PrepareItem(Item* item) {
  if (auto* article = std::get_if<v1::Article>(&item->submission.item)) {
    item->prepared = PrepareArticle(std::move(*article), options_.limits);
  } else if (auto* page = std::get_if<v1::Page>(&item->submission.item)) {
    item->prepared = PreparePage(std::move(*page), options_.limits);
  } else if (auto* deletion = std::get_if<Deletion>(&item->submission.item)) {
    item->prepared = PrepareDeletion(std::move(deletion->id));
  }
  item->submission.item = std::monostate();
}

void Acceptor::Prepare() {
  std::unique_lock lock(mutex_);
  while (true) {
    to_prepare_changed_.wait(lock, [&] { return !to_prepare_.empty() || closing_; });
    if (to_prepare_.empty()) return;
    const std::shared_ptr<Item> item = std::move(to_prepare_.front());
    to_prepare_.pop_front();
    lock.unlock();
    PrepareItem(item.get());
    lock.lock();
    item->ready = true;
    ReleaseReady(item->lane.get());
  }
}

std::vector<std::shared_ptr<Acceptor::Item>> Acceptor::NextGroup() {
  std::vector<std::shared_ptr<Item>> group;
  std::unique_lock lock(mutex_);
  ready_changed_.wait_for(lock, absl::ToChronoMilliseconds(kExpiryInterval),
                          [&] { return !ready_.empty() || !refused_.empty() || closing_; });
  group.assign(std::move_iterator(refused_.begin()), std::move_iterator(refused_.end()));
  refused_.clear();
  size_t bytes = 0;
  for (size_t items = 0; !ready_.empty() && items < options_.group_items && bytes < options_.group_bytes; ++items) {
    bytes += ready_.front()->cost_bytes;
    group.push_back(std::move(ready_.front()));
    ready_.pop_front();
  }
  return group;
}

void Acceptor::Commit() {
  while (true) {
    const std::vector<std::shared_ptr<Item>> group = NextGroup();
    if (!group.empty()) {
      CommitGroup(group);
    } else {
      std::lock_guard lock(mutex_);
      if (closing_) return;
    }
    if (const absl::Time now = Now(); now >= next_expiry_) ForgetExpired();
  }
}

// Never steps back, so that accepted_time and the order of expiry agree with the log's.
absl::Time Acceptor::Now() { return last_now_ = std::max(last_now_, options_.clock()); }

AcceptResult Acceptor::Sequence(Sequencer* sequencer, Item* item) {
  FL_RETURN_IF_ERROR(item->lane->committed_refusal);
  FL_RETURN_IF_ERROR(item->prepared.status());
  if (item->submission.deadline <= last_now_) {
    return absl::DeadlineExceededError("the deadline passed before the item was taken in");
  }
  return sequencer->Add(item->submission.request_id, *std::move(item->prepared), item->submission.traceparent);
}

void Acceptor::CommitGroup(const std::vector<std::shared_ptr<Item>>& group) {
  Sequencer sequencer(writer_, Now());
  std::vector<AcceptResult> results;
  results.reserve(group.size());
  for (const std::shared_ptr<Item>& item : group) {
    results.push_back(Sequence(&sequencer, item.get()));
    if (IsForTheMoment(results.back().status())) RefuseFromNowOn(item->lane.get(), results.back().status());
  }
  const log::AppendBatch batch = sequencer.TakeBatch();
  if (!batch.events.empty() || !batch.state.empty()) {
    const absl::Status appended = writer_->Append(batch);
    if (!appended.ok()) {
      for (size_t i = 0; i < group.size(); ++i) {
        if (!results[i].ok()) continue;
        results[i] = appended;
        RefuseFromNowOn(group[i]->lane.get(), appended);
      }
    }
  }
  Answer(group, std::move(results));
}

void Acceptor::RefuseFromNowOn(Lane* lane, const absl::Status& why) {
  if (!lane->committed_refusal.ok()) return;
  lane->committed_refusal = why;
  std::lock_guard lock(mutex_);
  lane->refusal = why;
}

void Acceptor::Count(const AcceptResult& result) {
  if (result.ok()) {
    counts_.duplicate_items += result->duplicate();
    counts_.accepted_items += !result->duplicate();
    if (!result->duplicate()) counts_.accepted_articles += static_cast<uint64_t>(result->articles_size());
    return;
  }
  ++counts_.rejected_items;
  std::string reason = ReasonOf(result.status()).value_or(absl::StatusCodeToString(result.status().code()));
  const bool is_room = counts_.rejections.size() < kMaxRejectionReasons || counts_.rejections.contains(reason);
  ++counts_.rejections[is_room ? std::move(reason) : "OTHER"];
}

void Acceptor::Answer(const std::vector<std::shared_ptr<Item>>& group, std::vector<AcceptResult> results) {
  {
    std::lock_guard lock(mutex_);
    for (const AcceptResult& result : results) Count(result);
    for (const std::shared_ptr<Item>& item : group) {
      if (!item->waits) continue;
      waiting_items_ -= 1;
      waiting_bytes_ -= item->cost_bytes;
    }
  }
  for (size_t i = 0; i < group.size(); ++i) {
    if (results[i].ok()) {
      answer_times_.Observe(absl::FromChrono(std::chrono::steady_clock::now() - group[i]->submitted));
    }
    const std::string& traceparent = group[i]->submission.traceparent;
    if (options_.traced && IsSampled(traceparent)) {
      options_.traced({traceparent, group[i]->is_deletion, results[i]});
    }
    group[i]->done(std::move(results[i]));
  }
  std::lock_guard lock(mutex_);
  for (const std::shared_ptr<Item>& item : group) {
    item->lane->unanswered -= 1;
    unanswered_ -= item->is_early;
  }
  if (unanswered_ == 0) drained_.notify_all();
}

void Acceptor::ForgetExpired() {
  const absl::Time now = Now();
  next_expiry_ = now + kExpiryInterval;
  const std::string bound = ExpiryBound(now - options_.request_id_retention);
  if (expired_up_to_ >= bound) return;
  const auto expired = writer_->ScanState(expired_up_to_, bound, options_.expired_requests_per_step);
  if (!expired.ok() || expired->empty()) return;
  log::AppendBatch batch;
  for (const log::StateEntry& entry : *expired) {
    batch.state.push_back({RequestKey(RequestIdOfExpiryKey(entry.key)), std::nullopt});
    batch.state.push_back({entry.key, std::nullopt});
  }
  if (!writer_->Append(batch).ok()) return;
  // The next scan begins here: it need not step over what was deleted.
  expired_up_to_ = expired->back().key + '\0';
  if (expired->size() == options_.expired_requests_per_step) next_expiry_ = now;
}

AcceptorCounts Acceptor::counts() const {
  std::lock_guard lock(mutex_);
  AcceptorCounts counts = counts_;
  counts.waiting_items = waiting_items_;
  counts.waiting_bytes = waiting_bytes_;
  return counts;
}

}  // namespace factline::accept
