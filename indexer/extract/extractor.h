#ifndef FACTLINE_INDEXER_EXTRACT_EXTRACTOR_H_
#define FACTLINE_INDEXER_EXTRACT_EXTRACTOR_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "indexer/extract/extraction.h"
#include "indexer/text/analysis.h"

namespace factline::extract {

// A rule pack as a file holds it; `name` stands in errors ("facts.rules:12: unknown predicate 'x'") and rule ids.
struct RulePackSource {
  std::string name;
  std::string text;
};

// The packs that come with Factline, compiled into the binary.
std::vector<RulePackSource> BuiltInRulePacks();

struct ExtractorOptions {
  // The trained tagger (indexer/tag) names what no list and no ending tells, below what rules are sure of. It reads the
  // sentences where the rules leave something open; if this is set, every sentence, which costs more (README.md).
  bool tagged_names = false;
};

// Finds entities and facts. Immutable: any number of threads may call Extract.
class Extractor {
 public:
  // Fails with the pack's name and line if a rule pack is wrong.
  static absl::StatusOr<std::unique_ptr<Extractor>> Create(const std::vector<RulePackSource>& packs,
                                                           const ExtractorOptions& options = {});
  virtual ~Extractor() = default;

  // Of an article, by Analyzer::Analyze of its body; `sentences` are of the body too, in order and not overlapping.
  // Some work grows with the square of a sentence: one beyond kMaxSentenceBytes (protos/vocab/limits.h), which the
  // chunker never makes, is read as several.
  virtual Extraction Extract(const text::Analysis& body, const std::vector<Span>& sentences) const = 0;

  // Changes with the packs, the options and the code: an index holds the version it was made with.
  virtual std::string_view Version() const = 0;
};

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_EXTRACTOR_H_
