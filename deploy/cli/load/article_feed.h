#ifndef FACTLINE_DEPLOY_CLI_LOAD_ARTICLE_FEED_H_
#define FACTLINE_DEPLOY_CLI_LOAD_ARTICLE_FEED_H_

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "factline/v1/ingest_service.pb.h"

namespace factline::load {

struct FeedOptions {
  uint64_t seed = 1;
  std::string id_prefix;      // of ids and request ids: no two runs may share it
  double updates = 0;         // share of items that are newer versions of an article; 0 to 1, with `deletes`
  double deletes = 0;         // share of items that withdraw an article
  uint64_t max_articles = 0;  // ids beyond the first so many are not made: updates instead; 0: no bound
  size_t body_bytes = 1500;   // of made-up articles, about
  absl::Time now;             // made-up articles are published in the 30 days before
};

// What to send: articles and pages of `texts` again and again, or of none, made-up ones; each under an id of its own,
// with newer versions and withdrawals of those before among them. The same for the same options and texts. No two
// items have the same content, or the newer would be a duplicate: an article's title ends in the item's number, and a
// page's text in a line with it. One thread at a time, but Text is for any.
class ArticleFeed {
 public:
  struct Counts {
    uint64_t articles = 0;  // with new ids, or ids that were withdrawn
    uint64_t updates = 0;
    uint64_t deletes = 0;
  };

  ArticleFeed(FeedOptions options, std::vector<v1::IngestRequest> texts)
      : options_(std::move(options)), texts_(std::move(texts)), random_(options_.seed) {}

  v1::IngestRequest Next();
  const Counts& counts() const { return counts_; }

  // The `n`-th of the texts that items are made of. Thread-safe.
  v1::IngestRequest Text(uint64_t n) const;

 private:
  std::string IdOf(uint64_t article) const;
  v1::IngestRequest Item(uint64_t article);

  const FeedOptions options_;
  const std::vector<v1::IngestRequest> texts_;
  std::mt19937_64 random_;
  uint64_t items_ = 0;
  std::vector<bool> is_live_;  // by article: sent and not withdrawn
  Counts counts_;
};

}  // namespace factline::load

#endif  // FACTLINE_DEPLOY_CLI_LOAD_ARTICLE_FEED_H_
