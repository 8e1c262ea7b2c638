#ifndef FACTLINE_DEPLOY_QUERY_METRICS_H_
#define FACTLINE_DEPLOY_QUERY_METRICS_H_

#include "absl/time/time.h"
#include "deploy/host/metrics.h"
#include "query/service/index_follower.h"
#include "query/service/query_service.h"

namespace factline {

// What the query server tells Prometheus beside what every process does.
void CollectFollower(const query::IndexFollower& follower, absl::Time now, host::MetricSink& sink);
void CollectWorkers(const query::QueryService& service, host::MetricSink& sink);

}  // namespace factline

#endif  // FACTLINE_DEPLOY_QUERY_METRICS_H_
