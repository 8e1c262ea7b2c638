#include "query/search/search_result.h"

#include <utility>

namespace factline::query {

v1::SearchResult MakeSearchResult(const storage::v1::DocRecord& record, const Hit& hit, const Passages& passages,
                                  size_t max_passages) {
  const v1::StoredArticle& article = record.article();
  v1::SearchResult result;
  result.set_article_id(article.id());
  result.set_article_version(article.version());
  result.set_title(article.title());
  for (const Span& span : passages.Highlights(article.title(), Place::kTitle)) {
    v1::Span* const highlight = result.add_title_highlights();
    highlight->set_begin(span.begin);
    highlight->set_end(span.end_exclusive);
  }
  result.set_source(article.source());
  *result.mutable_published_time() = article.published_time();
  result.set_url(article.url());
  result.set_score(hit.score);
  for (v1::Passage& passage : passages.Best(article, max_passages)) *result.add_passages() = std::move(passage);
  result.set_language(article.language());
  return result;
}

}  // namespace factline::query
