#ifndef FACTLINE_INDEXER_EXTRACT_EXTRACT_TEXT_H_
#define FACTLINE_INDEXER_EXTRACT_EXTRACT_TEXT_H_

#include <string_view>
#include <vector>

#include "indexer/extract/extractor.h"
#include "indexer/extract/sample_article.h"
#include "indexer/text/analyzer.h"

namespace factline::extract {

// For tests: what the built-in rules find in a body that is cut so.
inline Extraction ExtractSentences(std::string_view body, const std::vector<Span>& sentences) {
  static const text::Analyzer analyzer;
  static const auto extractor = Extractor::Create(BuiltInRulePacks());
  const text::Analysis analysis = analyzer.Analyze(body);
  return (*extractor)->Extract(analysis, sentences);
}

inline Extraction ExtractText(std::string_view body) { return ExtractSentences(body, SampleSentences(body)); }

}  // namespace factline::extract

#endif  // FACTLINE_INDEXER_EXTRACT_EXTRACT_TEXT_H_
