#include "deploy/cli/load/article_feed.h"

#include "deploy/cli/load/made_up_news.h"
#include "protos/vocab/cat.h"

namespace factline::load {
namespace {

constexpr int64_t kPublishedWithinSeconds = 30 * 86400;
constexpr uint64_t kSources = 12;

}  // namespace

v1::IngestRequest ArticleFeed::Next() {
  const double what = static_cast<double>(random_() >> 11) * 0x1p-53;
  const uint64_t known = is_live_.size();
  const bool is_full = options_.max_articles > 0 && known >= options_.max_articles;
  ++items_;
  if (known == 0 || (what >= options_.updates + options_.deletes && !is_full)) {
    is_live_.push_back(true);
    ++counts_.articles;
    return Item(known);
  }
  const uint64_t article = random_() % known;
  if (what < options_.deletes && is_live_[article]) {
    is_live_[article] = false;
    ++counts_.deletes;
    v1::IngestRequest request;
    request.set_request_id(Cat(options_.id_prefix, "-r", items_));
    request.set_delete_id(IdOf(article));
    return request;
  }
  ++(is_live_[article] ? counts_.updates : counts_.articles);
  is_live_[article] = true;
  return Item(article);
}

v1::IngestRequest ArticleFeed::Text(uint64_t n) const {
  if (!texts_.empty()) return texts_[n % texts_.size()];
  std::mt19937_64 random(options_.seed * 0x9E3779B97F4A7C15 + n);
  MadeUpText text = MakeUpText(random(), options_.body_bytes);
  v1::IngestRequest request;
  v1::Article& article = *request.mutable_article();
  article.set_title(std::move(text.title));
  article.set_body(std::move(text.body));
  article.set_language(std::move(text.language));
  article.set_source(Cat("made-up-", random() % kSources));
  article.add_tags("made-up");
  article.mutable_published_time()->set_seconds(absl::ToUnixSeconds(options_.now) -
                                                static_cast<int64_t>(random() % kPublishedWithinSeconds));
  return request;
}

std::string ArticleFeed::IdOf(uint64_t article) const { return Cat(options_.id_prefix, "-", article); }

v1::IngestRequest ArticleFeed::Item(uint64_t article) {
  v1::IngestRequest request = Text(items_ - 1);
  request.set_request_id(Cat(options_.id_prefix, "-r", items_));
  if (request.has_page()) {
    request.mutable_page()->set_id(IdOf(article));
    *request.mutable_page()->mutable_text() += Cat("\n", items_);
  } else {
    request.mutable_article()->set_id(IdOf(article));
    *request.mutable_article()->mutable_title() += Cat(" ", items_);
  }
  return request;
}

}  // namespace factline::load
