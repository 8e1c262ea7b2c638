#include "deploy/cli/load/load_run.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "deploy/cli/load/query_sender.h"

namespace factline::load {

LoadRun::LoadRun(const LoadOptions& options, v1::IngestService::Stub* ingest, v1::QueryService::Stub* query,
                 ArticleFeed& feed, QueryMix& mix)
    : options_(options),
      ingest_(ingest),
      feed_(feed),
      mix_(mix),
      articles_("article", options.warmup),
      searchable_("searchable", options.warmup) {
  QueryTallies tallies;
  for (size_t kind = 0; kind < kQueryKinds; ++kind) {
    queries_[kind] = std::make_unique<Tally>(std::string(kQueryKindNames[kind]), options.warmup);
    tallies[kind] = queries_[kind].get();
  }
  if (options.articles_per_second > 0) {
    if (options.searchable) visible_ = std::make_unique<VisibleWatch>(*query, watch_, searchable_, options.timeout);
    article_turnstile_ = std::make_unique<Turnstile>(MakePacer(options.articles_per_second, options.seed,
                                                               [this](absl::Duration intended) {
                                                                 articles_.Unsent(intended);
                                                                 if (visible_ != nullptr) searchable_.Unsent(intended);
                                                               }),
                                                     options.max_in_flight, watch_);
    ++running_;
    threads_.emplace_back([this] {
      SendArticles();
      --running_;
    });
  }
  if (options.queries_per_second > 0) {
    query_turnstile_ = std::make_unique<Turnstile>(
        MakePacer(options.queries_per_second, options.seed + 1,
                  [this](absl::Duration intended) { queries_[mix_.Skip()]->Unsent(intended); }),
        options.max_in_flight, watch_);
    ++running_;
    threads_.emplace_back([this, query, tallies] {
      SendQueries(*query, mix_, *query_turnstile_, watch_, tallies, options_.timeout);
      --running_;
    });
  }
}

LoadRun::~LoadRun() {
  Stop();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

Pacer LoadRun::MakePacer(double per_second, uint64_t seed, Pacer::Unsent unsent) const {
  const absl::Duration end = options_.warmup + options_.duration;
  return Pacer(Schedule(per_second, options_.arrival, seed),
               {.end = end, .give_up = end + options_.timeout, .max_backlog = options_.max_backlog}, std::move(unsent));
}

void LoadRun::SendArticles() {
  const auto open = [this] {
    auto stream =
        std::make_unique<ItemStream>(*ingest_, watch_, options_.timeout,
                                     [this](absl::Duration intended, absl::StatusCode code,
                                            const v1::IngestResponse* response) { Settle(intended, code, response); });
    const std::lock_guard<std::mutex> lock(stream_mutex_);
    std::swap(stream_, stream);
  };
  open();
  while (const std::optional<absl::Duration> intended = article_turnstile_->Enter()) {
    const v1::IngestRequest request = feed_.Next();
    articles_.Sent(*intended, watch_.elapsed());
    if (stream_->Send(request, *intended)) continue;
    stream_->Close();
    open();
    if (!stream_->Send(request, *intended)) Settle(*intended, absl::StatusCode::kUnavailable, nullptr);
  }
  stream_->Close();
  if (visible_ != nullptr) visible_->Close();
}

void LoadRun::Settle(absl::Duration intended, absl::StatusCode code, const v1::IngestResponse* response) {
  const absl::Duration now = watch_.elapsed();
  articles_.Settled(intended, now, code);
  if (visible_ != nullptr && !IsAnswer(code)) {  // what is not durable is never seen
    searchable_.Sent(intended, now);
    searchable_.Settled(intended, now, code);
  }
  const bool is_new = response != nullptr && response->has_acceptance() && !response->acceptance().duplicate() &&
                      response->acceptance().articles_size() > 0;
  if (is_new) {
    const v1::AcceptedArticle& last = response->acceptance().articles(response->acceptance().articles_size() - 1);
    mix_.Saw(last.article_id());
    if (visible_ != nullptr) visible_->Accepted(last.offset(), intended);
  }
  article_turnstile_->Leave();
}

void LoadRun::Watch() {
  const std::lock_guard<std::mutex> lock(stream_mutex_);
  if (stream_ != nullptr) stream_->Watch();
}

void LoadRun::Stop() {
  if (stopped_ == absl::InfiniteDuration()) stopped_ = watch_.elapsed();
  if (article_turnstile_ != nullptr) article_turnstile_->Stop();
  if (query_turnstile_ != nullptr) query_turnstile_->Stop();
}

std::vector<Report::Kind> LoadRun::Kinds(Totals (Tally::*take)()) {
  std::vector<Report::Kind> kinds;
  if (article_turnstile_ != nullptr) {
    kinds.push_back({articles_.kind(), options_.articles_per_second, false, (articles_.*take)()});
  }
  if (visible_ != nullptr) kinds.push_back({searchable_.kind(), std::nullopt, false, (searchable_.*take)()});
  if (query_turnstile_ == nullptr) return kinds;
  const size_t all = kinds.size();
  kinds.push_back({"query", options_.queries_per_second, false, {}});
  for (const auto& tally : queries_) {
    Totals totals = (tally.get()->*take)();
    if (totals.intended() + totals.answered + totals.failed == 0) continue;
    kinds[all].totals.Add(totals);
    kinds.push_back({tally->kind(), std::nullopt, true, std::move(totals)});
  }
  return kinds;
}

Interval LoadRun::TakeInterval() {
  const absl::Duration now = watch_.elapsed();
  Interval interval{.at = now, .length = now - last_interval_, .is_warmup = now < options_.warmup};
  if (article_turnstile_ != nullptr) interval.waiting += article_turnstile_->waiting();
  if (query_turnstile_ != nullptr) interval.waiting += query_turnstile_->waiting();
  interval.kinds = Kinds(&Tally::TakeInterval);
  last_interval_ = now;
  return interval;
}

Report LoadRun::Finish() {
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  Report report;
  report.interrupted = stopped_ < options_.warmup + options_.duration;
  report.measured = std::max(absl::ZeroDuration(), std::min(stopped_ - options_.warmup, options_.duration));
  report.warmup = options_.warmup;
  report.arrival = options_.arrival == Arrival::kConstant ? "constant" : "poisson";
  report.seed = options_.seed;
  report.items = feed_.counts();
  report.kinds = Kinds(&Tally::Total);
  return report;
}

}  // namespace factline::load
