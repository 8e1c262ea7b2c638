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
#include "indexer/tag/tagger.h"
#include "indexer/text/analyzer.h"
#include "ingest/page/page_splitter.h"

namespace factline::cli {

// The pipeline's pure parts in one process, without a server: what the ingestor and the indexer would make of a page.
// Immutable; thread-safe.
class Offline {
 public:
  // `rule_files` are added to the built-in packs. INVALID_ARGUMENT names file and line where one is wrong.
  static absl::StatusOr<std::unique_ptr<Offline>> Create(const std::vector<std::string>& rule_files,
                                                         const extract::ExtractorOptions& options = {});

  struct Article {
    page::PageArticle article;
    extract::Extraction extraction;  // its spans lie in article.body
  };
  absl::StatusOr<std::vector<Article>> ExtractPage(std::string_view page_text,
                                                   std::optional<absl::CivilDay> published) const;

  // One sentence as it is. The result's spans lie in `sentence`.
  extract::Extraction ExtractSentence(std::string_view sentence) const;

  // A name or value in a sentence.
  struct Tagged {
    Span span;
    extract::EntityType type = extract::EntityType::kOrg;

    friend auto operator<=>(const Tagged&, const Tagged&) = default;
  };
  // What goes on from one sentence of a source to the next: buffers, and what kind of text it reads like.
  struct TagState {
    std::optional<tag::Style> style;  // unset: told by the sentence and those before it
    tag::Tagger::Scratch scratch;
    tag::Tagging tagging;
  };
  // The trained tagger's names, and around them the values and products, events and awards that the rules find; in
  // order, not overlapping.
  std::vector<Tagged> TagSentence(std::string_view sentence, TagState& state) const;

 private:
  Offline() = default;

  text::Analyzer analyzer_;
  std::unique_ptr<extract::Extractor> extractor_;
  const tag::Tagger tagger_{tag::Model::BuiltIn()};
};

// The extractor's output format (README.md of this folder): one article, one sentence, on one line without an end.
std::string ArticleJson(std::string_view page_name, const Offline::Article& article);
std::string SentenceJson(std::string_view sentence, const std::vector<Offline::Tagged>& tagged);

}  // namespace factline::cli

#endif  // FACTLINE_DEPLOY_CLI_OFFLINE_H_
