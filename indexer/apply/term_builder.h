#ifndef FACTLINE_INDEXER_APPLY_TERM_BUILDER_H_
#define FACTLINE_INDEXER_APPLY_TERM_BUILDER_H_

#include <cstdint>
#include <vector>

#include "factline/storage/v1/index.pb.h"
#include "indexer/store/writer.h"
#include "indexer/text/analyzer.h"

namespace factline::apply {

// All that a document puts into the inverted index.
struct TermList {
  std::vector<store::DocumentTerm> terms;  // sorted by (field, term), each once
  uint32_t title_tokens = 0;               // word terms of the title, those inside long words included
  uint32_t body_tokens = 0;                // the same of the body, kicker, subheads and captions
};

// A function of the record and the analyser alone, so that an index can be checked against its documents. Words and
// grams of title and body, where kicker, subheads and captions are found as the body is, the source, the language, the
// entities with their mentions (at most as many as the record holds), the tags, the predicates of facts and the types
// of entities. Terms over 255 bytes are left out: nothing can be found by them.
TermList TermsOf(const text::Analyzer& analyzer, const storage::v1::DocRecord& record);

// The same with an analysis of the body at hand.
TermList TermsOf(const text::Analyzer& analyzer, const storage::v1::DocRecord& record, const text::Analysis& body);

}  // namespace factline::apply

#endif  // FACTLINE_INDEXER_APPLY_TERM_BUILDER_H_
