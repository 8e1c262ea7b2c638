#ifndef FACTLINE_DEPLOY_CLI_LOAD_LOAD_RUN_H_
#define FACTLINE_DEPLOY_CLI_LOAD_LOAD_RUN_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "deploy/cli/load/article_feed.h"
#include "deploy/cli/load/item_stream.h"
#include "deploy/cli/load/query_mix.h"
#include "deploy/cli/load/report.h"
#include "deploy/cli/load/schedule.h"
#include "deploy/cli/load/tally.h"
#include "deploy/cli/load/turnstile.h"
#include "deploy/cli/load/visible_watch.h"

namespace factline::load {

struct LoadOptions {
  double articles_per_second = 0;  // 0: none
  double queries_per_second = 0;   // likewise
  Arrival arrival = Arrival::kConstant;
  uint64_t seed = 1;
  absl::Duration duration = absl::Seconds(60);  // after the warm-up
  absl::Duration warmup;                        // at the same rates, left out of the report
  // Of each request, from being sent (`searchable`: from being durable); of the backlog, from the end of the schedule;
  // and of a stream to end once all on it is settled.
  absl::Duration timeout = absl::Seconds(10);
  size_t max_in_flight = 256;   // articles sent and not answered, and queries, at most
  size_t max_backlog = 10'000;  // articles due and not sent, and queries, at most
  // Measure when queries see the articles: all but those that change nothing, such as duplicates. The log must have one
  // partition, for queries see one alone.
  bool searchable = false;
};

// One run: articles on a stream and queries at once, each at its rate, while the caller looks on. Not thread-safe.
class LoadRun {
 public:
  // Starts at once. `ingest` may be null without articles, `query` without queries unless `searchable`; they, `feed`
  // and `mix` outlive the run.
  LoadRun(const LoadOptions& options, v1::IngestService::Stub* ingest, v1::QueryService::Stub* query, ArticleFeed& feed,
          QueryMix& mix);
  ~LoadRun();

  // All is sent and settled.
  bool Done() const { return running_ == 0; }
  // To be called every 100 ms or so: ends a stream whose answers do not come.
  void Watch();
  // What came about since the last call.
  Interval TakeInterval();
  // Sends nothing more; what is on its way is still waited for.
  void Stop();
  // Waits for the end.
  Report Finish();

 private:
  Pacer MakePacer(double per_second, uint64_t seed, Pacer::Unsent unsent) const;
  void SendArticles();
  void Settle(absl::Duration intended, absl::StatusCode code, const v1::IngestResponse* response);
  std::vector<Report::Kind> Kinds(Totals (Tally::*take)());

  const LoadOptions options_;
  v1::IngestService::Stub* const ingest_;
  ArticleFeed& feed_;
  QueryMix& mix_;
  const StopWatch watch_;

  Tally articles_, searchable_;
  std::array<std::unique_ptr<Tally>, kQueryKinds> queries_;
  std::unique_ptr<Turnstile> article_turnstile_, query_turnstile_;  // null: none of that kind
  std::unique_ptr<VisibleWatch> visible_;                           // null: not asked for

  std::mutex stream_mutex_;
  std::unique_ptr<ItemStream> stream_;  // which one it is, is guarded by it

  absl::Duration last_interval_;
  absl::Duration stopped_ = absl::InfiniteDuration();  // when
  std::atomic<int> running_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace factline::load

#endif  // FACTLINE_DEPLOY_CLI_LOAD_LOAD_RUN_H_
