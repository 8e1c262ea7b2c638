#ifndef FACTLINE_INGEST_ACCEPT_PREPARE_H_
#define FACTLINE_INGEST_ACCEPT_PREPARE_H_

#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "factline/v1/article.pb.h"
#include "ingest/accept/validate.h"

namespace factline::accept {

// An article that lacks only what the moment of acceptance gives it: version, accepted_time and, where the client gave
// none, published_time.
struct PreparedArticle {
  v1::StoredArticle article;
};

struct PreparedPage {
  std::string page_id;
  std::string text;
  std::vector<PreparedArticle> articles;  // with the ids "PAGE#1", "PAGE#2", ...; at least one
};

struct PreparedDeletion {
  std::string id;  // of an article or a page
};

// An item with all the work done that needs no state.
struct PreparedItem {
  // 16 bytes over all that the client sent but the request_id: tells that the same is sent again. Another one than
  // StoredArticle.content_hash, which is of the stored text.
  std::string content_hash;
  std::variant<PreparedArticle, PreparedPage, PreparedDeletion> what;
};

// Validates, splits, chunks, finds the language, hashes. Errors are ValidateArticle's and ValidatePage's; a page in
// which no article is found is one at "page.text". Pure.
absl::StatusOr<PreparedItem> PrepareArticle(v1::Article article, const Limits& limits);
absl::StatusOr<PreparedItem> PreparePage(v1::Page page, const Limits& limits);
absl::StatusOr<PreparedItem> PrepareDeletion(std::string id);

// `text` as a body is kept: lines end with '\n', blank at neither end and never empty.
std::string NormalizeBody(std::string_view text);

}  // namespace factline::accept

#endif  // FACTLINE_INGEST_ACCEPT_PREPARE_H_
