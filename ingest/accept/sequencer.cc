#include "ingest/accept/sequencer.h"

#include <algorithm>
#include <utility>

#include "protos/vocab/hash.h"
#include "protos/vocab/status.h"
#include "protos/vocab/timestamp.h"

namespace factline::accept {
namespace {

// "page-7#12" without "#12": the id of the page, if it is that of an article of a page.
std::string_view WithoutNumber(std::string_view id) {
  const size_t at = id.find_last_not_of("0123456789");
  if (at == std::string_view::npos || at + 1 == id.size() || id[at] != '#') return id;
  return id.substr(0, at);
}

uint64_t VersionOf(const std::optional<Memory>& memory) {
  if (!memory.has_value() || memory->acceptance.articles_size() == 0) return 0;
  return memory->acceptance.articles(0).version();
}

bool IsLive(const std::optional<Memory>& memory) { return memory.has_value() && memory->kind != Kind::kDeletedArticle; }

v1::Acceptance AsDuplicate(v1::Acceptance acceptance) {
  acceptance.set_duplicate(true);
  return acceptance;
}

}  // namespace

absl::StatusOr<std::optional<Memory>> Sequencer::Recall(const std::string& key) {
  if (const auto it = changes_.find(key); it != changes_.end()) {
    if (!it->second.has_value()) return std::nullopt;
    return DecodeMemory(*it->second);
  }
  FL_ASSIGN_OR_RETURN(const std::optional<std::string> value, writer_->GetState(std::string_view(key)));
  if (!value.has_value()) return std::nullopt;
  return DecodeMemory(*value);
}

void Sequencer::Remember(const std::string& key, const Memory& memory) { changes_[key] = EncodeMemory(memory); }

void Sequencer::Forget(const std::string& key) { changes_[key] = std::nullopt; }

// By the page's id, whatever that ends in. An article of its own whose id looks like that of a page's article may
// become one, or have been one: all versions of an id are in one partition.
Partition Sequencer::PartitionOfArticle(std::string_view id) const { return PartitionOf(WithoutNumber(id)); }

Partition Sequencer::PartitionOf(std::string_view page_id) const {
  if (writer_->partition_count() == 1) return Partition(0);
  const std::string hash = StableHash({"partition", page_id});
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = (value << 8) | static_cast<unsigned char>(hash[i]);
  return Partition(value % writer_->partition_count());
}

log::NewEvent* Sequencer::NextEvent(Partition partition) {
  auto it = next_.find(partition);
  if (it == next_.end()) it = next_.emplace(partition, writer_->EndOffset(partition)).first;
  log::NewEvent& event = batch_.events.emplace_back();
  event.partition = partition;
  event.offset = it->second;
  *event.event.mutable_accepted_time() = ToTimestamp(now_);
  if (!traceparent_.empty()) event.event.set_traceparent(traceparent_);
  it->second = Offset(it->second.value() + 1);
  return &event;
}

v1::AcceptedArticle Sequencer::Accept(v1::StoredArticle article, Kind kind, const std::string& hash,
                                      const std::optional<Memory>& before) {
  log::NewEvent* event = NextEvent(PartitionOfArticle(article.id()));
  v1::AcceptedArticle accepted;
  accepted.set_article_id(article.id());
  accepted.set_version(VersionOf(before) + 1);
  accepted.set_partition(event->partition.value());
  accepted.set_offset(event->offset.value());

  Memory memory{.kind = kind, .content_hash = hash};
  *memory.acceptance.add_articles() = accepted;
  Remember(IdKey(article.id()), memory);

  auto* body = event->event.mutable_article_accepted();
  body->set_published_time_known(article.has_published_time());
  article.set_version(accepted.version());
  *article.mutable_accepted_time() = event->event.accepted_time();
  if (!article.has_published_time()) *article.mutable_published_time() = event->event.accepted_time();
  *body->mutable_article() = std::move(article);
  return accepted;
}

v1::AcceptedArticle Sequencer::Delete(const std::string& id, const Memory& before) {
  log::NewEvent* event = NextEvent(PartitionOfArticle(id));
  v1::AcceptedArticle deleted;
  deleted.set_article_id(id);
  deleted.set_version(VersionOf(before) + 1);
  deleted.set_partition(event->partition.value());
  deleted.set_offset(event->offset.value());
  event->event.mutable_article_deleted()->set_article_id(id);
  event->event.mutable_article_deleted()->set_version(deleted.version());

  Memory memory{.kind = Kind::kDeletedArticle, .content_hash = ""};
  *memory.acceptance.add_articles() = deleted;
  Remember(IdKey(id), memory);
  return deleted;
}

void Sequencer::AppendPage(std::string id, std::string text) {
  log::NewEvent* event = NextEvent(PartitionOf(id));
  event->event.mutable_page_accepted()->set_page_id(std::move(id));
  event->event.mutable_page_accepted()->set_text(std::move(text));
}

absl::StatusOr<v1::Acceptance> Sequencer::AddArticle(PreparedArticle prepared, const std::string& hash) {
  const std::string& id = prepared.article.id();
  FL_ASSIGN_OR_RETURN(const std::optional<Memory> before, Recall(IdKey(id)));
  if (IsLive(before)) {
    if (before->kind == Kind::kPage) return FieldError("article.id", "is the id of a page");
    if (before->kind == Kind::kPageArticle) return FieldError("article.id", "is the id of an article of a page");
    if (before->content_hash == hash) return AsDuplicate(before->acceptance);
  }
  v1::Acceptance acceptance;
  *acceptance.add_articles() = Accept(std::move(prepared.article), Kind::kArticle, hash, before);
  return acceptance;
}

// What is known of the articles of `page` from `first_index` on that are still there.
absl::StatusOr<std::vector<Memory>> Sequencer::LivePageArticles(const Memory& page, int first_index) {
  std::vector<Memory> live;
  for (int i = first_index; i < page.acceptance.articles_size(); ++i) {
    FL_ASSIGN_OR_RETURN(std::optional<Memory> known, Recall(IdKey(page.acceptance.articles(i).article_id())));
    if (known.has_value() && known->kind == Kind::kPageArticle) live.push_back(*std::move(known));
  }
  return live;
}

// All that can fail is done before the first event is made.
absl::StatusOr<v1::Acceptance> Sequencer::AddPage(PreparedPage prepared, const std::string& hash) {
  const std::string page_key = IdKey(prepared.page_id);
  FL_ASSIGN_OR_RETURN(const std::optional<Memory> before, Recall(page_key));
  if (IsLive(before)) {
    if (before->kind != Kind::kPage) return FieldError("page.id", "is the id of an article");
    if (before->content_hash == hash) return AsDuplicate(before->acceptance);
  }
  std::vector<std::optional<Memory>> known;
  for (const PreparedArticle& article : prepared.articles) {
    const std::string& id = article.article.id();
    FL_ASSIGN_OR_RETURN(known.emplace_back(), Recall(IdKey(id)));
    if (IsLive(known.back()) && known.back()->kind != Kind::kPageArticle) {
      return FieldError("page.id", Cat("gives an article the id \"", id, "\", which another item has already"));
    }
  }
  std::vector<Memory> vanished;
  if (IsLive(before)) {
    FL_ASSIGN_OR_RETURN(vanished, LivePageArticles(*before, static_cast<int>(prepared.articles.size())));
  }

  if (before.has_value() && before->kind == Kind::kDeletedArticle) {
    Remember(DeletedArticleKey(prepared.page_id), *before);
  }
  AppendPage(std::move(prepared.page_id), std::move(prepared.text));
  Memory page{.kind = Kind::kPage, .content_hash = hash};
  for (size_t i = 0; i < prepared.articles.size(); ++i) {
    // What the page's hash is for, its articles need none for.
    *page.acceptance.add_articles() = Accept(std::move(prepared.articles[i].article), Kind::kPageArticle, "", known[i]);
  }
  for (const Memory& article : vanished) Delete(article.acceptance.articles(0).article_id(), article);
  Remember(page_key, page);
  return page.acceptance;
}

absl::StatusOr<v1::Acceptance> Sequencer::DeletePage(const std::string& id, const Memory& page) {
  FL_ASSIGN_OR_RETURN(const std::vector<Memory> live, LivePageArticles(page, 0));
  const std::string former_key = DeletedArticleKey(id);
  FL_ASSIGN_OR_RETURN(const std::optional<Memory> former, Recall(former_key));
  v1::Acceptance acceptance;
  for (const Memory& article : live) {
    *acceptance.add_articles() = Delete(article.acceptance.articles(0).article_id(), article);
  }
  if (former.has_value()) {
    Remember(IdKey(id), *former);
    Forget(former_key);
  } else {
    Forget(IdKey(id));
  }
  return acceptance;
}

absl::StatusOr<v1::Acceptance> Sequencer::AddDeletion(const std::string& id) {
  FL_ASSIGN_OR_RETURN(const std::optional<Memory> before, Recall(IdKey(id)));
  if (!IsLive(before)) return absl::NotFoundError(Cat("there is no article or page \"", id, "\""));
  if (before->kind == Kind::kPage) return DeletePage(id, *before);

  const std::string page_key = IdKey(WithoutNumber(id));
  std::optional<Memory> page;
  if (before->kind == Kind::kPageArticle) {
    FL_ASSIGN_OR_RETURN(page, Recall(page_key));
  }
  v1::Acceptance acceptance;
  *acceptance.add_articles() = Delete(id, *before);
  if (page.has_value() && page->kind == Kind::kPage) {
    // The page no longer holds what it did: sent again, it is taken in again.
    page->content_hash.clear();
    Remember(page_key, *page);
  }
  return acceptance;
}

absl::StatusOr<v1::Acceptance> Sequencer::Add(std::string_view request_id, PreparedItem item,
                                              std::string_view traceparent) {
  traceparent_ = traceparent;
  const Kind kind = std::holds_alternative<PreparedDeletion>(item.what) ? Kind::kDeletion : Kind::kRequest;
  if (!request_id.empty()) {
    FL_ASSIGN_OR_RETURN(const std::optional<Memory> answered, Recall(RequestKey(request_id)));
    if (answered.has_value()) {
      if (answered->kind == kind && answered->content_hash == item.content_hash)
        return AsDuplicate(answered->acceptance);
      return WithReason(FieldError("request_id", "was used before for something else"), "REQUEST_ID_REUSED");
    }
  }
  absl::StatusOr<v1::Acceptance> acceptance;
  if (auto* article = std::get_if<PreparedArticle>(&item.what)) {
    acceptance = AddArticle(std::move(*article), item.content_hash);
  } else if (auto* page = std::get_if<PreparedPage>(&item.what)) {
    acceptance = AddPage(std::move(*page), item.content_hash);
  } else {
    acceptance = AddDeletion(std::get<PreparedDeletion>(item.what).id);
  }
  if (acceptance.ok() && !request_id.empty()) {
    Memory memory{.kind = kind, .content_hash = item.content_hash, .acceptance = *acceptance};
    memory.acceptance.set_duplicate(false);
    Remember(RequestKey(request_id), memory);
    changes_[ExpiryKey(now_, request_id)] = "";
  }
  return acceptance;
}

log::AppendBatch Sequencer::TakeBatch() {
  for (auto& [key, value] : changes_) batch_.state.push_back({key, std::move(value)});
  changes_.clear();
  return std::move(batch_);
}

}  // namespace factline::accept
