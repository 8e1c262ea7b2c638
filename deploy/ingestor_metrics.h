#ifndef FACTLINE_DEPLOY_INGESTOR_METRICS_H_
#define FACTLINE_DEPLOY_INGESTOR_METRICS_H_

#include "deploy/host/metrics.h"
#include "ingest/accept/acceptor.h"
#include "ingest/log/embedded_log.h"

namespace factline {

// What the ingestor tells Prometheus beside what every process does.
void CollectIngest(const accept::Acceptor& acceptor, host::MetricSink& sink);
void CollectLog(const log::EmbeddedLog& log, host::MetricSink& sink);

}  // namespace factline

#endif  // FACTLINE_DEPLOY_INGESTOR_METRICS_H_
