#ifndef FACTLINE_DEPLOY_INDEXER_METRICS_H_
#define FACTLINE_DEPLOY_INDEXER_METRICS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "deploy/host/metrics.h"
#include "indexer/apply/progress.h"
#include "indexer/store/writer.h"
#include "protos/vocab/duration_histogram.h"

namespace factline {

// What the indexer tells Prometheus beside what every process does.
void CollectProgress(const apply::Progress& progress, const DurationHistogram::Counts& commit_times, absl::Time now,
                     host::MetricSink& sink);
void CollectIndex(const absl::StatusOr<store::IndexInfo>& described, host::MetricSink& sink);
void CollectIndexDisk(uint64_t free_bytes, uint64_t reserve_bytes, host::MetricSink& sink);

}  // namespace factline

#endif  // FACTLINE_DEPLOY_INDEXER_METRICS_H_
