#ifndef FACTLINE_INDEXER_TEXT_ANALYZER_H_
#define FACTLINE_INDEXER_TEXT_ANALYZER_H_

#include <memory>
#include <optional>
#include <string_view>

#include "absl/time/civil_time.h"
#include "indexer/text/analysis.h"
#include "indexer/text/normalizer.h"  // NormalForm, which whoever analyses text wants too

namespace factline::text {

class Dictionary;

// Turns UTF-8 text into tokens and values in one pass. Immutable: any number of threads may call it.
// The dictionary is compiled into the binary, so that construction neither reads files nor fails.
class Analyzer {
 public:
  Analyzer();
  ~Analyzer();
  Analyzer(const Analyzer&) = delete;
  Analyzer& operator=(const Analyzer&) = delete;

  // `text` must be valid UTF-8 and outlive the result. `published` resolves relative dates; without it they stay open.
  Analysis Analyze(std::string_view text, std::optional<absl::CivilDay> published = std::nullopt) const;

  // Tokens only, for index terms and queries: the same tokens as Analyze gives, without values.
  Analysis Tokenize(std::string_view text) const;

  // Changes whenever the same text may give other tokens or terms: an index holds the version it was made with.
  static std::string_view Version();

 private:
  std::unique_ptr<const Dictionary> dictionary_;
};

}  // namespace factline::text

#endif  // FACTLINE_INDEXER_TEXT_ANALYZER_H_
