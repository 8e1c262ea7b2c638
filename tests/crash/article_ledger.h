#ifndef FACTLINE_TESTS_CRASH_ARTICLE_LEDGER_H_
#define FACTLINE_TESTS_CRASH_ARTICLE_LEDGER_H_

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "factline/v1/article.pb.h"
#include "factline/v1/ingest_service.pb.h"

namespace factline::crash {

// What the pipeline owes a client: it makes up operations, keeps what was acknowledged, and says what is wrong with an
// answer. An operation counts once, however often it had to be sent.
class ArticleLedger {
 public:
  explicit ArticleLedger(uint64_t seed) : random_(seed) {}

  struct Expected {
    uint64_t version = 0;
    uint64_t content_seed = 0;  // of the article's text
    bool deleted = false;
  };

  struct Operation {
    v1::IngestRequest put;  // request_id always set
    std::string delete_id;  // not empty: a deletion instead, by DeleteArticle
    std::string request_id;
    Expected after;
    std::string article_id;
    bool repeats = false;  // an acknowledged request sent once more
    uint64_t repeated_offset = 0;
  };

  // The next operations, none of which touches an article of another one: new articles, newer versions, repeated
  // requests, and at most one deletion.
  std::vector<Operation> Next(int count);

  // Takes an acknowledgement in. An error if it is not what a single execution of the operation gives.
  absl::Status Acknowledge(const Operation& operation, const v1::AcceptedArticle& accepted, bool duplicate);

  const std::map<std::string, Expected>& articles() const { return articles_; }
  uint64_t live_count() const;
  uint64_t end_offset() const { return end_offset_; }  // past the last acknowledged event
  v1::Article ArticleOf(const std::string& id, const Expected& expected) const;

 private:
  std::mt19937_64 random_;
  uint64_t next_request_ = 0;
  uint64_t next_article_ = 0;
  uint64_t end_offset_ = 0;
  std::map<std::string, Expected> articles_;
  std::vector<std::string> ids_;              // of articles_, for picking
  std::vector<Operation> acknowledged_puts_;  // the last few, for repeating
  std::map<uint64_t, std::string> offsets_;   // every acknowledged event: an offset is given once
};

}  // namespace factline::crash

#endif  // FACTLINE_TESTS_CRASH_ARTICLE_LEDGER_H_
