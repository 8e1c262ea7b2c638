#include "tests/bench/ingest_load.h"

#include <grpcpp/client_context.h>

#include <algorithm>
#include <mutex>
#include <thread>

#include "absl/time/clock.h"
#include "protos/vocab/grpc_status.h"
#include "protos/vocab/status.h"

namespace factline::bench {
namespace {

// Sends items[first], items[first + step] ...; `pace` is called before each, with its number in this stream.
absl::StatusOr<LoadResult> SendEveryNth(v1::IngestService::Stub& ingest, const std::vector<v1::IngestRequest>& items,
                                        size_t first, size_t step, const std::function<void(size_t)>& pace,
                                        const AnswerSink& sink) {
  grpc::ClientContext context;
  auto stream = ingest.Ingest(&context);
  std::thread sender([&] {
    size_t sent = 0;
    for (size_t i = first; i < items.size(); i += step) {
      if (pace != nullptr) pace(sent++);
      if (!stream->Write(items[i])) return;
    }
    stream->WritesDone();
  });
  LoadResult result;
  for (v1::IngestResponse response; stream->Read(&response);) {
    ++result.items;
    if (response.has_error()) ++result.rejected;
    for (const auto& article : response.acceptance().articles()) {
      result.end_offset = std::max(result.end_offset, article.offset() + 1);
    }
    if (sink != nullptr) sink(response, absl::Now());
  }
  sender.join();
  FL_RETURN_IF_ERROR(FromGrpc(stream->Finish()));
  return result;
}

}  // namespace

absl::StatusOr<LoadResult> SendFlatOut(v1::IngestService::Stub& ingest, const std::vector<v1::IngestRequest>& items,
                                       int streams, const AnswerSink& sink) {
  std::mutex mutex;
  LoadResult total;
  absl::Status failure;
  std::vector<std::thread> threads;
  const absl::Time begin = absl::Now();
  for (int i = 0; i < streams; ++i) {
    threads.emplace_back([&, i] {
      const absl::StatusOr<LoadResult> part = SendEveryNth(ingest, items, i, streams, nullptr, sink);
      const std::lock_guard<std::mutex> lock(mutex);
      if (!part.ok()) {
        failure = part.status();
        return;
      }
      total.items += part->items;
      total.rejected += part->rejected;
      total.end_offset = std::max(total.end_offset, part->end_offset);
    });
  }
  for (std::thread& thread : threads) thread.join();
  FL_RETURN_IF_ERROR(failure);
  total.elapsed = absl::Now() - begin;
  return total;
}

absl::StatusOr<LoadResult> SendAtRate(v1::IngestService::Stub& ingest, const std::vector<v1::IngestRequest>& items,
                                      double items_per_second, const AnswerSink& sink) {
  const absl::Time begin = absl::Now();
  const auto pace = [&](size_t n) { absl::SleepFor(begin + absl::Seconds(n / items_per_second) - absl::Now()); };
  FL_ASSIGN_OR_RETURN(LoadResult result, SendEveryNth(ingest, items, 0, 1, pace, sink));
  result.elapsed = absl::Now() - begin;
  return result;
}

}  // namespace factline::bench
