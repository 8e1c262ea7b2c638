#ifndef FACTLINE_DEPLOY_CLI_INGEST_STREAM_H_
#define FACTLINE_DEPLOY_CLI_INGEST_STREAM_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "deploy/cli/item_source.h"
#include "factline/v1/ingest_service.grpc.pb.h"

namespace factline::cli {

struct IngestStreamOptions {
  size_t window_items = 512;                          // read and not yet answered, at most
  uint64_t window_bytes = 32 << 20;                   // likewise; one larger item goes alone
  absl::Duration answer_timeout = absl::Seconds(60);  // silence that long while answers are due breaks the connection
  absl::Duration retry_for = absl::Minutes(2);        // without progress while items wait, after which the run gives up
  absl::Duration first_retry_for = absl::Seconds(5);  // the same before the first answer: is there a server at all?
  absl::Duration first_backoff = absl::Milliseconds(100);
  absl::Duration max_backoff = absl::Seconds(5);
  std::string traceparent;  // W3C trace context of all items; empty: none
};

// Sends items over the Ingest stream and hands out each item's answer once, in order. After a broken connection it
// opens the stream again and sends what was not answered: the items' request_ids keep that from doubling anything. An
// item that is refused for the moment (RESOURCE_EXHAUSTED or UNAVAILABLE) is sent again, with all behind it, after the
// delay that the server asks for. An item for which the server ends the whole stream is found out by sending one item
// at a time; it gets an error as its answer, and the rest goes on.
class IngestStream {
 public:
  // The next item, or what is wrong with it; nullopt: no more. Called by a thread of its own, which may wait in it for
  // as long as it likes: connections are kept meanwhile. It may still be waiting when Run has failed, so a source must
  // own what it uses, or outlive the process's threads.
  using Source = std::function<std::optional<ItemSource::Next>()>;

  struct Listener {
    std::function<void(const Item&, const v1::IngestResponse&)> answered;  // by one thread at a time
    std::function<void(const BadItem&)> bad;                               // likewise, but maybe at the same time
    std::function<void(const std::string&)> notice;                        // a connection that broke, for people
  };

  // `stub` must outlive the stream.
  IngestStream(v1::IngestService::Stub& stub, IngestStreamOptions options) : stub_(stub), options_(options) {}

  // Runs until every item is answered. The error is that of the last connection. The listener is not called any more
  // once it has returned.
  absl::Status Run(Source source, const Listener& listener);

 private:
  v1::IngestService::Stub& stub_;
  const IngestStreamOptions options_;
};

}  // namespace factline::cli

#endif  // FACTLINE_DEPLOY_CLI_INGEST_STREAM_H_
