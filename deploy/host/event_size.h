#ifndef FACTLINE_DEPLOY_HOST_EVENT_SIZE_H_
#define FACTLINE_DEPLOY_HOST_EVENT_SIZE_H_

#include "absl/status/status.h"
#include "deploy/host/byte_size.h"

namespace factline::host {

// Whether the event of every item within these caps fits the message (kMaxAnswerBytes) in which the log hands it to the
// indexer: one that did not would stop the indexer for good. INVALID_ARGUMENT names the flag and its largest value.
absl::Status CheckEventsFit(ByteSize max_article_bytes, ByteSize max_page_bytes);

}  // namespace factline::host

#endif  // FACTLINE_DEPLOY_HOST_EVENT_SIZE_H_
