#include "tests/crash/article_ledger.h"

#include <algorithm>
#include <set>
#include <utility>

#include "protos/vocab/status.h"
#include "tests/harness/ingest_client.h"
#include "tests/harness/news.h"

namespace factline::crash {

v1::Article ArticleLedger::ArticleOf(const std::string& id, const Expected& expected) const {
  v1::Article article = harness::MakeArticle(expected.content_seed, {.body_bytes = 300 + expected.content_seed % 1500});
  article.set_id(id);
  return article;
}

std::vector<ArticleLedger::Operation> ArticleLedger::Next(int count) {
  std::vector<Operation> operations;
  std::set<std::string> touched;
  bool deletes = false;
  while (operations.size() < count) {
    Operation operation;
    const uint64_t dice = random_() % 100;
    if (dice < 5 && !acknowledged_puts_.empty()) {
      operation = acknowledged_puts_[random_() % acknowledged_puts_.size()];
      operation.repeats = true;
      if (!touched.insert(operation.article_id).second) continue;
      operations.push_back(std::move(operation));
      continue;
    }
    operation.request_id = Cat("request-", next_request_++);
    if (dice < 30 && !ids_.empty()) {
      operation.article_id = ids_[random_() % ids_.size()];
    } else {
      operation.article_id = Cat("article-", next_article_++);
    }
    if (!touched.insert(operation.article_id).second) continue;
    const auto before = articles_.find(operation.article_id);
    const bool live = before != articles_.end() && !before->second.deleted;
    operation.after.version = before == articles_.end() ? 1 : before->second.version + 1;
    if (dice < 9 && live && !deletes) {
      deletes = true;
      operation.delete_id = operation.article_id;
      operation.after.deleted = true;
    } else {
      operation.after.content_seed = random_() % 1'000'000'000;
      operation.put = harness::Request(ArticleOf(operation.article_id, operation.after), operation.request_id);
    }
    operations.push_back(std::move(operation));
  }
  return operations;
}

absl::Status ArticleLedger::Acknowledge(const Operation& operation, const v1::AcceptedArticle& accepted,
                                        bool duplicate) {
  const std::string what = Cat("operation ", operation.request_id, " on ", operation.article_id, ": ");
  if (accepted.article_id() != operation.article_id) {
    return absl::InternalError(Cat(what, "acknowledged for ", accepted.article_id()));
  }
  if (accepted.version() != operation.after.version) {
    return absl::InternalError(Cat(what, "version ", accepted.version(), ", want ", operation.after.version));
  }
  if (operation.repeats) {
    if (!duplicate) return absl::InternalError(Cat(what, "was taken in twice"));
    if (accepted.offset() != operation.repeated_offset) {
      return absl::InternalError(
          Cat(what, "first at offset ", operation.repeated_offset, ", then at ", accepted.offset()));
    }
    return absl::OkStatus();
  }
  const auto [given, is_new] = offsets_.emplace(accepted.offset(), operation.request_id);
  if (!is_new)
    return absl::InternalError(Cat(what, "offset ", accepted.offset(), " was given to ", given->second, " too"));
  end_offset_ = std::max(end_offset_, accepted.offset() + 1);
  if (articles_.insert_or_assign(operation.article_id, operation.after).second) ids_.push_back(operation.article_id);
  if (operation.delete_id.empty()) {
    constexpr size_t kRemembered = 200;
    Operation kept = operation;
    kept.repeated_offset = accepted.offset();
    if (acknowledged_puts_.size() < kRemembered) {
      acknowledged_puts_.push_back(std::move(kept));
    } else {
      acknowledged_puts_[random_() % kRemembered] = std::move(kept);
    }
  }
  return absl::OkStatus();
}

uint64_t ArticleLedger::live_count() const {
  uint64_t count = 0;
  for (const auto& [id, expected] : articles_) count += !expected.deleted;
  return count;
}

}  // namespace factline::crash
