#ifndef FACTLINE_DEPLOY_CLI_ARTICLE_JSON_H_
#define FACTLINE_DEPLOY_CLI_ARTICLE_JSON_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "factline/v1/article.pb.h"

namespace factline::cli {

// One line of a JSON-lines file as an article:
//   {"id": "a-1", "title": "...", "body": "...", "source": "...", "published": "2024-03-24", "url": "...",
//    "language": "zh", "tags": ["..."], "authors": ["..."]}
// All keys but `id` may be absent or null; tags and authors may also be one string. INVALID_ARGUMENT names the key at
// fault; unknown keys are errors, so that a misspelt one is not lost in silence.
absl::StatusOr<v1::Article> ArticleFromJson(std::string_view line);

}  // namespace factline::cli

#endif  // FACTLINE_DEPLOY_CLI_ARTICLE_JSON_H_
