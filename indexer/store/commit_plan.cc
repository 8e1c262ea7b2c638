#include "indexer/store/commit_plan.h"

#include <utility>

#include "protos/vocab/cat.h"
#include "protos/vocab/status.h"

namespace factline::store {
namespace {

constexpr size_t kNoDocument = SIZE_MAX;

// An article of the batch, as of the changes looked at so far.
struct Article {
  std::optional<LiveVersion> indexed;  // what the index has
  bool indexed_ends = false;
  size_t document = kNoDocument;  // the put that is live

  std::optional<uint64_t> LiveVersionNumber(const std::vector<std::unique_ptr<Document>>& puts) const {
    if (document != kNoDocument) return puts[document]->record.article().version();
    if (indexed.has_value() && !indexed_ends) return indexed->version;
    return std::nullopt;
  }
};

}  // namespace

absl::StatusOr<CommitPlan> CommitPlan::Make(std::vector<Change> changes, const FindLive& find_live) {
  CommitPlan plan;
  StringMap<Article> articles;
  std::vector<std::unique_ptr<Document>> puts;  // null once a later change has ended them
  for (Change& change : changes) {
    if (change.kind == Change::Kind::kPage) {
      plan.pages_.push_back(std::move(change));
      continue;
    }
    const bool is_put = change.kind == Change::Kind::kPut;
    if (is_put && change.document == nullptr) return absl::InvalidArgumentError("a put has no document");
    const std::string& id = is_put ? change.document->record.article().id() : change.id;
    if (id.empty()) return absl::InvalidArgumentError("a change has no article id");
    auto found = articles.find(id);
    if (found == articles.end()) {
      Article article;
      FL_ASSIGN_OR_RETURN(article.indexed, find_live(id));
      found = articles.emplace(id, std::move(article)).first;
    }
    Article& article = found->second;
    const std::optional<uint64_t> live = article.LiveVersionNumber(puts);
    if (is_put && live.has_value() && change.document->record.article().version() <= *live) continue;
    if (article.document != kNoDocument) puts[std::exchange(article.document, kNoDocument)] = nullptr;
    article.indexed_ends = article.indexed.has_value();
    if (!is_put) continue;
    article.document = puts.size();
    puts.push_back(std::move(change.document));
  }
  for (auto& [id, article] : articles) {
    if (article.indexed_ends) plan.ended_.push_back(*article.indexed);
    if (article.indexed_ends && article.document == kNoDocument) plan.deleted_articles_.push_back(id);
  }
  for (std::unique_ptr<Document>& put : puts) {
    if (put != nullptr) plan.documents_.push_back(std::move(put));
  }
  return plan;
}

}  // namespace factline::store
