#ifndef FACTLINE_DEPLOY_CLI_OFFLINE_H_
#define FACTLINE_DEPLOY_CLI_OFFLINE_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "indexer/extract/extractor.h"
#include "indexer/text/analyzer.h"
#include "ingest/page/page_splitter.h"

namespace factline::cli {

// The pipeline's pure parts in one process, without a server: what the ingestor and the indexer would make of a page.
// Immutable; thread-safe.
class Offline {
 public:
  // `rule_files` are added to the built-in packs. INVALID_ARGUMENT names file and line where one is wrong.
  static absl::StatusOr<std::unique_ptr<Offline>> Create(const std::vector<std::string>& rule_files);

  struct Article {
    page::PageArticle article;
    extract::Extraction extraction;  // its spans lie in article.body
  };
  absl::StatusOr<std::vector<Article>> ExtractPage(std::string_view page_text,
                                                   std::optional<absl::CivilDay> published) const;

  // One sentence as it is. The result's spans lie in `sentence`.
  extract::Extraction ExtractSentence(std::string_view sentence) const;

 private:
  Offline() = default;

  text::Analyzer analyzer_;
  std::unique_ptr<extract::Extractor> extractor_;
};

// The extractor's output format (README.md of this folder): one article, one sentence, on one line without an end.
std::string ArticleJson(std::string_view page_name, const Offline::Article& article);
std::string SentenceJson(std::string_view sentence, const extract::Extraction& extraction);

}  // namespace factline::cli

#endif  // FACTLINE_DEPLOY_CLI_OFFLINE_H_
