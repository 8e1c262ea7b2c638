#ifndef FACTLINE_INDEXER_STORE_COMMIT_PLAN_H_
#define FACTLINE_INDEXER_STORE_COMMIT_PLAN_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "indexer/store/families.h"
#include "indexer/store/writer.h"
#include "protos/vocab/string_map.h"

namespace factline::store {

// What is left of a batch of changes once each article has but its last word: which versions in the index end, and
// which documents begin. A put that is not newer than the live version is ignored.
class CommitPlan {
 public:
  using FindLive = std::function<absl::StatusOr<std::optional<LiveVersion>>(std::string_view article_id)>;

  // INVALID_ARGUMENT for a put without an id. `find_live` is asked once for each article.
  static absl::StatusOr<CommitPlan> Make(std::vector<Change> changes, const FindLive& find_live);

  const std::vector<LiveVersion>& ended() const { return ended_; }
  const std::vector<std::string>& deleted_articles() const { return deleted_articles_; }  // live before, gone now
  const std::vector<std::unique_ptr<Document>>& documents() const { return documents_; }  // in the order of events
  const std::vector<Change>& pages() const { return pages_; }

 private:
  std::vector<LiveVersion> ended_;
  std::vector<std::string> deleted_articles_;
  std::vector<std::unique_ptr<Document>> documents_;
  std::vector<Change> pages_;
};

}  // namespace factline::store

#endif  // FACTLINE_INDEXER_STORE_COMMIT_PLAN_H_
