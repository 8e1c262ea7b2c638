#ifndef FACTLINE_INGEST_ACCEPT_VALIDATE_H_
#define FACTLINE_INGEST_ACCEPT_VALIDATE_H_

#include <cstddef>
#include <string_view>

#include "absl/status/status.h"
#include "factline/v1/article.pb.h"
#include "protos/vocab/limits.h"

namespace factline::accept {

struct Limits {
  size_t max_article_bytes = 1 << 20;  // of Article.body
  size_t max_page_bytes = 4 << 20;     // of Page.text
};

inline constexpr size_t kMaxRequestIdBytes = 128;

// Whether an item keeps what article.proto and ingest_service.proto promise of it. An error is INVALID_ARGUMENT and
// names the first field at fault, as a path in the request: "article.tags[3]". Pure.
absl::Status ValidateArticle(const v1::Article& article, const Limits& limits);
absl::Status ValidatePage(const v1::Page& page, const Limits& limits);
absl::Status ValidateRequestId(std::string_view request_id);
absl::Status ValidateId(std::string_view field, std::string_view id);

}  // namespace factline::accept

#endif  // FACTLINE_INGEST_ACCEPT_VALIDATE_H_
