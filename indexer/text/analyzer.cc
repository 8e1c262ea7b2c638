#include "indexer/text/analyzer.h"

#include <string>
#include <utility>
#include <vector>

#include "indexer/text/dictionary.h"
#include "indexer/text/tokenizer.h"
#include "indexer/text/value_parser.h"
#include "protos/vocab/cat.h"

namespace factline::text {
namespace {

// Raise it with each change to the code that may change tokens or terms; the tables speak for themselves.
constexpr int kTokenizerVersion = 1;

}  // namespace

Analyzer::Analyzer() : dictionary_(std::make_unique<const Dictionary>()) {}
Analyzer::~Analyzer() = default;

Analysis Analyzer::Analyze(std::string_view text, std::optional<absl::CivilDay> published) const {
  std::vector<NormalChar> chars;
  Normalize(text, chars);
  Analysis analysis;
  analysis.text = text;
  TokenizeInto(*dictionary_, chars, analysis);
  analysis.values = FindValues(text, chars, published);
  return analysis;
}

Analysis Analyzer::Tokenize(std::string_view text) const {
  std::vector<NormalChar> chars;
  Normalize(text, chars);
  Analysis analysis;
  analysis.text = text;
  TokenizeInto(*dictionary_, chars, analysis);
  return analysis;
}

std::string_view Analyzer::Version() {
  static const std::string version = Cat(kTokenizerVersion, "-", absl::Hex(NormalizerFingerprint(), absl::kZeroPad8),
                                         "-", absl::Hex(Dictionary().fingerprint(), absl::kZeroPad8));
  return version;
}

}  // namespace factline::text
