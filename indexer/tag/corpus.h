#ifndef FACTLINE_INDEXER_TAG_CORPUS_H_
#define FACTLINE_INDEXER_TAG_CORPUS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "indexer/tag/tag.h"

namespace factline::tag {

// A name that an annotator marked; offsets in code points.
struct GoldSpan {
  uint32_t begin = 0;
  uint32_t end_exclusive = 0;
  TagType type = TagType::kPerson;

  friend auto operator<=>(const GoldSpan&, const GoldSpan&) = default;
};

struct GoldSentence {
  std::string text;
  std::vector<GoldSpan> spans;      // in order, not overlapping
  std::vector<uint32_t> word_ends;  // of each word, in code points; empty where the corpus parts no words
};

// Corpora as eval/../data has them, plain or gzip-compressed. Errors name the file and the line, which is wrong if it
// does not parse, if a span lies outside the text, or if its type is unknown. Spans that overlap an earlier one are
// left out: CLUENER has a few.

// A sentence a line: {"text": "…", "entities": [{"type": "PERSON", "start": 0, "end": 3}]}.
absl::StatusOr<std::vector<GoldSentence>> ReadSpanCorpus(const std::string& path);

// A paragraph a line: `id/m word/tag [word/tag word/tag]nt …`. Names are nr (a surname and the given name behind it are
// joined), ns, nt, and the compounds in brackets; of nested ones the outer.
absl::StatusOr<std::vector<GoldSentence>> ReadWordCorpus(const std::string& path);

// A text a line, without any mark. Empty lines are left out.
absl::StatusOr<std::vector<std::string>> ReadPlainCorpus(const std::string& path);

}  // namespace factline::tag

#endif  // FACTLINE_INDEXER_TAG_CORPUS_H_
